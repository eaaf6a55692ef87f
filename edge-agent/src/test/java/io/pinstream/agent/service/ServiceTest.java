package io.pinstream.agent.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.flow.Flow;
import io.pinstream.agent.flow.Packer;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.outbox.Packed;
import io.pinstream.agent.rule.Rules;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration OFTEN = Duration.ofMillis(100);

    private final List<String> happened = new CopyOnWriteArrayList<>();
    private final Wishes wishes = new Wishes();
    private final AtomicReference<Service.Outcome<String>> next = new AtomicReference<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private Thread thread;

    private final AgentWatch watch = new AgentWatch() {
        @Override
        public void configurationTaken(String file) {
            happened.add("taken " + file);
        }

        @Override
        public void configurationRefused(String problem) {
            happened.add("refused " + problem);
        }

        @Override
        public void loopStuck(String name) {
            happened.add("stuck " + name);
        }

        @Override
        public void loopFreed(String name) {
            happened.add("freed " + name);
        }
    };

    private record Fake(String config, Map<String, Loop> loops, List<String> happened) implements Service.Agent {
        @Override
        public String status() {
            return config + " runs";
        }

        @Override
        public void close() {
            happened.add("closed " + config);
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        wishes.end();
        if (thread != null) {
            assertThat(thread.join(LIMIT)).isTrue();
        }
    }

    @Test
    void takesANewConfigurationAfterTheOldAgentHasEnded() {
        // Given
        start(Map.of(), Duration.ofMinutes(1));
        awaitSaid("READY=1 STATUS=a runs");

        // When
        next.set(new Service.Outcome.Good<>("b"));
        wishes.reload();

        // Then
        awaitSaid("READY=1 STATUS=b runs");
        assertThat(happened)
                .containsSubsequence(
                        "opened a",
                        "READY=1 STATUS=a runs",
                        "closed a",
                        "opened b",
                        "taken agent.yaml",
                        "READY=1 STATUS=b runs");
        assertThat(happened).anyMatch(said -> said.matches("RELOADING=1 MONOTONIC_USEC=\\d+ STATUS=.*"));
    }

    @Test
    void keepsTheOldAgentRunningWhenTheNewConfigurationIsWrong() {
        // Given
        start(Map.of(), Duration.ofMinutes(1));
        awaitSaid("READY=1 STATUS=a runs");

        // When
        next.set(new Service.Outcome.Bad<>(List.of("agent.yaml:3:1 one", "agent.yaml:4:1 two")));
        wishes.reload();

        // Then the manager hears that the reload is over, and why it came to nothing
        await().atMost(LIMIT)
                .until(() -> happened.stream()
                        .anyMatch(said -> said.startsWith("READY=1 STATUS=the new") && said.endsWith("3:1 one")));
        assertThat(happened)
                .contains("refused agent.yaml:3:1 one", "refused agent.yaml:4:1 two")
                .doesNotContain("closed a");
    }

    @Test
    void goesBackToTheOldConfigurationWhenTheNewOneCannotBeOpened() {
        // Given
        start(Map.of(), Duration.ofMinutes(1));
        awaitSaid("READY=1 STATUS=a runs");

        // When
        next.set(new Service.Outcome.Good<>("unopenable"));
        wishes.reload();

        // Then
        await().atMost(LIMIT)
                .until(() -> happened.stream().filter("opened a"::equals).count() == 2);
        assertThat(happened).contains("refused no such board").doesNotContain("taken agent.yaml");
    }

    @Test
    void saysThatItStopsBeforeItDoes() throws InterruptedException {
        // Given
        start(Map.of(), Duration.ofMinutes(1));
        awaitSaid("READY=1 STATUS=a runs");

        // When
        wishes.end();

        // Then
        assertThat(thread.join(LIMIT)).isTrue();
        assertThat(happened).containsSubsequence("STOPPING=1 STATUS=bringing what was read to the disk", "closed a");
        assertThat(failure.get()).isNull();
    }

    @Test
    void feedsTheWatchdogByTheProgressOfAFlowAndStarvesItWhenTheFlowHangs() throws Exception {
        // Given a real flow whose disk does not come back from a write
        var hangs = new CountDownLatch(1);
        var back = new CountDownLatch(1);
        var store = new Flow.Store() {
            @Override
            public Outbox.Appended append(Packed packed) throws IOException {
                hangs.countDown();
                try {
                    back.await();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
                return new Outbox.Appended.Kept(1);
            }

            @Override
            public void flush() {}
        };
        var air = new SensorId("air");
        var flow = new Flow(
                Flow.Config.DEFAULT,
                new Rules(Map.of()),
                new Packer(new DeviceId("test"), Packer.Config.DEFAULT),
                store,
                TimeSource.system(),
                AgentWatch.NONE);
        var flowing = new Thread(flow, "flow");
        flowing.start();

        // When it has nothing to do
        start(Map.of("flow", flow), OFTEN);

        // Then it is alive all the same
        await().atMost(LIMIT).until(() -> fed() >= 5);

        // When it hangs
        flow.put(Event.sample(air, Instant.EPOCH, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, 20))));
        hangs.await();
        await().atMost(LIMIT).until(() -> happened.contains("stuck flow"));

        // Then the watchdog gets nothing any more, while everything else goes on
        long before = fed();
        await().atMost(LIMIT)
                .until(() -> happened.stream().filter("stuck flow"::equals).count() >= 5);
        assertThat(fed()).isEqualTo(before);

        // When the disk comes back
        back.countDown();

        // Then it is fed again
        await().atMost(LIMIT).until(() -> fed() > before);
        assertThat(happened).contains("freed flow");
        flow.close();
        assertThat(flowing.join(LIMIT)).isTrue();
    }

    @Test
    void listensToTheManagerOnlyWhereThereIsOne() throws IOException {
        assertThat(Supervision.of(Map.of(), 7)).isSameAs(Supervision.NONE);
        assertThat(Supervision.watchdog(Map.of("WATCHDOG_USEC", "3000000"), 7)).contains(Duration.ofSeconds(3));
        assertThat(Supervision.watchdog(Map.of("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "7"), 7))
                .contains(Duration.ofSeconds(3));
        assertThat(Supervision.watchdog(Map.of("WATCHDOG_USEC", "3000000", "WATCHDOG_PID", "8"), 7))
                .isEmpty();
        assertThat(Supervision.watchdog(Map.of("WATCHDOG_USEC", "soon"), 7)).isEmpty();
        assertThatThrownBy(() -> Supervision.of(Map.of("NOTIFY_SOCKET", "nonsense"), 7))
                .hasMessageContaining("NOTIFY_SOCKET");
    }

    private void start(Map<String, Loop> loops, Duration watchdog) {
        var supervision =
                new Supervision(lines -> happened.add(String.join(" ", lines)), () -> {}, Optional.of(watchdog));
        Service.Opening<String> opening = config -> {
            if (config.equals("unopenable")) {
                throw new IOException("no such board");
            }
            happened.add("opened " + config);
            return new Fake(config, loops, happened);
        };
        var service = new Service<>(_ -> next.get(), opening, supervision, TimeSource.system(), watch);
        thread = new Thread(() -> {
            try {
                service.run("agent.yaml", "a", wishes);
            } catch (IOException | InterruptedException failed) {
                failure.set(failed);
            }
        });
        thread.start();
    }

    private void awaitSaid(String said) {
        await().atMost(LIMIT).until(() -> happened.contains(said));
    }

    private long fed() {
        return happened.stream().filter("WATCHDOG=1"::equals).count();
    }
}
