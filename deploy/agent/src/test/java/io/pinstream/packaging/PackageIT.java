package io.pinstream.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The Debian package as Debian's own programs see it: lintian, systemd-analyze and dpkg, which installs it below
/// a folder and runs its scripts there.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class PackageIT {
    private static final Path ROOT = Path.of(System.getProperty("pinstream.root"));
    private static final Path PACKAGE = ROOT.resolve("deploy/agent/target/pinstream-agent.deb");
    private static final String UNIT = "deploy/agent/src/deb/systemd/pinstream-agent.service";
    /// Of systemd's measure, for a service that needs devices, a network and a compiler.
    private static final double MOST_EXPOSED = 1.3;

    private static final int LARGEST_KIB = 6 * 1024;

    @TempDir
    private Path temporary;

    private record Ended(int exit, String output) {}

    @Test
    void hasNothingThatLintianComplainsOf() throws Exception {
        var lintian = run("lintian", "--allow-root", "--fail-on", "error,warning", PACKAGE.toString());

        assertThat(lintian.output.lines().filter(line -> line.matches("[EW]: .*")))
                .isEmpty();
        assertThat(lintian.exit).as(lintian.output).isZero();
    }

    @Test
    void exposesLittleOfTheBoard() throws Exception {
        var said = run(
                "systemd-analyze",
                "security",
                "--offline=true",
                ROOT.resolve(UNIT).toString());

        var level = Pattern.compile("Overall exposure level for .*: ([\\d.]+)").matcher(said.output);
        assertThat(level.find()).as(said.output).isTrue();
        assertThat(Double.parseDouble(level.group(1))).as(said.output).isLessThanOrEqualTo(MOST_EXPOSED);
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
        var size = run("dpkg-deb", "--field", PACKAGE.toString(), "Installed-Size");

        assertThat(Integer.parseInt(size.output.strip())).isLessThanOrEqualTo(LARGEST_KIB);
    }

    @Test
    void startsFromWhereItIsInstalledWithAConfigurationThatIsRight() throws Exception {
        assertThat(run("dpkg-deb", "-x", PACKAGE.toString(), temporary.toString()).exit)
                .isZero();
        var agent = temporary.resolve("usr/bin/pinstream-agent").toString();

        var check = run(
                agent,
                "check",
                "--config",
                temporary.resolve("etc/pinstream/agent.yaml").toString());
        assertThat(check.exit).as(check.output).isZero();
        assertThat(run(agent, "--version").output).contains("0.1.0");
    }

    @Test
    void keepsWhatItMustThroughUpgradeAndRemovalAndNothingThroughAPurge() throws Exception {
        // Given
        for (var folder : List.of("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc")) {
            Files.createDirectories(temporary.resolve(folder));
        }
        Files.createFile(temporary.resolve("var/lib/dpkg/status"));
        Files.createFile(temporary.resolve("var/lib/dpkg/available"));
        var wants = temporary.resolve("etc/systemd/system/multi-user.target.wants/pinstream-agent.service");
        var config = temporary.resolve("etc/pinstream/agent.yaml");
        var outbox = temporary.resolve("var/lib/pinstream/outbox/owner");

        // When it is installed
        dpkg("--install", PACKAGE.toString());

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
        dpkg("--install", PACKAGE.toString());

        // Then what was changed and what waits are as they were
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");

        // When it is removed
        dpkg("--remove", "pinstream-agent");

        // Then they still are
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");
        assertThat(temporary.resolve("usr/bin/pinstream-agent")).doesNotExist();

        // When it is purged
        dpkg("--purge", "pinstream-agent");

        // Then nothing is left
        assertThat(config.getParent()).doesNotExist();
        assertThat(temporary.resolve("var/lib/pinstream")).doesNotExist();
        assertThat(Files.isSymbolicLink(wants)).isFalse();
    }

    /// As dpkg is used to build systems in a folder: its scripts run with DPKG_ROOT. It asks nothing.
    private void dpkg(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                "dpkg",
                "--root=" + temporary,
                "--log=" + temporary.resolve("dpkg.log"),
                "--force-script-chrootless",
                "--force-depends",
                "--force-confold"));
        command.addAll(List.of(arguments));
        var ended = run(command.toArray(String[]::new));
        assertThat(ended.exit).as(ended.output).isZero();
    }

    private Ended run(String... command) throws IOException, InterruptedException {
        var log = Files.createTempFile(temporary, "run", ".log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PINSTREAM_JAVA", System.getProperty("java.home"));
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(2, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("%s did not end: %s".formatted(List.of(command), Files.readString(log)));
        }
        var output = Files.readString(log, UTF_8);
        Files.delete(log);
        return new Ended(process.exitValue(), output);
    }
}
