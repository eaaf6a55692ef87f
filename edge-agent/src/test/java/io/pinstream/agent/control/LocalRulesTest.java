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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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

    @Test
    void actsWhileNobodyKnowsWhatTimeItIs() {
        // Given a board that has never had a network
        var rules = rules("when air.temperature > 30 then fan on");

        // When
        take(rules.hear(event(31, Quality.of(Flaw.TIME_UNKNOWN)), now));

        // Then
        assertThat(done).hasSize(1).first().asString().startsWith("fan 100");
    }

    @Test
    void theFirstRuleThatIsActiveDecidesAndTheNextWhenItIsOver() {
        var rules = rules("when air.temperature > 40 then fan on", "when air.temperature > 30 then fan 50% until < 20");

        hear(rules, 0, 31);
        hear(rules, 1, 41);
        hear(rules, 1, 35);
        hear(rules, 1, 19);

        assertThat(done)
                .extracting(said -> said.substring(0, said.indexOf(" when")))
                .containsExactly("fan 50", "fan 100", "fan 50", "fan safe");
    }

    @Test
    void setsWhatElseSaysOnlyWhileItIsKnownThatTheConditionDoesNotHold() {
        var rules = rules("when air.temperature > 30 then fan on else 20%");
        pass(rules, 600);
        assertThat(done).as("nothing is known yet").isEmpty();

        hear(rules, 0, 25);
        hear(rules, 1, 31);
        hear(rules, 1, 25);
        fail(rules, 1);
        pass(rules, 60);

        assertThat(done)
                .containsExactly(
                        "fan 20 when air.temperature > 30 then fan on else 20% (else)",
                        "fan 100 when air.temperature > 30 then fan on else 20%",
                        "fan 20 when air.temperature > 30 then fan on else 20% (else)",
                        "fan safe when air.temperature > 30 then fan on else 20% (its sensor fails)");
    }

    @Test
    void anActuatorHasAHoldOfItsOwn() {
        var rules = new LocalRules(
                List.of(Sentence.read("when air.temperature > 30 then fan on")),
                Map.of(new SensorId("fan"), Duration.ofSeconds(5)));
        hear(rules, 0, 31);
        fail(rules, 1);
        assertThat(rules.waitNanos(now)).isEqualTo(5 * SECOND);

        pass(rules, 5);

        assertThat(done).hasSize(2).last().asString().endsWith("(its sensor fails)");
        assertThat(rules.waitNanos(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void theSensorOfTheEndMayFailAlone() {
        var rules = rules("when air.temperature > 30 then fan on until door.active is true");
        hear(rules, 0, 31);
        take(rules.hear(door(Quality.of(Flaw.NO_ANSWER)), now));

        // When the other one goes on as if nothing were
        for (int i = 0; i < 300; i++) {
            hear(rules, 1, 31);
        }

        // Then it goes to safety once, and nothing begins whose end nobody would see
        assertThat(done).hasSize(2).last().asString().startsWith("fan safe").endsWith("(its sensor fails)");
        take(rules.hear(door(Quality.GOOD), now));
        assertThat(done).as("it would end at once").hasSize(2);
    }

    @Test
    void anEndThatCameFromAnotherSensorLetsTheTimeBeginAgain() {
        var rules = rules("when air.temperature > 30 for 10s then fan on until door.active is true");
        hear(rules, 0, 31);
        pass(rules, 10);
        take(rules.hear(door(Quality.GOOD), now));
        assertThat(done).hasSize(2);
        take(rules.hear(
                Event.edge(
                        new SensorId("door"),
                        ManualTime.START,
                        Quality.of(Flaw.EDGES_MISSED),
                        List.of(Measurement.of(Quantity.ACTIVE, false))),
                now));

        hear(rules, 9, 31);
        assertThat(done).hasSize(2);
        pass(rules, 1);
        assertThat(done).hasSize(3);
    }

    private static Event door(Quality quality) {
        return Event.edge(
                new SensorId("door"), ManualTime.START, quality, List.of(Measurement.of(Quantity.ACTIVE, true)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "when air.temperature > 30 for 10 s then fan on",
                "when temperature > 30 for 10s then fan on",
                "when temperature > 30  for 10 s then fan 100 %",
            })
    void readsAMeasureInTwoWordsAndAQuantityThatOnlyOneSensorGives(String sentence) {
        var rule = Sentence.read(sentence, Map.of("temperature", List.of(new SensorId("air"))));

        assertThat(rule.when())
                .isEqualTo(new LocalRule.Condition(new SensorId("air"), "temperature", LocalRule.Comparison.ABOVE, 30));
        assertThat(rule.lasting()).isEqualTo(Duration.ofSeconds(10));
        assertThat(rule.percent()).isEqualTo(100);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "when air.temperature > 30 until < 28 for 1m then fan on else 20%",
                "when air.temperature > 30 for 1m then fan on else 20% until < 28",
                "when air.temperature > 30 for 1 m then fan on until air.temperature < 28 else 20 %",
            })
    void takesTheClausesInAnyOrder(String sentence) {
        var rule = Sentence.read(sentence);

        assertThat(rule.lasting()).isEqualTo(Duration.ofMinutes(1));
        assertThat(rule.otherwise()).contains(20);
        assertThat(rule.until())
                .contains(new LocalRule.Condition(new SensorId("air"), "temperature", LocalRule.Comparison.BELOW, 28));
    }

    @Test
    void doesNotGuessWhichSensorIsMeant() {
        var two = Map.of("temperature", List.of(new SensorId("air"), new SensorId("attic")));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sentence.read("when temperature > 30 then fan on", two))
                .withMessageStartingWith(
                        "\"temperature\" stands where one of air.temperature, attic.temperature must stand (word 2)");
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
                "when air.temperature > 30 fan on | \"fan\" stands where for or until or then must stand (word 5)",
                "when air.temperature > 30 for 1s for 2s then fan on | \"for\" stands where until or then must",
                "when air.temperature > 30 until < 2 then fan on until < 1 | \"until\" stands where else or nothing",
                "when air.Temp > 30 then fan on | \"air.Temp\" stands where SENSOR.QUANTITY, such as",
                "when .temperature > 30 then fan on | \".temperature\" stands where SENSOR.QUANTITY, such as",
                "when air.temperature > 30 then fan | the rule ends where on, off or a percentage must stand",
                "when air.temperature > 30 then fan 140% | \"140%\" stands where on, off, or 0% to 100% must stand",
                "when air.temperature > 30 then fan on please | \"please\" stands where else or until or nothing more must",
            })
    void namesTheWordThatDoesNotFit(String sentence, String problem) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Sentence.read(sentence))
                .withMessageStartingWith(problem)
                .withMessageContaining("form");
    }

    private static LocalRules rules(String... sentences) {
        return new LocalRules(Arrays.stream(sentences).map(Sentence::read).toList(), Map.of());
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
