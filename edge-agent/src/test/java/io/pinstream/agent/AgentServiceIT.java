package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.linux.NotifySocket;
import io.pinstream.agent.outbox.OutboxReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent in a process of its own, before a service manager that listens on a real socket.
class AgentServiceIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    @Timeout(value = 4, unit = TimeUnit.MINUTES)
    void tellsItsManagerHowItIsReloadsOnSighupAndEndsInOrder() throws Throwable {
        // Given
        var file = folder.resolve("agent.yaml");
        var log = folder.resolve("log");
        write(file, "host", 50);
        var name = folder.resolve("notify").toString();
        try (var manager = new NotifySocket(name)) {
            var process = start(file, log, name);
            try {
                // Then it says when it is ready, and that it is alive
                awaitSaid(manager, log, "READY=1\nSTATUS=device test: 1 sensors", 1);
                awaitSaid(manager, log, "WATCHDOG=1", 2);

                // When the file is wrong
                write(file, "hosts", 50);
                hangUp(process);

                // Then the reload is over, the reason is told, and the agent goes on
                awaitSaid(manager, log, "READY=1\nSTATUS=the new configuration is wrong", 1);
                assertThat(manager.heard()).anyMatch(said -> said.matches("(?s)RELOADING=1\nMONOTONIC_USEC=\\d+\n.*"));
                assertThat(Files.readString(log))
                        .contains("is wrong; the one before stays in force", "agent.yaml:7:11");
                int alive = count(manager, "WATCHDOG=1");
                awaitSaid(manager, log, "WATCHDOG=1", alive + 2);

                // When it is right again
                write(file, "host", 40);
                hangUp(process);

                // Then it is in force
                awaitSaid(manager, log, "READY=1\nSTATUS=device test: 1 sensors", 2);
                assertThat(Files.readString(log)).contains("configuration was read again and is in force");
                assertThat(process.isAlive()).isTrue();

                // When it is told to stop
                process.destroy();

                // Then it says so first, and ends well
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).as(Files.readString(log)).isZero();
                awaitSaid(manager, log, "STOPPING=1", 1);
            } finally {
                process.destroyForcibly();
            }
        }
        var outbox = OutboxReport.read(folder.resolve("outbox"));
        assertThat(outbox.events()).isPositive();
        assertThat(outbox.gaps()).isEmpty();
        assertThat(outbox.damages()).isEmpty();
    }

    private Process start(Path file, Path log, String notify) throws IOException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(List.of(
                        java,
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "run",
                        "-c",
                        file.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("NOTIFY_SOCKET", notify);
        builder.environment().put("WATCHDOG_USEC", "2000000");
        return builder.start();
    }

    private static void hangUp(Process process) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-HUP", Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void awaitSaid(NotifySocket manager, Path log, String start, int times) {
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(count(manager, start))
                        .as("%s in %s, log %s", start, manager.heard(), Files.readString(log))
                        .isGreaterThanOrEqualTo(times));
    }

    private static int count(NotifySocket manager, String start) {
        return (int)
                manager.heard().stream().filter(said -> said.startsWith(start)).count();
    }

    private void write(Path file, String type, int millis) throws IOException {
        Files.writeString(file, """
                device: test
                broker: {url: tcp://127.0.0.1:9}
                outbox: {folder: %s}
                packs: {linger: 10ms}
                sensors:
                  machine:
                    type: %s
                    every: %dms
                """.formatted(folder.resolve("outbox"), type, millis));
    }
}
