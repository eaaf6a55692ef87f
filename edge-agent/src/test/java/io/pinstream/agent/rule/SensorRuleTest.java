package io.pinstream.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

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
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SensorRuleTest {
    private static final SensorId AIR = new SensorId("air");
    private static final long SECOND = 1_000_000_000L;

    private long nanos;

    @Test
    void passesEverythingWithoutARule() {
        // Given
        var rules = new Rules(Map.of());

        // Then
        assertThat(rules.pass(warm(20), 0)).containsExactly(warm(20));
        assertThat(rules.pass(warm(20), 0)).containsExactly(warm(20));
    }

    @Test
    void holdsBackWhatStaysInsideTheDeadband() {
        // Given
        var rule = new SensorRule(deadband(0.2));

        // Then
        assertThat(passes(rule, warm(20.0))).isTrue();
        assertThat(passes(rule, warm(20.1))).isFalse();
        assertThat(passes(rule, warm(19.9))).isFalse();
        assertThat(passes(rule, warm(20.25))).isTrue();
        assertThat(passes(rule, warm(20.1))).isFalse();
    }

    @Test
    void measuresAgainstWhatWasSentSoThatASlowDriftIsSeen() {
        // Given
        var rule = new SensorRule(deadband(0.25));
        passes(rule, warm(20));

        // When
        long sent = IntStream.rangeClosed(1, 100)
                .filter(i -> passes(rule, warm(20 + i / 32.0)))
                .count();

        // Then
        assertThat(sent).isEqualTo(12);
    }

    @Test
    void sendsASignOfLifeWithoutNews() {
        // Given
        var rule = new SensorRule(
                new SensorRule.Config(Map.of("temperature", 1.0), Optional.of(Duration.ofSeconds(60)), Duration.ZERO));

        // When
        int sent = 0;
        for (int i = 0; i <= 180; i++) {
            sent += passes(rule, warm(20)) ? 1 : 0;
        }

        // Then
        assertThat(sent).isEqualTo(4);
    }

    @Test
    void neverHidesAFaultNorTheFirstReadingAfterIt() {
        // Given
        var rule = new SensorRule(
                new SensorRule.Config(Map.of("temperature", 1.0), Optional.empty(), Duration.ofHours(1)));
        var fault = Event.sample(
                AIR, ManualTime.START, Quality.of(Flaw.NO_ANSWER), List.of(Measurement.of(Quantity.FAULT, "x")));

        // Then
        assertThat(passes(rule, warm(20))).isTrue();
        assertThat(passes(rule, warm(20))).isFalse();
        assertThat(passes(rule, fault)).isTrue();
        assertThat(passes(rule, fault)).isTrue();
        assertThat(passes(rule, warm(20))).isTrue();
        assertThat(passes(rule, warm(20))).isFalse();
    }

    @Test
    void neverHoldsBackAnEdge() {
        // Given
        var rule = new SensorRule(
                new SensorRule.Config(Map.of("temperature", 1.0), Optional.empty(), Duration.ofHours(1)));
        var edge = Event.edge(AIR, ManualTime.START, Quality.GOOD, List.of(Measurement.of(Quantity.ACTIVE, true)));

        // Then
        assertThat(passes(rule, edge)).isTrue();
        assertThat(passes(rule, edge)).isTrue();
    }

    @Test
    void limitsHowOftenASampleGoesOn() {
        // Given
        var rule = new SensorRule(new SensorRule.Config(Map.of(), Optional.empty(), Duration.ofSeconds(10)));

        // When
        int sent = 0;
        for (int i = 0; i < 30; i++) {
            sent += passes(rule, warm(i)) ? 1 : 0;
        }

        // Then
        assertThat(sent).isEqualTo(3);
    }

    @Test
    void takesAChangedTruthForNewsAndANumberWithoutABandForNone() {
        // Given
        var rule = new SensorRule(deadband(1));

        // Then
        assertThat(passes(rule, both(20, 1000, false))).isTrue();
        assertThat(passes(rule, both(20, 2000, false))).isFalse();
        assertThat(passes(rule, both(20, 2000, true))).isTrue();
    }

    @Test
    void refusesRulesThatMeanNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> deadband(0))
                .withMessage("deadband of temperature must be more than 0, but was 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SensorRule.Config(Map.of(), Optional.of(Duration.ofSeconds(1)), Duration.ZERO))
                .withMessageStartingWith("atLeastEvery needs a quantity");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SensorRule.Config(Map.of(), Optional.empty(), Duration.ofSeconds(-1)));
    }

    private static SensorRule.Config deadband(double band) {
        return new SensorRule.Config(Map.of("temperature", band), Optional.empty(), Duration.ZERO);
    }

    /// A second later.
    private boolean passes(SensorRule rule, Event event) {
        nanos += SECOND;
        return rule.passes(event, nanos);
    }

    private static Event warm(double temperature) {
        return Event.sample(
                AIR, ManualTime.START, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, temperature)));
    }

    private static Event both(double temperature, double pressure, boolean active) {
        return Event.sample(
                AIR,
                ManualTime.START,
                Quality.GOOD,
                List.of(
                        Measurement.of(Quantity.TEMPERATURE, temperature),
                        Measurement.of(Quantity.PRESSURE, pressure),
                        Measurement.of(Quantity.ACTIVE, active)));
    }
}
