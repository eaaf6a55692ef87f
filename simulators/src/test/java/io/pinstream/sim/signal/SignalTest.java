package io.pinstream.sim.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SignalTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @Test
    void sameSeedSameFiguresInAnyOrder() {
        // Given
        var one = Signal.walk(7, 3, Duration.ofHours(1)).plus(Signal.noise(7, 0.5));
        var two = Signal.walk(7, 3, Duration.ofHours(1)).plus(Signal.noise(7, 0.5));

        // When
        var forward = IntStream.range(0, 500)
                .mapToDouble(i -> one.at(NOON.plusSeconds(i)))
                .toArray();
        var backward = new double[500];
        for (int i = 499; i >= 0; i--) {
            backward[i] = two.at(NOON.plusSeconds(i));
        }

        // Then
        assertThat(forward).isEqualTo(backward);
        assertThat(Signal.walk(8, 3, Duration.ofHours(1)).at(NOON)).isNotEqualTo(one.at(NOON));
    }

    @Test
    void figuresAreTheSameOnEveryMachine() {
        assertThat(Dice.uniform(1, 1)).isEqualTo(0.9435642308648544);
        assertThat(Dice.uniform(1, 1)).isNotEqualTo(Dice.uniform(1, 2)).isNotEqualTo(Dice.uniform(2, 1));
    }

    @Test
    void noiseHasItsMeanAndDeviation() {
        var noise = Signal.noise(42, 2);

        var figures = IntStream.range(0, 20_000)
                .mapToDouble(i -> noise.at(NOON.plusMillis(i)))
                .toArray();
        double mean = IntStream.range(0, figures.length)
                .mapToDouble(i -> figures[i])
                .average()
                .orElseThrow();
        double variance = IntStream.range(0, figures.length)
                .mapToDouble(i -> figures[i] * figures[i])
                .average()
                .orElseThrow();

        assertThat(mean).isCloseTo(0, within(0.06));
        assertThat(Math.sqrt(variance)).isCloseTo(2, within(0.06));
    }

    @Test
    void aWalkStaysWithinItsReachAndMakesNoJumps() {
        var walk = Signal.walk(3, 5, Duration.ofMinutes(10));

        double before = walk.at(NOON);
        double highest = 0;
        for (int i = 1; i < 20_000; i++) {
            double now = walk.at(NOON.plusSeconds(i));
            assertThat(Math.abs(now)).isLessThanOrEqualTo(5);
            assertThat(Math.abs(now - before)).isLessThan(0.5);
            highest = Math.max(highest, Math.abs(now));
            before = now;
        }
        assertThat(highest).isGreaterThan(1);
    }

    @Test
    void aDayIsHighestAtItsHour() {
        var day = Signal.daily(18, 4, 15);

        assertThat(day.at(Instant.parse("2026-11-23T15:00:00Z"))).isCloseTo(22, within(1e-9));
        assertThat(day.at(Instant.parse("2026-11-24T03:00:00Z"))).isCloseTo(14, within(1e-9));
        assertThat(day.at(Instant.parse("2026-11-24T15:00:00Z"))).isCloseTo(22, within(1e-9));
    }

    @Test
    void stepsFollowEachOtherOverAndOver() {
        var steps = Signal.steps(Duration.ofSeconds(10), 1, 2, 3);
        var start = Instant.ofEpochSecond(30_000);

        assertThat(IntStream.range(0, 7).mapToDouble(i -> steps.at(start.plusSeconds(10L * i))))
                .containsExactly(1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0);
        assertThat(Signal.constant(5).plus(steps).times(2).within(0, 13).at(start.plusSeconds(19)))
                .isEqualTo(13);
    }

    @Test
    void theRecordedYearSaysWhatItsFileSays() {
        var seattle = Recording.seattle();

        assertThat(seattle.rows()).isEqualTo(8759);
        assertThat(seattle.column("temperature").at(Instant.parse("2010-01-01T01:00:00Z")))
                .isEqualTo(4.0);
        assertThat(seattle.column("temperature").at(Instant.parse("2010-01-01T01:30:00Z")))
                .isCloseTo(3.95, within(1e-9));
        assertThat(seattle.column("pressure").times(100).at(Instant.parse("2010-12-31T23:00:00Z")))
                .isCloseTo(101670, within(1e-6));
    }

    @Test
    void aRecordingRepeatsAfterWholeDays() {
        var temperature = Recording.seattle().column("temperature");

        for (int day : new int[] {-365, 365, 365 * 16}) {
            assertThat(temperature.at(Instant.parse("2010-07-01T15:00:00Z").plus(Duration.ofDays(day))))
                    .isEqualTo(temperature.at(Instant.parse("2010-07-01T15:00:00Z")));
        }
    }

    @Test
    void aWrongRecordingNamesItsLine() {
        refuses("line 1 must be a header", "time,a\n");
        refuses("a recording needs at least one row", "date,a\n");
        refuses(
                "line 2 must begin with a date such as 2010-01-01T01:00:00, but begins with \"now\"",
                "date,a\nnow,1\n");
        refuses(
                "line 3 cell 2 must be a number, but is \"x\"",
                "date,a\n2010-01-01T01:00:00,1\n2010-01-01T02:00:00,x\n");
        refuses("line 2 cell 2 must be a number, but is \"NaN\"", "date,a\n2010-01-01T01:00:00,NaN\n");
        refuses("line 2 must have 3 cells as the header has, but has 2", "date,a,b\n2010-01-01T01:00:00,1\n");
        refuses(
                "line 3 must be later than the line before, but is 2010-01-01T01:00:00",
                "date,a\n2010-01-01T01:00:00,1\n2010-01-01T01:00:00,2\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Recording.seattle().column("rain"))
                .withMessage("column must be one of pressure, temperature, wind, but was \"rain\"");
    }

    @Test
    void theWorldRunsFasterThanTheClockWhereItIsTold() {
        var nanos = new AtomicLong(500);
        var world = WorldTime.from(NOON, 3600, nanos::get);

        nanos.addAndGet(Duration.ofSeconds(2).toNanos());

        assertThat(world.instant()).isEqualTo(NOON.plus(Duration.ofHours(2)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WorldTime.from(NOON, 0.5, nanos::get))
                .withMessage("speed must be 1 to 1000000, but was 0.5");
    }

    private static void refuses(String message, String csv) {
        assertThatIllegalArgumentException().isThrownBy(() -> read(csv)).withMessageStartingWith(message);
    }

    private static Recording read(String csv) {
        try {
            return Recording.read(new StringReader(csv));
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }
}
