package io.pinstream.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.control.Driven.Obedience;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.Command;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Commands in the stage that carries them out, beside its rules.
final class OrdersTest {
    private static final SensorId AIR = new SensorId("air");
    private static final SensorId FAN = new SensorId("fan");
    private static final String RULE = "when air.temperature > 30 then fan on";
    private static final Duration WITHIN = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final List<String> switched = new ArrayList<>();
    private final List<Reply> replies = new ArrayList<>();
    private boolean broken;
    private int ids;

    @Test
    void doesACommandOnceHoweverOftenItIsDelivered() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        var order = order(Optional.of(100), Optional.empty());

        // When
        for (int i = 0; i < 3; i++) {
            assertThat(control.command(order)).isTrue();
            control.step();
        }
        control.command(order);
        control.command(order);
        control.step();

        // Then
        assertThat(switched).containsExactly("fan safe start", "fan 100 command by eve");
        assertThat(replies).hasSize(5).allMatch(new Reply.Done(100)::equals);
    }

    @Test
    void repeatsTheFirstReplyAlsoWhereItWasARefusalThatWouldNotBeOneNow() throws Exception {
        // Given
        var control = control(Obedience.UNLESS_RULED);
        hear(control, 31);
        var order = order(Optional.of(0), Optional.empty());
        control.command(order);
        control.step();

        // When
        hear(control, 20);
        control.command(order);
        control.step();

        // Then
        assertThat(replies).hasSize(2).allMatch(Reply.Refused.class::isInstance);
    }

    @Test
    void remembersTheLast64() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        var first = order(Optional.of(100), Optional.empty());
        send(control, first);
        for (int i = 1; i < Orders.REMEMBERED; i++) {
            send(control, order(Optional.of(0), Optional.empty()));
        }

        // When, then the oldest of 64 is known, and of 65 is not
        send(control, first);
        assertThat(switched).hasSize(1 + Orders.REMEMBERED);
        send(control, order(Optional.of(0), Optional.empty()));
        send(control, first);
        assertThat(switched).hasSize(3 + Orders.REMEMBERED);
    }

    @Test
    void doesNotDoWhatHasWaitedTooLong() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        control.step();
        control.command(order(Optional.of(100), Optional.empty()));

        // When
        time.advance(WITHIN.plusMillis(1));
        control.step();

        // Then
        assertThat(replies).containsExactly(new Reply.Expired());
        assertThat(switched).containsExactly("fan safe start");
    }

    @Test
    void whatWasCommandedStandsUntilARuleChangesItsMind() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        hear(control, 31);

        // When
        send(control, order(Optional.of(0), Optional.empty()));
        hear(control, 32);
        hear(control, 33);

        // Then
        assertThat(switched).last().isEqualTo("fan 0 command by eve");

        // When
        hear(control, 20);
        hear(control, 31);

        // Then
        assertThat(switched)
                .containsExactly(
                        "fan safe start",
                        "fan 100 " + RULE,
                        "fan 0 command by eve",
                        "fan safe " + RULE + " (over)",
                        "fan 100 " + RULE);
    }

    @Test
    void aRuleIsNotHeardForTheTimeThatWasAskedForAndCountsBehindIt() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        hear(control, 20);
        send(control, order(Optional.of(0), Optional.of(Duration.ofMinutes(10))));

        // When
        hear(control, 31);

        // Then
        assertThat(switched).containsExactly("fan safe start", "fan 0 command by eve");

        // When
        time.advance(Duration.ofMinutes(10));
        control.step();

        // Then
        assertThat(switched).last().isEqualTo("fan 100 " + RULE);
    }

    @Test
    void withoutARuleTheSafeStateStandsBehindTheTime() throws Exception {
        // Given
        var control = new Control(
                new Control.Config(Map.of(), List.of(), List.of(new Driven(FAN, true, 0, Obedience.ALWAYS)), Map.of()),
                this::set,
                (_, _) -> true,
                time,
                AgentWatch.NONE);
        send(control, order(Optional.of(100), Optional.of(Duration.ofMinutes(10))));

        // When
        time.advance(Duration.ofMinutes(10).minusMillis(1));
        send(control, order(Optional.of(50), Optional.empty()));
        assertThat(switched).last().isEqualTo("fan 100 command by eve");
        time.advanceMillis(1);
        control.step();

        // Then
        assertThat(switched).last().isEqualTo("fan safe command by eve (over)");
    }

    @Test
    void aLaterCommandEndsTheTimeOfAnEarlierOne() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        hear(control, 20);
        send(control, order(Optional.of(100), Optional.of(Duration.ofMinutes(10))));

        // When
        send(control, order(Optional.empty(), Optional.empty()));
        time.advance(Duration.ofMinutes(10));
        hear(control, 31);

        // Then
        assertThat(switched)
                .containsExactly(
                        "fan safe start", "fan 100 command by eve", "fan safe command by eve", "fan 100 " + RULE);
    }

    @Test
    void whatARuleProtectsIsNotCommandedWhileItRulesOrCannotSay() throws Exception {
        // Given
        var control = control(Obedience.UNLESS_RULED);

        // When, then nobody knows yet
        send(control, order(Optional.of(100), Optional.empty()));
        assertThat(replies).last().isInstanceOf(Reply.Refused.class).asString().contains("its sensor fails");

        // When, then it is quiet
        hear(control, 20);
        send(control, order(Optional.of(100), Optional.of(Duration.ofMinutes(10))));
        assertThat(replies).last().isEqualTo(new Reply.Done(100));

        // When the rule begins within the time
        hear(control, 31);
        send(control, order(Optional.of(0), Optional.empty()));

        // Then
        assertThat(switched).last().isEqualTo("fan 100 " + RULE);
        assertThat(replies)
                .last()
                .isEqualTo(
                        new Reply.Refused(Reply.Why.RULED, "fan takes commands unless ruled, and is ruled: " + RULE));
        time.advance(Duration.ofMinutes(10));
        hear(control, 31);
        assertThat(switched).last().isEqualTo("fan 100 " + RULE);
    }

    @Test
    void saysWhatItCannotDoAndWhatItCan() throws Exception {
        var control = control(Obedience.NEVER);

        send(control, order(Optional.of(100), Optional.empty()));
        send(control, order(Optional.of(40), Optional.empty()));
        send(control, order(new SensorId("lamp"), Optional.of(40), Optional.empty()));

        assertThat(replies)
                .containsExactly(
                        new Reply.Refused(
                                Reply.Why.RULED,
                                "fan takes no commands: the device's configuration says `commands: never`"),
                        new Reply.Refused(
                                Reply.Why.OUT_OF_RANGE, "fan takes 0 or 100 percent, but was to be set to 40"),
                        new Reply.Refused(Reply.Why.UNKNOWN_ACTUATOR, "there is no actuator lamp; there are [fan]"));
        assertThat(switched).containsExactly("fan safe start");
    }

    @Test
    void whatTheHardwareDidNotDoIsToldAndNotTriedAgain() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);
        control.step();
        broken = true;
        send(control, order(Optional.of(100), Optional.of(Duration.ofMinutes(1))));
        assertThat(replies).containsExactly(new Reply.Failed("the wire is off"));

        // When
        broken = false;
        time.advance(Duration.ofMinutes(2));
        hear(control, 20);

        // Then neither tried again nor held
        assertThat(switched).containsExactly("fan safe start", "fan 100 command by eve");
        hear(control, 31);
        assertThat(switched).last().isEqualTo("fan 100 " + RULE);
    }

    @Test
    void takesSoManyAndNoneOnceItEnds() throws Exception {
        // Given
        var control = control(Obedience.ALWAYS);

        // When
        for (int i = 0; i < Control.MOST_ORDERS; i++) {
            assertThat(control.command(order(Optional.of(100), Optional.empty())))
                    .isTrue();
        }

        // Then
        assertThat(control.command(order(Optional.of(100), Optional.empty()))).isFalse();
        control.close();
        control.run();
        assertThat(replies).hasSize(Control.MOST_ORDERS);
        assertThat(control.command(order(Optional.of(100), Optional.empty()))).isFalse();
        assertThat(switched).last().isEqualTo("fan safe end");
    }

    private Control control(Obedience obedience) {
        return new Control(
                new Control.Config(
                        Map.of(), List.of(Sentence.read(RULE)), List.of(new Driven(FAN, true, 0, obedience)), Map.of()),
                this::set,
                (_, _) -> true,
                time,
                AgentWatch.NONE);
    }

    private Event set(Switch wanted) {
        switched.add("%s %s %s"
                .formatted(
                        wanted.actuator(),
                        wanted.percent().map(Object::toString).orElse("safe"),
                        wanted.cause()));
        var fault = Measurement.of(Quantity.FAULT, "the wire is off");
        return broken
                ? Event.edge(wanted.actuator(), time.instant(), Quality.of(Flaw.NO_ANSWER), List.of(fault))
                : Event.edge(
                        wanted.actuator(),
                        time.instant(),
                        Quality.GOOD,
                        List.of(Measurement.of(Quantity.ACTIVE, true)));
    }

    private Order order(Optional<Integer> percent, Optional<Duration> hold) {
        return order(FAN, percent, hold);
    }

    private Order order(SensorId actuator, Optional<Integer> percent, Optional<Duration> hold) {
        var id = new CommandId("%04x".formatted(ids++));
        var command = new Command(actuator, percent, hold, "eve");
        var request = new Request(new DeviceId("board"), id, "reply", Optional.empty(), WITHIN, command);
        long now = time.nanos();
        return new Order(request, now, now + WITHIN.toNanos(), replies::add);
    }

    private static void send(Control control, Order order) throws InterruptedException {
        assertThat(control.command(order)).isTrue();
        control.step();
    }

    /// A reading, and what comes of it.
    private void hear(Control control, double celsius) throws InterruptedException {
        control.hear(Event.sample(
                AIR, time.instant(), Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, celsius))));
        // A command that nobody takes, so that the step has something to do whether or not a rule has.
        control.command(order(new SensorId("nothing"), Optional.empty(), Optional.empty()));
        control.step();
        replies.removeLast();
    }
}
