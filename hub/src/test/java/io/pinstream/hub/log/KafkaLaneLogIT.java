package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.delivery.Mark;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.hub.log.EventReader.Stored;
import io.pinstream.hub.log.LaneLog.Outcome;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaLaneLogIT {
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final DeviceId CELLAR = new DeviceId("cellar");
    private static final StreamId ONE = new StreamId(0, 1);
    private static final StreamId TWO = new StreamId(0, 2);
    private static final Event EVENT = event(Instant.parse("2026-11-23T04:40:14Z"), Measurement.of(Quantity.COUNT, 7));

    private KafkaSettings settings;

    @BeforeEach
    void makeTopics() throws Exception {
        settings = RealKafka.settingsWithTopics();
    }

    @Test
    void showsWhatIsCommittedAndNothingElse() throws IOException {
        try (var log = open(0)) {
            log.event(ATTIC, ONE, 1, 0, EVENT);
            assertThat(log.abort()).isEqualTo(Outcome.ABORTED);

            log.event(ATTIC, ONE, 2, 0, EVENT);
            log.event(ATTIC, ONE, 2, 1, EVENT);
            log.dropped(ATTIC, ONE, 3, 9, EVENT);
            assertThat(log.commit()).isEqualTo(Outcome.COMMITTED);

            log.event(ATTIC, ONE, 10, 0, EVENT); // and never ended
            await().untilAsserted(() -> assertThat(RealKafka.events(settings))
                    .extracting(Stored::id)
                    .containsExactly(ONE + "/2/0", ONE + "/2/1", ONE + "/3-9/0"));
        }
    }

    @Test
    void writesTheDroppedRangeIntoItsEvent() throws IOException {
        try (var log = open(0)) {
            log.dropped(ATTIC, ONE, 3, 9, EVENT);
            log.commit();
        }

        await().untilAsserted(() -> assertThat(RealKafka.events(settings))
                .singleElement()
                .satisfies(stored -> assertThat(new String(stored.value(), StandardCharsets.UTF_8))
                        .endsWith("\"count\":7.0,\"first_sequence\":3,\"last_sequence\":9}")));
    }

    @Test
    void keepsAnOlderOwnerFromCommittingWhatItHasWritten() throws IOException {
        // Given
        try (var older = open(1)) {
            older.event(ATTIC, ONE, 1, 0, EVENT);
            older.mark(ATTIC, Mark.first(ONE, 1));

            // When
            try (var newer = open(1)) {
                newer.event(ATTIC, TWO, 1, 0, EVENT);

                // Then
                assertThat(older.commit()).isEqualTo(Outcome.FENCED);
                assertThat(newer.commit()).isEqualTo(Outcome.COMMITTED);
            }
        }
        await().untilAsserted(() ->
                assertThat(RealKafka.events(settings)).extracting(Stored::id).containsExactly(TWO + "/1/0"));
        try (var next = open(1)) {
            assertThat(next.marks()).isEmpty();
        }
    }

    @Test
    void keepsAnOlderOwnerFromCommittingAnythingNew() throws IOException {
        try (var older = open(1)) {
            older.event(ATTIC, ONE, 1, 0, EVENT);
            assertThat(older.commit()).isEqualTo(Outcome.COMMITTED);
            try (var _ = open(1)) {
                older.event(ATTIC, ONE, 2, 0, EVENT);
                assertThat(older.commit()).isEqualTo(Outcome.FENCED);
            }
        }
        await().untilAsserted(() ->
                assertThat(RealKafka.events(settings)).extracting(Stored::id).containsExactly(ONE + "/1/0"));
    }

    @Test
    void leavesTheOwnersOfOtherLanesAlone() throws IOException {
        try (var one = open(1);
                var two = open(2)) {
            one.event(ATTIC, ONE, 1, 0, EVENT);
            two.event(CELLAR, TWO, 1, 0, EVENT);

            assertThat(one.commit()).isEqualTo(Outcome.COMMITTED);
            assertThat(two.commit()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void readsTheMarksBackThatWereCommittedInItsOwnLane() throws IOException {
        // Given
        try (var log = open(0);
                var other = open(1)) {
            log.mark(ATTIC, Mark.first(ONE, 1));
            log.commit();
            log.mark(ATTIC, Mark.first(ONE, 2));
            log.mark(CELLAR, Mark.first(TWO, 5));
            log.commit();
            log.mark(ATTIC, Mark.first(ONE, 3));
            log.abort();
            other.mark(new DeviceId("roof"), Mark.first(TWO, 1));
            other.commit();
        }

        // When
        try (var log = open(0)) {
            // Then
            assertThat(log.marks())
                    .containsOnlyKeys(ATTIC, CELLAR)
                    .containsEntry(ATTIC, Mark.first(ONE, 2))
                    .containsEntry(CELLAR, Mark.first(TWO, 5));
        }
    }

    @Test
    void takesAnEventOfADeviceThatLivesInTheFuture() throws IOException {
        try (var log = open(0)) {
            log.event(
                    ATTIC, ONE, 1, 0, event(Instant.parse("2199-01-01T00:00:00Z"), Measurement.of(Quantity.COUNT, 1)));
            assertThat(log.commit()).isEqualTo(Outcome.COMMITTED);
        }
    }

    @Test
    void takesAnEventThatIsLargerThanKafkasOwnLimit() throws IOException {
        var measurements = new ArrayList<Measurement>();
        for (int i = 0; i < 1000; i++) {
            measurements.add(Measurement.of(new Quantity("q" + i, Unit.NONE), "\u0001".repeat(256)));
        }
        var large = Event.sample(new SensorId("air"), EVENT.time(), Quality.GOOD, measurements);

        try (var log = open(0)) {
            log.event(ATTIC, ONE, 1, 0, large);
            assertThat(log.commit()).isEqualTo(Outcome.COMMITTED);
        }

        await().untilAsserted(() -> assertThat(RealKafka.events(settings))
                .singleElement()
                .satisfies(stored -> assertThat(stored.value()).hasSizeGreaterThan(1_500_000)));
    }

    @Test
    void provesWhatItWrote() throws Exception {
        // Given
        var numbers = new DeadLetter.Numbers(ONE, 3, 3);
        try (var log = open(0)) {
            log.event(ATTIC, ONE, 1, 0, EVENT);
            log.event(ATTIC, ONE, 2, 0, EVENT);
            log.commit();
            log.deadLetter(
                    "attic",
                    new DeadLetter("pack 3: no SenML", "t", EVENT.time(), Optional.of(numbers), new byte[] {1}));
            log.event(ATTIC, ONE, 4, 0, EVENT);
            log.dropped(ATTIC, ONE, 5, 8, EVENT);
            log.event(ATTIC, ONE, 9, 0, EVENT);
            log.event(CELLAR, TWO, 1, 0, EVENT);
            log.event(CELLAR, TWO, 4, 0, EVENT);
            log.event(CELLAR, TWO, 4, 0, EVENT);
            log.commit();
        }
        try (var foreign = KafkaForeignLog.open(settings, "hub-1", TimeSource.system())) {
            foreign.event(ATTIC, "foreign-x/1", EVENT);
            assertThat(foreign.commit()).isEqualTo(Outcome.COMMITTED);
        }
        var heard = new ArrayList<Double>();

        // When a commit shows, which is a moment after it returned
        await().until(() -> RealKafka.events(settings).size() == 9);
        var devices = Audit.run(settings, heard::add);

        // Then
        assertThat(devices)
                .containsExactly(
                        new Audit.Device("attic", 1, 4, 4, 0, 0, 0, 0, 1, 4, 1, 1),
                        new Audit.Device("cellar", 1, 2, 3, 2, 1, 0, 0, 0, 0, 0, 0));
        assertThat(heard).isSorted().first().isEqualTo(0.0);
        assertThat(heard.getLast()).isEqualTo(1.0);
    }

    @Test
    void saysThatThereIsNoTopicToProve() {
        var missing = settings.withPrefix("no-such");

        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> Audit.run(missing, _ -> {})))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no-such.events");
    }

    private LaneLog open(int lane) throws IOException {
        return KafkaLaneLog.open(settings, lane, TimeSource.system());
    }

    private static Event event(Instant time, Measurement measurement) {
        return Event.sample(new SensorId("air"), time, Quality.GOOD, List.of(measurement));
    }
}
