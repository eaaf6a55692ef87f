package io.pinstream.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class DoubtTest {
    private static final long SECOND = 1_000_000_000;

    private long now;

    @Test
    void aFigureThatStaysToTheLastBitIsStuckUntilItMoves() {
        var doubt = new Doubt(new Doubt.Config(Optional.of(Duration.ofMinutes(1)), Map.of(), Optional.empty()), 0);

        assertThat(after(doubt, 0, 20.0)).isEqualTo(Quality.GOOD);
        assertThat(after(doubt, 59, 20.0)).isEqualTo(Quality.GOOD);
        assertThat(after(doubt, 1, 20.0)).isEqualTo(Quality.of(Flaw.STUCK));
        assertThat(after(doubt, 1, 20.0000001)).isEqualTo(Quality.GOOD);
    }

    @Test
    void aSpikeIsDoubtedAndAStepIsBelievedOnceItHasHadTheTime() {
        var doubt = new Doubt(new Doubt.Config(Optional.empty(), Map.of("temperature", 6.0), Optional.empty()), 0);

        assertThat(after(doubt, 0, 20)).isEqualTo(Quality.GOOD);
        assertThat(after(doubt, 10, 80)).isEqualTo(Quality.of(Flaw.JUMPED)); // 60 in 10 s: 1 is believed
        assertThat(after(doubt, 10, 20.5)).isEqualTo(Quality.GOOD);
        assertThat(after(doubt, 10, 32)).isEqualTo(Quality.of(Flaw.JUMPED));
        assertThat(after(doubt, 120, 32)).isEqualTo(Quality.GOOD); // 11.5 in 130 s
    }

    @Test
    void aSilentSensorIsStaleOnceAndAgainAfterAGoodReading() {
        var doubt = new Doubt(new Doubt.Config(Optional.empty(), Map.of(), Optional.of(Duration.ofSeconds(30))), 0);

        assertThat(doubt.becomesStale(29 * SECOND)).isFalse();
        assertThat(doubt.waitNanos(29 * SECOND)).isEqualTo(SECOND);
        assertThat(doubt.becomesStale(30 * SECOND)).isTrue();
        assertThat(doubt.becomesStale(90 * SECOND)).isFalse();
        now = 100 * SECOND;
        after(doubt, 0, 20);
        assertThat(doubt.becomesStale(129 * SECOND)).isFalse();
        assertThat(doubt.becomesStale(130 * SECOND)).isTrue();
    }

    @Test
    void aBadReadingIsLeftAsItIsAndDoesNotCountAsGood() {
        var doubt = new Doubt(
                new Doubt.Config(Optional.of(Duration.ofSeconds(1)), Map.of(), Optional.of(Duration.ofSeconds(30))), 0);
        var bad = event(20, Quality.of(Flaw.OUT_OF_RANGE));

        assertThat(doubt.judged(bad, 10 * SECOND)).isSameAs(bad);
        assertThat(doubt.becomesStale(30 * SECOND)).isTrue();
    }

    @Test
    void readingsOfAClockThatIsNotSetAreJudgedAsAnyOther() {
        var doubt = new Doubt(
                new Doubt.Config(
                        Optional.of(Duration.ofSeconds(60)),
                        Map.of("temperature", 5.0),
                        Optional.of(Duration.ofSeconds(30))),
                0);
        var unknown = Quality.of(Flaw.TIME_UNKNOWN);

        assertThat(doubt.judged(event(20, unknown), 10 * SECOND).quality()).isEqualTo(unknown);
        assertThat(doubt.becomesStale(35 * SECOND)).isFalse();
        assertThat(doubt.judged(event(40, unknown), 36 * SECOND).quality())
                .isEqualTo(Quality.of(Flaw.JUMPED, Flaw.TIME_UNKNOWN));
    }

    @Test
    void noiseBetweenTwoReadingsThatAreCloseTogetherIsNoJump() {
        var doubt = new Doubt(new Doubt.Config(Optional.empty(), Map.of("temperature", 1.0), Optional.empty()), 0);

        for (int i = 0; i < 50 * 60; i++) {
            now += 20_000_000;
            var event = event(i % 2 == 0 ? 20 : 20.9, Quality.GOOD);
            assertThat(doubt.judged(event, now)).isSameAs(event);
        }
        assertThat(after(doubt, 1, 21.1)).isEqualTo(Quality.of(Flaw.JUMPED)); // 1.1 above the least of the minute
    }

    @Test
    void aSlowRiseIsMeasuredOverTheWholeMinute() {
        var doubt = new Doubt(new Doubt.Config(Optional.empty(), Map.of("temperature", 6.0), Optional.empty()), 0);

        // 5 a minute is believed for ever
        for (int second = 0; second < 600; second++) {
            assertThat(after(doubt, 1, 20 + second * 5 / 60.0)).isEqualTo(Quality.GOOD);
        }
        // 12 a minute is found out within a minute
        var qualities = IntStream.range(1, 60)
                .mapToObj(second -> after(doubt, 1, 70 + second * 12 / 60.0))
                .collect(Collectors.toSet());
        assertThat(qualities).contains(Quality.of(Flaw.JUMPED));
    }

    @Test
    void saysWhichFigureIsDoubtedAndWhy() {
        var doubt = new Doubt(new Doubt.Config(Optional.empty(), Map.of("temperature", 6.0), Optional.empty()), 0);
        doubt.judged(event(20, Quality.GOOD), 0);

        var judged = doubt.judged(event(80, Quality.GOOD), SECOND);

        assertThat(judged.measurements())
                .containsExactly(
                        Measurement.of(Quantity.TEMPERATURE, 80),
                        Measurement.of(
                                Quantity.FAULT,
                                "temperature changed by 60.0000 within a minute, of which at most 6.00000 is believed"));
    }

    @Test
    void aFailureInBetweenDoesNotUnstickAFigure() {
        var doubt = new Doubt(new Doubt.Config(Optional.of(Duration.ofMinutes(1)), Map.of(), Optional.empty()), 0);
        after(doubt, 0, 20);
        doubt.judged(event(0, Quality.of(Flaw.NO_ANSWER)), now + SECOND);

        assertThat(after(doubt, 60, 20)).isEqualTo(Quality.of(Flaw.STUCK));
    }

    private Quality after(Doubt doubt, long seconds, double celsius) {
        now += seconds * SECOND;
        return doubt.judged(event(celsius, Quality.GOOD), now).quality();
    }

    private static Event event(double celsius, Quality quality) {
        return Event.sample(
                new SensorId("air"), ManualTime.START, quality, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }
}
