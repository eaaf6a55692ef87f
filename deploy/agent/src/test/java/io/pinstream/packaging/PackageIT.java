package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The Debian package as Debian's own programs see it: lintian, systemd-analyze and dpkg, which installs it below
/// a folder and runs its scripts there.
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class PackageIT {
    private static final Packaged PACKAGE = new Packaged(Packaged.inProject("deploy/agent/target/pinstream-agent.deb"));
    private static final String NAME = "pinstream-agent";
    private static final String UNITS = "deploy/agent/src/deb/systemd/";
    /// Of systemd's measure, for a service that needs devices, a network and a compiler.
    private static final double MOST_EXPOSED = 1.3;

    private static final String LATER = "9.0";
    private static final int LARGEST_KIB = 6 * 1024;

    @TempDir
    private Path temporary;

    @Test
    void hasNothingThatLintianComplainsOf() throws Exception {
        assertThat(PACKAGE.complaints()).isEmpty();
    }

    @Test
    void exposesLittleOfTheBoard() throws Exception {
        assertThat(Packaged.exposure(Packaged.inProject(UNITS + "pinstream-agent.service")))
                .isLessThanOrEqualTo(MOST_EXPOSED);
    }

    @Test
    void makesItsCacheWhereNothingElseIsInReach() throws Exception {
        assertThat(Packaged.exposure(Packaged.inProject(UNITS + "pinstream-agent-aot.service")))
                .isLessThanOrEqualTo(MOST_EXPOSED);
    }

    /// udev(7): these are assigned, never compared. udev leaves a line out that does; only newer ones have a
    /// `udevadm verify` that would say so here.
    @Test
    void givesDevicesToGroupsInWordsThatUdevKnows() throws IOException {
        var rules = Files.readString(Packaged.inProject("deploy/agent/src/deb/udev/60-pinstream.rules"));

        assertThat(rules).doesNotContainPattern("(?m)^[^#\\n]*\\b(GROUP|OWNER|MODE|RUN)\\s*[=!]=");
        assertThat(rules).containsPattern("(?m)^SUBSYSTEM==\"gpio\".* GROUP=\"gpio\"");
    }

    @Test
    void isSmallWithoutItsRuntime() throws Exception {
        assertThat(PACKAGE.installedKib()).isLessThanOrEqualTo(LARGEST_KIB);
    }

    @Test
    void startsFromWhereItIsInstalledWithAConfigurationThatIsRight() throws Exception {
        PACKAGE.unpack(temporary);
        var agent = temporary.resolve("usr/bin/pinstream-agent").toString();

        var check = Ended.run(
                agent,
                "check",
                "--config",
                temporary.resolve("etc/pinstream/agent.yaml").toString());
        assertThat(check.exit()).as(check.output()).isZero();
        assertThat(Ended.run(agent, "--version").output()).contains("0.1.0");
    }

    @Test
    void keepsWhatItMustThroughUpgradeAndRemovalAndNothingThroughAPurge() throws Exception {
        // Given
        var system = Installation.in(temporary);
        var wants = temporary.resolve("etc/systemd/system/multi-user.target.wants/pinstream-agent.service");
        var config = temporary.resolve("etc/pinstream/agent.yaml");
        var outbox = temporary.resolve("var/lib/pinstream/outbox/owner");

        // When it is installed
        system.install(PACKAGE);

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
        system.install(PACKAGE);

        // Then what was changed and what waits are as they were
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");

        // When a later one comes, and is taken back
        system.install(PACKAGE.as(LATER, temporary));
        assertThat(system.version(NAME)).isEqualTo(LATER);
        system.install(PACKAGE);

        // Then they still are as they were
        assertThat(system.version(NAME)).isNotEqualTo(LATER);
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");

        // When it is removed
        system.remove(NAME);

        // Then they still are
        assertThat(config).content().startsWith("device: greenhouse-7");
        assertThat(outbox).hasContent("greenhouse-7");
        assertThat(temporary.resolve("usr/bin/pinstream-agent")).doesNotExist();

        // When it is purged, from a folder that a hub's package has a file in
        var other = config.resolveSibling("hub.yaml");
        Files.writeString(other, "kafka: {}\n");
        system.purge(NAME);

        // Then nothing of it is left
        assertThat(config.getParent().toFile().list()).containsExactly("hub.yaml");
        assertThat(temporary.resolve("var/lib/pinstream")).doesNotExist();
        assertThat(Files.isSymbolicLink(wants)).isFalse();
    }
}
