package io.pinstream.agent.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalRulesTest {
    private static final long SECOND = 1_000_000_000;

    private final List<String> done = new ArrayList<>();
    private long now;

    @Test
    void switchesOnceTheConditionHasHeldForItsTime() {
        var rules = rules("when air.temperature > 30 for 10s then fan on");

        hear(rules, 0, 31);
        hear(rules, 9, 31);
        assertThat(done).isEmpty();
        assertThat(rules.waitNanos(now)).isEqualTo(SECOND);

        // When no further reading comes
        pass(rules, 1);
        assertThat(done).containsExactly("fan 100 when air.temperature > 30 for 10s then fan on");

        // When it falls, and rises for too short a time
        done.clear();
        hear(rules, 1, 30);
        assertThat(done).containsExactly("fan safe when air.temperature > 30 for 10s then fan on (over)");
        hear(rules, 1, 31);
        hear(rules, 5, 30);
        hear(rules, 1, 31);
        pass(rules, 9);
        assertThat(done).hasSize(1);
    }

    @Test
    void staysOnUntilTheEndConditionHolds() {
        var rules = rules("when air.temperature >= 30 then fan 40% until air.temperature < 28");

        hear(rules, 0, 30);
        hear(rules, 1, 29);
        hear(rules, 1, 28);
        assertThat(done).hasSize(1).first().asString().startsWith("fan 40 when");
        hear(rules, 1, 27.9);
        assertThat(done).hasSize(2).last().asString().startsWith("fan safe").endsWith("(over)");
        hear(rules, 1, 31);
        assertThat(done).hasSize(3);
    }

    @Test
    void keepsTheStateForAWhileWhenItsSensorFailsThenGoesToSafety() {
        var rules = rules("when air.temperature > 30 then fan on until air.temperature < 28");
        hear(rules, 0, 31);

        fail(rules, 1);
        pass(rules, 59);
        assertThat(done).hasSize(1);
        pass(rules, 1);
        assertThat(done).hasSize(2).last().asString().startsWith("fan safe").endsWith("(its sensor fails)");

        // When it is good again
        hear(rules, 1, 31);
        assertThat(done).hasSize(3).last().asString().startsWith("fan 100");
        fail(rules, 1);
        hear(rules, 30, 31);
        pass(rules, 600);
        assertThat(done).hasSize(3);
    }

    @Test
    void aFailingSensorDoesNotBeginAnything() {
        var rules = rules("when air.temperature > 30 for 10s then fan on");
        hear(rules, 0, 31);

        fail(rules, 5);
        pass(rules, 100);
        assertThat(done).isEmpty();
        hear(rules, 1, 31);
        pass(rules, 9);
        assertThat(done).isEmpty();
        pass(rules, 1);
        assertThat(done).hasSize(1);
    }

    @Test
    void readsTruths() {
        var rules = rules("when door.active is true then lamp on");
        var open = Event.edge(
                new SensorId("door"), ManualTime.START, Quality.GOOD, List.of(Measurement.of(Quantity.ACTIVE, true)));

        take(rules.hear(open, now));

        assertThat(done).containsExactly("lamp 100 when door.active is true then lamp on");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "if air.temperature > 30 then fan on | \"if\" stands where when must stand",
                "when temperature > 30 then fan on | \"temperature\" stands where SENSOR.QUANTITY, such as",
                "when air.temperature => 30 then fan on | \"=>\" stands where one of >= <= > < is must stand",
                "when air.temperature > warm then fan on | \"warm\" stands where a number such as 30",
                "when air.temperature > 30 for long then fan on | \"long\" stands where a number with ms, s, m",
                "when air.temperature > 30 fan on | \"fan\" stands where then must stand",
                "when air.temperature > 30 then fan | the rule ends where on, off or a percentage must stand",
                "when air.temperature > 30 then fan 140% | \"140%\" stands where on, off, or 0% to 100% must stand",
                "when air.temperature > 30 then fan on please | \"please\" stands where until, or nothing more must",
            })
    void namesTheWordThatDoesNotFit(String sentence, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sentence.read(sentence))
                .withMessageStartingWith(problem)
                .withMessageContaining("form");
    }

    private static LocalRules rules(String sentence) {
        return new LocalRules(List.of(Sentence.read(sentence)));
    }

    private void hear(LocalRules rules, long seconds, double celsius) {
        now += seconds * SECOND;
        take(rules.hear(event(celsius, Quality.GOOD), now));
    }

    private void fail(LocalRules rules, long seconds) {
        now += seconds * SECOND;
        take(rules.hear(event(99, Quality.of(Flaw.NO_ANSWER)), now));
    }

    private void pass(LocalRules rules, long seconds) {
        now += seconds * SECOND;
        take(rules.due(now));
    }

    private void take(List<Switch> wanted) {
        wanted.forEach(one -> done.add("%s %s %s"
                .formatted(one.actuator(), one.percent().map(String::valueOf).orElse("safe"), one.cause())));
    }

    private static Event event(double celsius, Quality quality) {
        return Event.sample(
                new SensorId("air"), ManualTime.START, quality, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }
}
