package io.pinstream.agent.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.outbox.Packed;
import io.pinstream.agent.rule.Rules;
import io.pinstream.agent.rule.SensorRule;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class FlowTest {
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final SensorId AIR = new SensorId("air");
    private static final Packer.Config PACKING =
            new Packer.Config(3, Duration.ofMillis(200), 4096, Payload.Format.CBOR);

    private final ManualTime time = new ManualTime();
    private final FakeStore store = new FakeStore();
    private final List<String> said = new CopyOnWriteArrayList<>();
    private int made;

    @Test
    void makesAPackOfAsManyEventsAsItMayHave() throws Exception {
        // Given
        var flow = flow(PACKING);

        // When
        for (int i = 0; i < 3; i++) {
            flow.put(sample());
            flow.step();
        }

        // Then
        assertThat(store.packs).hasSize(1);
        assertThat(store.packs.getFirst().events()).isEqualTo(3);
        assertThat(store.events(0)).extracting(Event::time).isSorted().hasSize(3);
    }

    @Test
    void sendsAnEventThatHasWaitedForTheLingerTime() throws Exception {
        // Given
        var flow = flow(PACKING);
        flow.put(sample());
        flow.step();
        assertThat(store.packs).isEmpty();

        // When
        time.advanceMillis(200);
        flow.step();

        // Then
        assertThat(store.packs).hasSize(1);
    }

    @Test
    void sendsAnEdgeAtOnceAndMakesItDurable() throws Exception {
        // Given
        var flow = flow(PACKING);
        flow.put(sample());
        flow.put(edge());

        // When
        flow.step();
        flow.step();

        // Then
        assertThat(store.packs).hasSize(1);
        assertThat(store.packs.getFirst().edges()).isTrue();
        assertThat(store.packs.getFirst().events()).isEqualTo(2);
        assertThat(store.flushes).isEqualTo(1);
    }

    @Test
    void packsABurstOfEdgesTogether() throws Exception {
        // Given
        var flow = flow(PACKING);
        for (int i = 0; i < 6; i++) {
            flow.put(edge());
        }

        // When
        for (int i = 0; i < 6; i++) {
            flow.step();
        }

        // Then
        assertThat(store.packs).extracting(Packed::events).containsExactly(3, 3);
    }

    @Test
    void flushesOnceForAllPacksOfALossWindow() throws Exception {
        // Given
        var flow = flow(new Packer.Config(1, Duration.ZERO, 4096, Payload.Format.CBOR));
        for (int i = 0; i < 5; i++) {
            flow.put(sample());
            flow.step();
        }
        assertThat(store.packs).hasSize(5);
        assertThat(store.flushes).isZero();

        // When
        time.advanceMillis(500);
        flow.step();

        // Then
        assertThat(store.flushes).isEqualTo(1);
    }

    @Test
    void neverMakesAPackOfMoreBytesThanItMayHave() throws Exception {
        // Given
        var flow = flow(new Packer.Config(5000, Duration.ofMillis(200), 1024, Payload.Format.JSON));

        // When
        for (int i = 0; i < 200; i++) {
            flow.put(text("\u0001\"\\".repeat(20)));
            flow.step();
        }

        // Then
        assertThat(store.packs)
                .hasSizeGreaterThan(10)
                .allSatisfy(pack -> assertThat(pack.payload().bytes().length).isLessThanOrEqualTo(1024));
        assertThat(store.packs.stream().mapToInt(Packed::events).sum()).isGreaterThan(190);
    }

    @Test
    void triesAgainUntilTheDiskTakesThePackAndLosesNothing() throws Exception {
        // Given
        var flow = flow(new Packer.Config(1, Duration.ZERO, 4096, Payload.Format.CBOR));
        store.failures = 2;
        flow.put(sample());
        flow.put(sample());

        // When
        flow.step();
        flow.step();

        // Then
        assertThat(store.packs).hasSize(2);
        assertThat(said).containsExactly("failed No space left", "failed No space left", "recovered");
    }

    @Test
    void waitsForRoomInAFullOutboxAndFlushesSoThatItCanGetSome() throws Exception {
        // Given
        var flow = flow(new Packer.Config(1, Duration.ZERO, 4096, Payload.Format.CBOR));
        flow.put(sample());
        flow.step();
        store.fullTimes = 1;
        flow.put(sample());

        // When
        flow.step();

        // Then
        assertThat(store.packs).hasSize(2);
        assertThat(store.flushes).isEqualTo(1);
        assertThat(said).containsExactly("full");
    }

    @Test
    void flushesAgainAfterAFlushFailed() throws Exception {
        // Given
        var flow = flow(new Packer.Config(1, Duration.ZERO, 4096, Payload.Format.CBOR));
        flow.put(edge());
        store.flushFailures = 1;
        flow.step();
        assertThat(store.flushes).isZero();

        // When
        time.advance(Duration.ofSeconds(5));
        flow.step();

        // Then
        assertThat(store.flushes).isEqualTo(1);
        assertThat(said).containsExactly("failed I/O error", "recovered");
    }

    @Test
    void leavesOutWhatTheRulesHoldBack() throws Exception {
        // Given
        var rule = new SensorRule.Config(Map.of("temperature", 100.0), Optional.empty(), Duration.ZERO);
        var flow = new Flow(
                Flow.Config.DEFAULT, new Rules(Map.of(AIR, rule)), new Packer(DEVICE, PACKING), store, time, watch());
        flow.put(sample());
        flow.put(sample());

        // When
        flow.step();
        flow.step();
        time.advanceMillis(200);
        flow.step();

        // Then
        assertThat(store.packs).extracting(Packed::events).containsExactly(1);
    }

    @Test
    void aWindowEndsByTheMonotonicClockAndByItself() throws Exception {
        // Given
        var flow = aggregating();
        flow.put(sample());
        flow.step();

        // When the wall clock is moved, forwards and backwards
        time.setWall(ManualTime.START.plus(Duration.ofDays(1)));
        flow.put(sample());
        flow.step();
        time.setWall(ManualTime.START.minus(Duration.ofDays(1)));
        flow.put(sample());
        flow.step();
        assertThat(store.packs).isEmpty();
        time.advanceMillis(1_000);
        flow.step();
        time.advanceMillis(200);
        flow.step();

        // Then
        assertThat(store.events(0))
                .singleElement()
                .satisfies(event -> assertThat(event.measurements().getLast())
                        .isEqualTo(Measurement.of(new Quantity("readings", new Unit("count")), 3)));
    }

    @Test
    void whatWaitedForAFullOutboxBelongsToTheWindowInWhichItWasRead() throws Exception {
        // Given events of four windows that nobody took for as long
        var flow = aggregating();
        for (int i = 0; i < 8; i++) {
            flow.put(sample());
            time.advanceMillis(500);
        }

        // When
        for (int i = 0; i < 8; i++) {
            flow.step();
        }
        time.advanceMillis(1_000);
        flow.step();
        flow.close();
        flow.run();

        // Then
        var readings = store.packs.stream()
                .flatMap(pack -> store.events(store.packs.indexOf(pack)).stream())
                .map(event -> event.measurements().getLast().value())
                .toList();
        assertThat(readings).hasSize(4).containsOnly(new Value.Decimal(2));
    }

    private Flow aggregating() {
        var rule = new SensorRule.Config(Map.of(), Optional.empty(), Duration.ZERO, Optional.of(Duration.ofSeconds(1)));
        return new Flow(
                Flow.Config.DEFAULT, new Rules(Map.of(AIR, rule)), new Packer(DEVICE, PACKING), store, time, watch());
    }

    @Test
    void refusesAnEventThatFindsNoRoomInTime() throws Exception {
        // Given
        var flow = new Flow(
                new Flow.Config(1, Duration.ZERO),
                new Rules(Map.of()),
                new Packer(DEVICE, PACKING),
                store,
                time,
                watch());

        // Then
        assertThat(flow.offer(sample(), Duration.ZERO)).isTrue();
        assertThat(flow.offer(sample(), Duration.ofMillis(1))).isFalse();
    }

    @Test
    void appendsAndFlushesEverythingBeforeItEnds() throws Exception {
        // Given
        var flow = flow(PACKING);
        for (int i = 0; i < 100; i++) {
            flow.put(sample());
        }
        var thread = Thread.ofPlatform().start(flow);

        // When
        flow.close();

        // Then
        Awaitility.await().until(() -> !thread.isAlive());
        assertThat(store.packs.stream().mapToInt(Packed::events).sum()).isEqualTo(100);
        assertThat(store.flushes).isPositive();
        assertThat(store.packs).hasSize(34);
    }

    @Test
    void savesWhatItHasWhenItIsInterruptedAndKeepsTheFlag() throws Exception {
        // Given
        var flow = flow(PACKING);
        flow.put(sample());
        var flag = new boolean[1];
        var thread = Thread.ofPlatform().start(() -> {
            flow.run();
            flag[0] = Thread.currentThread().isInterrupted();
        });

        // When
        thread.interrupt();

        // Then
        Awaitility.await().until(() -> !thread.isAlive());
        assertThat(flag[0]).isTrue();
        assertThat(store.packs).hasSize(1);
        assertThat(store.interruptedCalls).isZero();
        assertThat(store.flushes).isEqualTo(1);
    }

    @Test
    void givesUpOnlyWhenItIsStoppedAndSaysHowMuch() throws Exception {
        // Given
        var flow = flow(new Packer.Config(1, Duration.ZERO, 4096, Payload.Format.CBOR));
        store.failures = Integer.MAX_VALUE;
        flow.put(sample());
        var thread = Thread.ofPlatform().start(flow);
        Awaitility.await().until(() -> said.contains("failed No space left"));

        // When
        flow.close();

        // Then
        Awaitility.await().until(() -> !thread.isAlive());
        assertThat(said).contains("dropped 1");
    }

    @Test
    void refusesConfigurationsOutOfRange() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Packer.Config(0, Duration.ZERO, 4096, Payload.Format.CBOR))
                .withMessage("events must be 1 to 5000, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Packer.Config(1, Duration.ofHours(1), 4096, Payload.Format.CBOR))
                .withMessage("linger must be at most 10 min and not negative, but was 3600000 ms");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Packer.Config(1, Duration.ZERO, 1 << 20, Payload.Format.CBOR))
                .withMessage("bytes must be 1024 to 131072, but was 1048576");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Flow.Config(0, Duration.ZERO))
                .withMessage("queue must be 1 to 1000000, but was 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Flow.Config(1, Duration.ofMillis(-1)));
    }

    private Flow flow(Packer.Config packing) {
        return new Flow(
                new Flow.Config(1024, Duration.ofMillis(500)),
                new Rules(Map.of()),
                new Packer(DEVICE, packing),
                store,
                time,
                watch());
    }

    private Event sample() {
        return Event.sample(
                AIR,
                ManualTime.START.plusMillis(++made),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.TEMPERATURE, 21.5)));
    }

    private Event text(String text) {
        return Event.sample(
                AIR, ManualTime.START.plusMillis(++made), Quality.GOOD, List.of(Measurement.of(Quantity.FAULT, text)));
    }

    private Event edge() {
        return Event.edge(
                new SensorId("door"),
                ManualTime.START.plusMillis(++made),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.ACTIVE, true)));
    }

    private AgentWatch watch() {
        return new AgentWatch() {
            @Override
            public void outboxFailed(String reason) {
                said.add("failed " + reason);
            }

            @Override
            public void outboxRecovered() {
                said.add("recovered");
            }

            @Override
            public void outboxFull(long bytes, long maxBytes) {
                said.add("full");
            }

            @Override
            public void eventsDropped(long events, String reason) {
                said.add("dropped " + events);
            }
        };
    }

    private static final class FakeStore implements Flow.Store {
        private final List<Packed> packs = new CopyOnWriteArrayList<>();
        private volatile int flushes;
        private volatile int interruptedCalls;
        private int failures;
        private int flushFailures;
        private int fullTimes;

        @Override
        public Outbox.Appended append(Packed packed) throws IOException {
            interruptedCalls += Thread.currentThread().isInterrupted() ? 1 : 0;
            if (failures > 0) {
                failures--;
                throw new IOException("No space left");
            }
            if (fullTimes > 0) {
                fullTimes--;
                return new Outbox.Appended.Full(100, 100);
            }
            packs.add(packed);
            return new Outbox.Appended.Kept(packs.size());
        }

        @Override
        public void flush() throws IOException {
            interruptedCalls += Thread.currentThread().isInterrupted() ? 1 : 0;
            if (flushFailures > 0) {
                flushFailures--;
                throw new IOException("I/O error");
            }
            flushes++;
        }

        List<Event> events(int pack) {
            var decoded = SenmlCodec.decode(DEVICE, packs.get(pack).payload(), SenmlCodec.Limits.DEFAULT);
            return ((SenmlCodec.Decoded.Events) decoded).events();
        }
    }
}
