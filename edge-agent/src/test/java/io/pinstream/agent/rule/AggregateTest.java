package io.pinstream.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class AggregateTest {
    private static final SensorId PUMP = new SensorId("pump");
    private static final long MILLI = 1_000_000;

    private final SensorRule rule = new SensorRule(
            new SensorRule.Config(Map.of(), Optional.empty(), Duration.ZERO, Optional.of(Duration.ofSeconds(1))));
    private final List<Event> sent = new ArrayList<>();

    @Test
    void makesOneEventOfAWindowAtFiftyReadingsASecond() {
        for (int i = 0; i < 100; i++) {
            take(i * 20, i % 50, Quality.GOOD);
        }
        assertThat(sent).hasSize(1);
        sent.addAll(rule.due(2_000 * MILLI));

        assertThat(sent)
                .hasSize(2)
                .allSatisfy(event -> assertThat(figures(event))
                        .containsOnly(
                                Map.entry("temperature_max", 49.0),
                                Map.entry("temperature_mean", 24.5),
                                Map.entry("temperature_min", 0.0),
                                Map.entry("readings", 50.0)));
        assertThat(sent).extracting(Event::time).containsExactly(at(980), at(1980)); // of the last reading in each
    }

    @Test
    void letsWhatIsNotGoodGoOnByItselfAndOutOfTheMean() {
        take(0, 10, Quality.GOOD);
        take(100, 1000, Quality.of(Flaw.SATURATED));
        take(200, 20, Quality.GOOD);
        sent.addAll(rule.due(1_000 * MILLI));

        assertThat(sent).extracting(Event::quality).containsExactly(Quality.of(Flaw.SATURATED), Quality.GOOD);
        assertThat(figures(sent.getLast()))
                .containsEntry("temperature_mean", 15.0)
                .containsEntry("readings", 2.0);
    }

    @Test
    void endsAWindowByItselfAndWhenNothingMoreComes() {
        assertThat(rule.waitNanos(0)).isEqualTo(Long.MAX_VALUE);
        take(300, 1, Quality.GOOD);

        assertThat(rule.waitNanos(400 * MILLI)).isEqualTo(600 * MILLI);
        assertThat(rule.due(999 * MILLI)).isEmpty();
        assertThat(rule.rest(999 * MILLI))
                .singleElement()
                .satisfies(event -> assertThat(figures(event)).containsEntry("readings", 1.0));
        assertThat(rule.due(5_000 * MILLI)).isEmpty();
    }

    @Test
    void aDeadbandIsOfWhatIsMadeOfTheWindow() {
        var banded = new SensorRule(new SensorRule.Config(
                Map.of("temperature_mean", 5.0), Optional.empty(), Duration.ZERO, Optional.of(Duration.ofSeconds(1))));
        for (int second = 0; second < 4; second++) {
            sent.addAll(banded.take(event(second * 1000, second < 2 ? 20 : 30, Quality.GOOD), second * 1000 * MILLI));
        }
        sent.addAll(banded.due(9_000 * MILLI));

        assertThat(sent)
                .extracting(event -> figures(event).get("temperature_mean"))
                .containsExactly(20.0, 30.0);
    }

    @Test
    void saysWhatIsSentWithItsUnits() {
        assertThat(Aggregate.quantities(List.of(Quantity.TEMPERATURE, Quantity.ACTIVE)))
                .extracting(Quantity::name, quantity -> quantity.unit().symbol())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("temperature_min", "Cel"),
                        org.assertj.core.groups.Tuple.tuple("temperature_mean", "Cel"),
                        org.assertj.core.groups.Tuple.tuple("temperature_max", "Cel"),
                        org.assertj.core.groups.Tuple.tuple("active", "/"),
                        org.assertj.core.groups.Tuple.tuple("readings", "count"));
    }

    private void take(long millis, double celsius, Quality quality) {
        sent.addAll(rule.take(event(millis, celsius, quality), millis * MILLI));
    }

    private static Event event(long millis, double celsius, Quality quality) {
        return Event.sample(PUMP, at(millis), quality, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }

    private static Instant at(long millis) {
        return ManualTime.START.plusMillis(millis);
    }

    private static Map<String, Double> figures(Event event) {
        return event.measurements().stream()
                .collect(Collectors.toMap(
                        measurement -> measurement.quantity().name(),
                        measurement -> ((Value.Decimal) measurement.value()).number()));
    }
}
