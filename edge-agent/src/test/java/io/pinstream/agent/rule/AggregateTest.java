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
    void tellsAFaultAtOnceAndCountsItsReadingsOutsideTheMean() {
        take(0, 10, Quality.GOOD);
        for (int i = 1; i < 40; i++) {
            take(20 * i, 1000, Quality.of(Flaw.SATURATED));
        }
        take(990, 20, Quality.GOOD);
        sent.addAll(rule.due(1_000 * MILLI));

        assertThat(sent)
                .extracting(Event::quality)
                .containsExactly(Quality.of(Flaw.SATURATED), Quality.of(Flaw.SATURATED));
        assertThat(figures(sent.getFirst())).containsOnly(Map.entry("temperature", 1000.0));
        assertThat(sent.getFirst().time()).isEqualTo(at(20));
        assertThat(figures(sent.getLast()))
                .containsEntry("temperature_mean", 15.0)
                .containsEntry("temperature_max", 20.0)
                .containsEntry("readings", 2.0)
                .containsEntry("readings_bad", 39.0);
    }

    @Test
    void aFaultThatLastsIsNoFloodAndIsStillInEveryWindow() {
        for (int i = 0; i < 200; i++) {
            take(20 * i, 1000, Quality.of(Flaw.SATURATED));
        }
        sent.addAll(rule.due(4_000 * MILLI));

        assertThat(sent)
                .hasSize(5)
                .allSatisfy(event -> assertThat(event.quality()).isEqualTo(Quality.of(Flaw.SATURATED)));
        assertThat(figures(sent.getLast())).containsOnly(Map.entry("readings", 0.0), Map.entry("readings_bad", 50.0));
        assertThat(sent).extracting(Event::time).doesNotHaveDuplicates();
    }

    @Test
    void aFaultThatIsAloneInItsWindowIsToldOnce() {
        take(0, 0, Quality.of(Flaw.CHECKSUM));
        sent.addAll(rule.due(1_000 * MILLI));

        assertThat(sent).hasSize(1);
        assertThat(rule.waitNanos(1_000 * MILLI)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void readingsOfAClockThatIsNotSetAreAggregatedAndAWindowHasTheTimeOfItsLast() {
        take(0, 10, Quality.of(Flaw.TIME_UNKNOWN));
        take(500, 20, Quality.of(Flaw.TIME_UNKNOWN));
        take(1_000, 10, Quality.of(Flaw.TIME_UNKNOWN));
        take(1_500, 20, Quality.GOOD); // it has been set
        sent.addAll(rule.due(2_000 * MILLI));

        assertThat(sent).extracting(Event::quality).containsExactly(Quality.of(Flaw.TIME_UNKNOWN), Quality.GOOD);
        assertThat(sent).allSatisfy(event -> assertThat(figures(event)).containsEntry("temperature_mean", 15.0));
    }

    @Test
    void missedEdgesOfACounterAreSaidOfTheWindow() {
        take(0, 10, Quality.GOOD);
        take(100, 20, Quality.of(Flaw.EDGES_MISSED));
        take(200, 30, Quality.GOOD);
        sent.addAll(rule.due(1_000 * MILLI));

        assertThat(sent).singleElement().satisfies(event -> {
            assertThat(event.quality()).isEqualTo(Quality.of(Flaw.EDGES_MISSED));
            assertThat(figures(event)).containsEntry("temperature_mean", 20.0).containsEntry("readings", 3.0);
        });
    }

    @Test
    void aReadingThatComesWhenItsWindowIsOverCountsInTheNext() {
        take(900, 1, Quality.GOOD);
        take(1_100, 2, Quality.GOOD);
        take(990, 3, Quality.GOOD);
        sent.addAll(rule.due(2_000 * MILLI));

        assertThat(sent).extracting(event -> figures(event).get("readings")).containsExactly(1.0, 2.0);
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
                        org.assertj.core.groups.Tuple.tuple("readings", "count"),
                        org.assertj.core.groups.Tuple.tuple("readings_bad", "count"));
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
