package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The Debian package as Debian's own programs see it: lintian, systemd-analyze and dpkg, which installs it below
/// a folder and runs its scripts there.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PackageIT {
    private static final Path ROOT = Path.of(System.getProperty("pinstream.root"));
    private static final Path PACKAGE = ROOT.resolve("deploy/agent/target/pinstream-agent.deb");
    private static final String UNIT = "deploy/agent/src/deb/systemd/pinstream-agent.service";
    /// Of systemd's measure, for a service that needs devices, a network and a compiler.
    private static final double MOST_EXPOSED = 1.3;
    private static final String LATER = "9.0";
    private static final int LARGEST_KIB = 6 * 1024;

    @TempDir
    private Path temporary;

    private DpkgRoot root = new DpkgRoot(Path.of(""), Map.of());

    @BeforeEach
    void makeRoot() throws IOException {
        root = DpkgRoot.in(temporary);
    }

    @Test
    void hasNothingThatLintianComplainsOf() throws Exception {
        var lintian = root.run("lintian", "--allow-root", "--fail-on", "error,warning", PACKAGE.toString());

        assertThat(lintian.output().lines().filter(line -> line.matches("[EW]: .*")))
                .isEmpty();
        assertThat(lintian.exit()).as(lintian.output()).isZero();
    }

    @Test
    void exposesLittleOfTheBoard() throws Exception {
        var said = root.run(
                "systemd-analyze",
                "security",
                "--offline=true",
                ROOT.resolve(UNIT).toString());

        assertThat(exposure(said)).as(said.output()).isLessThanOrEqualTo(MOST_EXPOSED);
    }

    @Test
    void makesItsCacheWhereNothingElseIsInReach() throws Exception {
        var unit = ROOT.resolve(UNIT).resolveSibling("pinstream-agent-aot.service");
        var said = root.run("systemd-analyze", "security", "--offline=true", unit.toString());

        assertThat(exposure(said)).as(said.output()).isLessThanOrEqualTo(MOST_EXPOSED);
    }

    private static double exposure(DpkgRoot.Ended said) {
        var level = Pattern.compile("Overall exposure level for .*: ([\\d.]+)").matcher(said.output());
        assertThat(level.find()).as(said.output()).isTrue();
        return Double.parseDouble(level.group(1));
    }

    /// udev(7): these are assigned, never compared. udev leaves a line out that does; only newer ones have a
    /// `udevadm verify` that would say so here.
    @Test
    void givesDevicesToGroupsInWordsThatUdevKnows() throws IOException {
        var rules = Files.readString(ROOT.resolve("deploy/agent/src/deb/udev/60-pinstream.rules"));

        assertThat(rules).doesNotContainPattern("(?m)^[^#\\n]*\\b(GROUP|OWNER|MODE|RUN)\\s*[=!]=");
        assertThat(rules).containsPattern("(?m)^SUBSYSTEM==\"gpio\".* GROUP=\"gpio\"");
    }

    @Test
    void isSmallWithoutItsRuntime() throws Exception {
        var size = root.run("dpkg-deb", "--field", PACKAGE.toString(), "Installed-Size");

        assertThat(Integer.parseInt(size.output().strip())).isLessThanOrEqualTo(LARGEST_KIB);
    }

    @Test
    void startsFromWhereItIsInstalledWithAConfigurationThatIsRight() throws Exception {
        root.unpack(PACKAGE);
        var agent = temporary.resolve("usr/bin/pinstream-agent").toString();

        var check = root.run(
                agent,
                "check",
                "--config",
                temporary.resolve("etc/pinstream/agent.yaml").toString());
        assertThat(check.exit()).as(check.output()).isZero();
        assertThat(root.run(agent, "--version").output()).contains("0.1.0");
    }

    @Test
    void keepsWhatItMustThroughUpgradeAndRemovalAndNothingThroughAPurge() throws Exception {
        // Given
        var wants = temporary.resolve("etc/systemd/system/multi-user.target.wants/pinstream-agent.service");
        var config = temporary.resolve("etc/pinstream/agent.yaml");
        var outbox = temporary.resolve("var/lib/pinstream/outbox/owner");

        // When it is installed
        root.dpkg("--install", PACKAGE.toString());

        // Then it has its user, its groups, its place in the start, and a configuration
        assertThat(Files.readString(temporary.resolve("etc/passwd"))).contains("pinstream:");
        assertThat(Files.readString(temporary.resolve("etc/group")))
                .containsPattern("(?m)^gpio:.*:pinstream$")
                .containsPattern("(?m)^i2c:.*:pinstream$")
                .containsPattern("(?m)^spi:.*:pinstream$");
        assertThat(Files.isSymbolicLink(wants)).isTrue();
        assertThat(config).exists();

        // When it is upgraded
        Files.createDirectories(outbox.getParent());
        Files.writeString(outbox, "greenhouse-7");
        Files.writeString(config, "device: greenhouse-7\nsensors: {machine: {type: host}}\n");
        root.dpkg("--install", PACKAGE.toString());

        // Then what was changed and what waits are as they were
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");

        // When a later one comes, and is taken back
        root.dpkg("--install", later().toString());
        assertThat(version()).isEqualTo(LATER);
        root.dpkg("--install", PACKAGE.toString());

        // Then they still are as they were
        assertThat(version()).isNotEqualTo(LATER);
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");

        // When it is removed
        root.dpkg("--remove", "pinstream-agent");

        // Then they still are
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");
        assertThat(temporary.resolve("usr/bin/pinstream-agent")).doesNotExist();

        // When it is purged, from a folder that a hub's package has a file in
        var other = config.resolveSibling("hub.yaml");
        Files.writeString(other, "kafka: {}\n");
        root.dpkg("--purge", "pinstream-agent");

        // Then nothing of it is left
        assertThat(config.getParent().toFile().list()).containsExactly("hub.yaml");
        assertThat(temporary.resolve("var/lib/pinstream")).doesNotExist();
        assertThat(Files.isSymbolicLink(wants)).isFalse();
    }

    private String version() throws Exception {
        return root.run("dpkg-query", "--root=" + temporary, "--show", "--showformat=${Version}", "pinstream-agent")
                .output();
    }

    /// The same package under a later version.
    private Path later() throws Exception {
        var unpacked = temporary.resolve("later");
        assertThat(root.run("dpkg-deb", "-R", PACKAGE.toString(), unpacked.toString())
                        .exit())
                .isZero();
        var control = unpacked.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceAll("(?m)^Version: .*$", "Version: " + LATER));
        var later = temporary.resolve("later.deb");
        var packed = root.run("dpkg-deb", "--root-owner-group", "-Znone", "-b", unpacked.toString(), later.toString());
        assertThat(packed.exit()).as(packed.output()).isZero();
        return later;
    }
}
