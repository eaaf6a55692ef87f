package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The hub's package as Debian's own programs see it, alone and beside the agent's.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class HubPackageIT {
    private static final Packaged PACKAGE = new Packaged(Packaged.inProject("deploy/hub/target/pinstream-hub.deb"));
    private static final Packaged AGENT = new Packaged(Packaged.inProject("deploy/agent/target/pinstream-agent.deb"));
    private static final Path UNIT = Packaged.inProject("deploy/hub/src/deb/systemd/pinstream-hub.service");
    /// Of systemd's measure, for a service that needs a network and a compiler.
    private static final double MOST_EXPOSED = 1.0;

    private static final int LARGEST_KIB = 64 * 1024;

    @TempDir
    private Path temporary;

    @Test
    void hasNothingThatLintianComplainsOf() throws Exception {
        assertThat(PACKAGE.complaints()).isEmpty();
    }

    @Test
    void exposesLittleOfTheSystem() throws Exception {
        assertThat(Packaged.exposure(UNIT)).isLessThanOrEqualTo(MOST_EXPOSED);
    }

    @Test
    void isNoLargerThanItsLibraries() throws Exception {
        assertThat(PACKAGE.installedKib()).isLessThanOrEqualTo(LARGEST_KIB);
    }

    @Test
    void startsFromWhereItIsInstalledWithAConfigurationThatIsRight() throws Exception {
        PACKAGE.unpack(temporary);
        var hub = temporary.resolve("usr/bin/pinstream-hub").toString();
        var config = temporary.resolve("etc/pinstream/hub.yaml").toString();

        var check = Ended.run(hub, "check", "--config", config);
        assertThat(check.exit()).as(check.output()).isZero();
        assertThat(Ended.run(hub, "--version").output()).contains("0.1.0");
    }

    @Test
    void namesNothingByDefaultThatItsServiceMayNotReach() throws Exception {
        PACKAGE.unpack(temporary);

        var effective = Ended.run(
                        temporary.resolve("usr/bin/pinstream-hub").toString(),
                        "check",
                        "--effective",
                        "--config",
                        temporary.resolve("etc/pinstream/hub.yaml").toString())
                .output();

        assertThat(Files.readAllLines(UNIT)).contains("IPAddressDeny=any", "IPAddressAllow=localhost");
        for (var key : new String[] {"broker.url", "kafka.bootstrap-servers", "web.host"}) {
            assertThat(effective.lines()).as(key).anyMatch(line -> line.startsWith(key) && line.contains("127.0.0.1"));
        }
    }

    @Test
    void keepsItsConfigurationThroughUpgradeDowngradeAndRemovalAndNothingThroughAPurge() throws Exception {
        // Given
        var system = Installation.in(temporary.resolve("system"));
        var wants = system.file("etc/systemd/system/multi-user.target.wants/pinstream-hub.service");
        var config = system.file("etc/pinstream/hub.yaml");

        // When it is installed
        system.install(PACKAGE);

        // Then it has its user, its place in the start, and a configuration
        assertThat(Files.readString(system.file("etc/passwd"))).contains("pinstream-hub:");
        assertThat(Files.isSymbolicLink(wants)).isTrue();
        assertThat(config).exists();

        // When it is upgraded and downgraded, then what was changed is as it was
        Files.writeString(config, "topics: {prefix: plant}\n");
        for (var version : new String[] {"999", "0.0.1"}) {
            system.install(PACKAGE.as(version, temporary));
            assertThat(config).hasContent("topics: {prefix: plant}");
        }

        // When it is removed, then it still is
        system.remove("pinstream-hub");
        assertThat(config).hasContent("topics: {prefix: plant}");
        assertThat(system.file("usr/bin/pinstream-hub")).doesNotExist();

        // When it is purged, then nothing is left
        system.purge("pinstream-hub");
        assertThat(config.getParent()).doesNotExist();
        assertThat(Files.isSymbolicLink(wants)).isFalse();
    }

    @Test
    void leavesTheAgentOnTheSameMachineAlone() throws Exception {
        var system = Installation.in(temporary.resolve("system"));
        system.install(AGENT);
        system.install(PACKAGE);

        system.purge("pinstream-hub");
        assertThat(system.file("etc/pinstream")).isDirectoryContaining("glob:**/agent.yaml");
        assertThat(system.file("var/lib/pinstream")).isDirectory();
        assertThat(system.file("usr/bin/pinstream-agent")).exists();

        system.install(PACKAGE);
        system.purge("pinstream-agent");
        assertThat(system.file("etc/pinstream")).isDirectoryContaining("glob:**/hub.yaml");
        assertThat(system.file("usr/bin/pinstream-hub")).exists();
    }
}
