package io.pinstream.agent.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.driver.Reading;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

class SamplerTest {
    private static final SensorId AIR = new SensorId("air");
    private static final long SECOND = 1_000_000_000L;

    private final ManualTime time = new ManualTime();
    private final long start = time.nanos();
    private final List<Event> events = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final FakeSensor sensor = new FakeSensor();
    private boolean full;

    @Test
    void takesAReadingAtItsTimeAndIsDueAPeriodLater() throws Exception {
        // When
        long due = sampler("1s").step(start);

        // Then
        assertThat(due).isEqualTo(start + SECOND);
        assertThat(events)
                .containsExactly(Event.sample(
                        AIR, ManualTime.START, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, 21.5))));
        assertThat(said).isEmpty();
    }

    @Test
    void skipsMissedReadingsInsteadOfCatchingUp() throws Exception {
        // Given
        var sampler = sampler("1s");
        time.advance(Duration.ofMillis(4_500));

        // When
        long due = sampler.step(start);

        // Then
        assertThat(events).hasSize(1);
        assertThat(due).isEqualTo(start + 5 * SECOND);
        assertThat(said).containsExactly("late 4500", "skipped 4");
    }

    @Test
    void keepsItsGridWhenAReadingTakesLong() throws Exception {
        // Given
        sensor.takes = Duration.ofMillis(750);

        // When
        long due = sampler("1s").step(start);

        // Then
        assertThat(due).isEqualTo(start + SECOND);
        assertThat(events).extracting(Event::time).containsExactly(ManualTime.START);
        assertThat(said).isEmpty();
    }

    @Test
    void turnsAFailureIntoAnEventWithTheReasonAndNoValue() throws Exception {
        // Given
        sensor.fault = new ReadFailed(Flaw.CHECKSUM, "crc is 0x12, must be 0x34: " + "x".repeat(300));

        // When
        sampler("1s").step(start);

        // Then
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.quality()).isEqualTo(Quality.of(Flaw.CHECKSUM));
            assertThat(event.measurements())
                    .singleElement()
                    .satisfies(m -> assertThat(m.quantity()).isEqualTo(Quantity.FAULT));
            assertThat(event.measurements().getFirst().value().toString()).contains("crc is 0x12");
        });
        assertThat(said).singleElement().asString().startsWith("failed checksum");
    }

    @Test
    void asksASensorThatKeepsFailingLessOftenUpToHalfAMinute() throws Exception {
        // Given
        sensor.fault = new ReadFailed(Flaw.NO_ANSWER, "no answer");
        var sampler = sampler("1s");

        // When
        var pauses = new ArrayList<Long>();
        long due = start;
        for (int i = 0; i < 12; i++) {
            long next = sampler.step(due);
            pauses.add((next - due) / SECOND);
            time.advance(Duration.ofNanos(next - due));
            due = next;
        }

        // Then
        assertThat(pauses).containsExactly(1L, 1L, 1L, 2L, 4L, 8L, 16L, 30L, 30L, 30L, 30L, 30L);
        assertThat(said).hasSize(12).allMatch(line -> line.startsWith("failed no-answer"));
    }

    @Test
    void neverAsksAFailingSensorMoreOftenThanItsPeriod() throws Exception {
        // Given
        sensor.fault = new ReadFailed(Flaw.NO_ANSWER, "no answer");
        var sampler = sampler("60s");

        // When
        long due = start;
        for (int i = 0; i < 8; i++) {
            long next = sampler.step(due);

            // Then
            assertThat(next - due).isEqualTo(60 * SECOND);
            time.advance(Duration.ofNanos(next - due));
            due = next;
        }
    }

    @Test
    void saysOnceThatASensorIsBackAndReturnsToItsPeriod() throws Exception {
        // Given
        var sampler = sampler("1s");
        sensor.fault = new ReadFailed(Flaw.NO_ANSWER, "no answer");
        long due = start;
        for (int i = 0; i < 6; i++) {
            long next = sampler.step(due);
            time.advance(Duration.ofNanos(next - due));
            due = next;
        }
        said.clear();

        // When
        sensor.fault = null;
        long next = sampler.step(due);
        time.advance(Duration.ofSeconds(1));
        sampler.step(next);

        // Then
        assertThat(next - due).isEqualTo(SECOND);
        assertThat(said).containsExactly("recovered");
        assertThat(events.getLast().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void countsAReadingThatNobodyTook() throws Exception {
        // Given
        full = true;

        // When
        sampler("1s").step(start);

        // Then
        assertThat(said).containsExactly("skipped 1");
    }

    @Test
    void marksReadingsOfAClockThatIsNotSet() throws Exception {
        // Given
        time.setWall(Instant.EPOCH.plusSeconds(5));
        sensor.quality = Quality.of(Flaw.STUCK);

        // When
        sampler("1s").step(start);

        // Then
        assertThat(events.getFirst().quality()).isEqualTo(Quality.of(Flaw.STUCK, Flaw.TIME_UNKNOWN));
        // A time that the hub can read, since SenML's begin at 2^28 s, and that can be told later.
        assertThat(events.getFirst().time())
                .isEqualTo(Instant.ofEpochSecond(1L << 28).plusNanos(start));
    }

    @Test
    void givesEveryEventATimeOfItsOwnEvenIfTheClockIsSlewed() throws Exception {
        // Given
        var sampler = sampler("10ms");
        sampler.step(start);
        var first = events.getFirst().time();

        // When
        sampler.step(start);
        time.setWall(first.minusMillis(400));
        sampler.step(start);
        time.setWall(first.minusSeconds(3600));
        sampler.step(start);

        // Then
        assertThat(events)
                .extracting(Event::time)
                .containsExactly(first, first.plusNanos(1_000), first.plusNanos(2_000), first.minusSeconds(3600));
    }

    @Test
    void saysNothingWhereTheDriverHasNothingToSay() throws Exception {
        // Given
        sensor.measurements = List.of();

        // When
        sampler("1s").step(start);

        // Then
        assertThat(events).isEmpty();
        assertThat(said).isEmpty();
    }

    @Test
    void refusesAPeriodThatIsTooShortOrTooLong() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sampler.Config.of(Duration.ofMillis(1)))
                .withMessage("every must be at least 10 ms and at most 24 h, but was 1 ms");
        assertThatIllegalArgumentException().isThrownBy(() -> Sampler.Config.of(Duration.ofDays(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Sampler.Config(Duration.ofSeconds(1), Duration.ZERO))
                .withMessage("tolerance must be more than 0 ms, but was 0 ms");
    }

    @Test
    void endsWhenItIsInterruptedAndKeepsTheFlag() {
        // Given
        var flag = new boolean[1];
        var thread = Thread.ofPlatform().start(() -> {
            sampler("10ms").run();
            flag[0] = Thread.currentThread().isInterrupted();
        });

        // When
        thread.interrupt();

        // Then
        Awaitility.await().until(() -> !thread.isAlive());
        assertThat(flag[0]).isTrue();
    }

    @Test
    void blamesNoSensorForAReadingThatTheAgentsEndBreaksOff() {
        // Given
        sensor.fault = new ReadFailed(Flaw.NO_ANSWER, "Interrupted system call");
        sensor.interrupted = true;

        // When, then
        assertThatThrownBy(() -> sampler("1s").step(start)).isInstanceOf(InterruptedException.class);
        assertThat(events).isEmpty();
        assertThat(said).isEmpty();
    }

    private Sampler sampler(String every) {
        var watch = new AgentWatch() {
            @Override
            public void readFailed(SensorId sensor, String flaw, String reason) {
                said.add("failed " + flaw + " " + reason);
            }

            @Override
            public void readRecovered(SensorId sensor) {
                said.add("recovered");
            }

            @Override
            public void lateReading(SensorId sensor, Duration late) {
                said.add("late " + late.toMillis());
            }

            @Override
            public void readingsSkipped(SensorId sensor, long readings) {
                said.add("skipped " + readings);
            }
        };
        var period = Duration.parse("PT" + every.replace("10ms", "0.01s"));
        return new Sampler(
                AIR, sensor, Sampler.Config.of(period), time, (event, _) -> !full && events.add(event), watch);
    }

    private final class FakeSensor implements Driver.Polled {
        private List<Measurement> measurements = List.of(Measurement.of(Quantity.TEMPERATURE, 21.5));
        private Quality quality = Quality.GOOD;
        private Duration takes = Duration.ZERO;
        private ReadFailed fault;
        private boolean interrupted;

        @Override
        public Reading read() throws ReadFailed {
            time.advance(takes);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (fault != null) {
                throw fault;
            }
            return new Reading(measurements, quality);
        }

        @Override
        public void close() {}
    }
}
