package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.outbox.OutboxReport;
import io.pinstream.agent.service.Service;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedAgentTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private Path file;

    @BeforeEach
    void write() throws IOException {
        file = folder.resolve("agent.yaml");
        write("device-1", "outbox", 20);
    }

    @Test
    void losesNothingOfTheOutboxWhenTheConfigurationChangesAgainAndAgain() throws IOException {
        // Given an agent without a broker, so that all that it takes stays
        var taken = new AtomicLong();
        var watch = new AgentWatch() {
            @Override
            public void eventTaken(Event event) {
                taken.incrementAndGet();
            }
        };
        var config = AgentConfig.read(file).config().orElseThrow();

        // When it is replaced five times, each time under way
        long rows = 0;
        for (int millis = 20; millis < 25; millis++) {
            long before = taken.get();
            try (var agent = ServedAgent.open(config, TimeSource.system(), watch)) {
                await().atMost(LIMIT).until(() -> taken.get() > before + 10);
                assertThat(agent.loops()).containsOnlyKeys("publisher", "flow", "control");
                assertThat(agent.status()).startsWith("device device-1: 1 sensors, ");
            }
            var report = OutboxReport.read(config.outbox().folder());

            // Then everything that was taken until then is in the outbox, in rows that go on
            assertThat(report.events()).isEqualTo(taken.get());
            assertThat(report.gaps()).isEmpty();
            assertThat(report.damages()).isEmpty();
            assertThat(report.lastRow()).isGreaterThan(rows);
            rows = report.lastRow();

            write("device-1", "outbox", millis + 1);
            config = ((Service.Outcome.Good<AgentConfig>) ServedAgent.reread(file, config)).config();
        }
    }

    @Test
    void refusesWhatWouldLeaveTheOutboxBehind() throws IOException {
        var config = AgentConfig.read(file).config().orElseThrow();

        // When
        write("device-2", "elsewhere", 20);

        // Then
        assertThat(problems(config))
                .anyMatch(one -> one.contains("device is device-1 and cannot become device-2 by a reload: restart"))
                .anyMatch(one -> one.contains("outbox.folder is"))
                .hasSize(2);
    }

    @Test
    void tellsFileLineAndReasonOfAWrongFile() throws IOException {
        var config = AgentConfig.read(file).config().orElseThrow();

        // When
        Files.writeString(file, "device: device-1\nsensors:\n  machine:\n    type: hosts\n");

        // Then
        assertThat(problems(config))
                .singleElement()
                .asString()
                .startsWith(file + ":4:11 ")
                .contains("did you mean host");
    }

    @Test
    void readsWhatLiesInConfDAgain() throws IOException {
        var config = AgentConfig.read(file).config().orElseThrow();
        var dropIns = Files.createDirectory(folder.resolve("conf.d"));

        // When
        Files.writeString(dropIns.resolve("10-site.yaml"), "broker: {url: \"tcp://127.0.0.1:10\"}\n");
        Files.writeString(dropIns.resolve("20-second.yaml"), "sensors:\n  second: {type: host}\n");
        Files.writeString(dropIns.resolve("README"), "not YAML: [\n");

        // Then
        var read = ((Service.Outcome.Good<AgentConfig>) ServedAgent.reread(file, config)).config();
        assertThat(read.broker().broker()).hasToString("tcp://127.0.0.1:10");
        assertThat(read.sensors()).extracting(sensor -> sensor.id().value()).containsExactly("machine", "second");

        // And a problem is told with the file that has it
        Files.writeString(dropIns.resolve("20-second.yaml"), "sensors:\n  second: {type: hosts}\n");
        assertThat(problems(read))
                .singleElement()
                .asString()
                .startsWith(dropIns.resolve("20-second.yaml") + ":2:18 ")
                .contains("did you mean host");
    }

    private List<String> problems(AgentConfig current) {
        return ((Service.Outcome.Bad<AgentConfig>) ServedAgent.reread(file, current)).problems();
    }

    private void write(String device, String outbox, int millis) throws IOException {
        Files.writeString(file, """
                device: %s
                broker: {url: tcp://127.0.0.1:9}
                outbox: {folder: %s}
                packs: {linger: 10ms}
                sensors:
                  machine: {type: host, every: %dms}
                """.formatted(device, folder.resolve(outbox), millis));
    }
}
