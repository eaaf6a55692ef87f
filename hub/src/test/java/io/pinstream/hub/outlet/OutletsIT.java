package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.outlet.OutletStatus.State;
import io.pinstream.time.TimeSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The engine and webhooks, on a real Kafka and a real HTTP server; what arrives is read by the CloudEvents SDK.
class OutletsIT {
    private Line line;
    private WebhookStub hook;

    @BeforeEach
    void start() throws Exception {
        line = new Line();
        hook = new WebhookStub();
    }

    @AfterEach
    void stop() {
        line.close();
        hook.close();
    }

    private String yaml(String more) {
        return """
                outlets:
                  hook:
                    type: http
                    retry: {first: 10ms, longest: 100ms}
                    to: {url: "%s"%s}
                """.formatted(hook.url(), more);
    }

    private void awaitAll() {
        await().atMost(Line.LIMIT).until(() -> line.isComplete(hook.ids()));
    }

    /// Nobody answers before three are there: one call at a time would never end.
    @Test
    void hasAsManyRequestsUnderWayAsAllowedButNeverTwoOfADevice() {
        // Given
        line.write("attic", 10);
        line.write("cellar", 10);
        line.write("shed", 10);
        var underWay = new ConcurrentSkipListSet<String>();
        var doubles = new CopyOnWriteArrayList<String>();
        var three = new CyclicBarrier(3);
        hook.answer(events -> {
            var device = events.getFirst().getId().replaceAll("-.*", "");
            if (!underWay.add(device)) {
                doubles.add(device);
            }
            try {
                three.await(Line.LIMIT.toSeconds(), TimeUnit.SECONDS);
                return 204;
            } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
                return 503;
            } finally {
                underWay.remove(device);
            }
        });

        // When
        line.hub(yaml(", calls: 3"));

        // Then
        awaitAll();
        line.assertComplete(hook.ids());
        assertThat(doubles).isEmpty();
        assertThat(hook.ids()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(strings = {"binary", "structured", "batch"})
    void sendsCloudEventsThatTheSdkReads(String format) {
        // Given
        line.write("attic", 20);
        line.write("cellar", 5);

        // When
        line.hub(yaml(", format: %s, token: geheim".formatted(format)));

        // Then
        awaitAll();
        line.assertComplete(hook.ids());
        assertThat(hook.ids()).doesNotHaveDuplicates();
        var first = hook.taken.stream()
                .filter(event -> event.getId().equals("attic-7"))
                .findFirst()
                .orElseThrow();
        assertThat(first.getSource()).hasToString("/devices/attic/sensors/air");
        assertThat(first.getType()).isEqualTo("io.pinstream.sample.v1");
        assertThat(first.getTime()).isNotNull();
        assertThat(first.getExtension("delivery")).isEqualTo("at-least-once");
        assertThat(new String(first.getData().toBytes())).contains("\"temperature\":7.0");
        assertThat(hook.authorizations).containsOnly("Bearer geheim");
    }

    @Test
    void sendsWhatPassesTheFilterOnly() {
        // Given
        line.write("attic", 3);
        line.write("cellar", 3);

        // When
        var hub = line.hub(yaml("") + "    filter: {device: \"c*\", quantity: temperature, type: sample}\n");

        // Then
        await().atMost(Line.LIMIT)
                .until(() -> hook.ids().size() == 3 && hub.list().getFirst().lag() == 0);
        assertThat(hook.ids()).containsExactly("cellar-0", "cellar-1", "cellar-2");
    }

    @Test
    void triesAgainInOrderAndCountsWhatItRepeats() {
        // Given
        long seed = 20_261_123;
        hook.failAtRandom(new Random(seed), 50);

        // When
        var hub = line.hub(yaml(""));
        line.write("attic", 100);
        line.write("cellar", 100);

        // Then
        awaitAll();
        line.assertComplete(hook.ids());
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().state() == State.RUNNING);
        var status = hub.list().getFirst();
        assertThat(status.sent()).as("seed %d", seed).isEqualTo(200);
        assertThat(hook.ids().size() - 200L).isLessThanOrEqualTo(status.repeated());
        assertThat(status.repeated()).isPositive();
        assertThat(hook.faultsLeft()).as("seed %d", seed).isZero();
    }

