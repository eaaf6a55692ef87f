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

    private Quality after(Doubt doubt, long seconds, double celsius) {
        now += seconds * SECOND;
        return doubt.judged(event(celsius, Quality.GOOD), now).quality();
    }

    private static Event event(double celsius, Quality quality) {
        return Event.sample(
                new SensorId("air"), ManualTime.START, quality, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }
}