    @Test
    void buriesWhatIsNeverTakenAndGoesOn() throws Exception {
        // Given
        hook.answer(events -> events.stream().anyMatch(event -> event.getId().equals("attic-3")) ? 422 : 204);
        line.write("attic", 10);

        // When
        var hub = line.hub(yaml(", format: batch"));

        // Then
        await().atMost(Line.LIMIT).until(() -> hook.ids().stream().distinct().count() == 9);
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().dead() == 1);
        var letter =
                new DeadLetters(line.kafka).page(Optional.empty(), 10).letters().getFirst();
        assertThat(letter.key()).isEqualTo("attic");
        assertThat(letter.reason()).startsWith("outlet hook: http://127.0.0.1:").endsWith(" answered 422");
        assertThat(new String(letter.payload())).contains("\"temperature\":3.0");
        assertThat(hook.ids()).doesNotContain("attic-3");
    }

    @Test
    void givesUpOnOneEventOnlyWhenItIsToldTo() {
        // Given
        hook.answer(events -> events.getFirst().getId().equals("attic-0") ? 500 : 204);
        line.write("attic", 3);

        // When
        var hub = line.hub(yaml("").replace("longest: 100ms", "longest: 100ms, give-up-after: 300ms"));

        // Then
        await().atMost(Line.LIMIT).until(() -> hook.ids().equals(List.of("attic-1", "attic-2")));
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().dead() == 1);
    }

    @Test
    void waitsAsLongAsThePeerAsks() {
        // Given
        var asked = new AtomicBoolean();
        hook.retryAfter("1");
        var calls = new java.util.concurrent.atomic.AtomicInteger();
        hook.answer(_ -> {
            calls.incrementAndGet();
            return asked.getAndSet(true) ? 204 : 429;
        });
        line.write("attic", 1);
        long begun = TimeSource.system().nanos();

        // When
        line.hub(yaml(""));

        // Then
        awaitAll();
        assertThat(TimeSource.system().nanos() - begun).isGreaterThanOrEqualTo(1_000_000_000L);
        assertThat(calls).hasValue(2);
    }

    @Test
    void goesOnWhereAnotherHubHadStopped() {
        // Given
        line.write("attic", 10);
        var first = line.hub(yaml(""));
        awaitAll();
        first.close();
        line.write("attic", 10);

        // When
        line.hub(yaml(""));

        // Then
        awaitAll();
        line.assertComplete(hook.ids());
        assertThat(hook.ids()).as("nothing twice after an orderly end").doesNotHaveDuplicates();
    }

    @Test
    void isSharedByHubs() {
        // Given
        var first = line.hub(yaml(""));
        var second = line.hub(yaml(""));

        // When
        await().atMost(Line.LIMIT)
                .until(() -> first.list().getFirst().partitions() > 0
                        && second.list().getFirst().partitions() > 0
                        && first.list().getFirst().partitions()
                                        + second.list().getFirst().partitions()
                                == 3);
        for (int i = 0; i < 12; i++) {
            line.write("device-" + i, 5);
        }

        // Then
        awaitAll();
        line.assertComplete(hook.ids());
        assertThat(first.list().getFirst().sent()).isPositive();
        assertThat(second.list().getFirst().sent()).isPositive();
    }

    @Test
    void restsInAllHubsAndAfterARestartUntilItIsToGoOn() throws Exception {
        // Given
        line.write("attic", 3);
        var first = line.hub(yaml(""));
        var second = line.hub(yaml(""));
        awaitAll();

        // When
        assertThat(first.pause("hook", true)).isPresent();
        await().atMost(Line.LIMIT)
                .until(() -> first.list().getFirst().state() == State.PAUSED
                        && second.list().getFirst().state() == State.PAUSED);
        first.close();
        var third = line.hub(yaml(""));
        line.write("attic", 3);

        // Then
        await().atMost(Line.LIMIT).until(() -> third.list().getFirst().state() == State.PAUSED);
        assertThat(hook.ids()).hasSize(3);
        second.pause("hook", false);
        awaitAll();
        line.assertComplete(hook.ids());
        assertThat(third.pause("nobody", true)).isEmpty();
    }

    @Test
    void sendsAgainFromATimeOnOnceHoweverPartitionsMove() throws Exception {
        // Given
        line.write("attic", 3);
        line.write("cellar", 3);
        var first = line.hub(yaml(""));
        awaitAll();

        // When
        first.replay("hook", TimeSource.system().instant().minusSeconds(3600));
        await().atMost(Line.LIMIT).until(() -> hook.ids().size() == 12);
        await().atMost(Line.LIMIT).until(() -> first.list().getFirst().lag() == 0);
        first.close();
        line.hub(yaml(""));
        line.write("attic", 1);

        // Then
        await().atMost(Line.LIMIT).until(() -> hook.ids().contains("attic-3"));
        assertThat(hook.ids()).hasSize(13);
        line.assertComplete(hook.ids());
    }
}
