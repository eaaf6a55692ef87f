package io.pinstream.agent.control;

import io.pinstream.agent.control.Driven.Obedience;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.wire.Command;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What people have the device do: each command at most once, and what holds because of it.
///
/// A command whose id is known is answered as the first time and not done again; the last [#REMEMBERED] ids are.
/// One that fails is not tried again: who commanded it is told, and may have gone away since.
///
/// Commands and rules agree so: rules act when they change their mind, so what was commanded stands until then. A
/// command may ask for a time in which its actuator does not hear the rules; behind it stands what they want by
/// then, or the safe state where there are none. [Obedience] says what else may be. For the thread `control`.
final class Orders {
    static final int REMEMBERED = 64;

    /// What the rest of the stage does for it.
    interface Stage {
        /// Which rule decides about an actuator now: an active one, or one whose sensor fails.
        Optional<String> ruling(SensorId actuator);

        /// Switches once, and hands the event on.
        Event set(Switch wanted);
    }

    /// @param until by the monotonic clock
    private record Hold(long until, String by) {}

    private final Map<SensorId, Driven> actuators = new LinkedHashMap<>();
    private final Stage stage;
    private final AgentWatch watch;
    private final Lateness lateness = new Lateness();
    private final Map<CommandId, Reply> answered = new LinkedHashMap<>();
    private final Map<SensorId, Hold> holds = new HashMap<>();

    Orders(List<Driven> actuators, Stage stage, AgentWatch watch) {
        actuators.forEach(driven -> this.actuators.put(driven.id(), driven));
        this.stage = stage;
        this.watch = watch;
    }

    /// Does what a command says, unless there is a reason not to, and answers it.
    void obey(Order order, long now) {
        var known = answered.get(order.request().id());
        if (known != null) {
            watch.commandRepeated();
            order.answer().accept(known);
            return;
        }
        var reply = judged(order, now);
        answered.put(order.request().id(), reply);
        if (answered.size() > REMEMBERED) {
            answered.remove(answered.keySet().iterator().next());
        }
        watch.commanded(reply);
        order.answer().accept(reply);
    }

    private Reply judged(Order order, long now) {
        var request = order.request();
        return isLate(order, request, now)
                ? new Reply.Expired()
                : refusal(request.command()).orElseGet(() -> done(request.command(), now));
    }

    private boolean isLate(Order order, Request request, long now) {
        boolean stuck = request.sent()
                .map(sent -> lateness.isLate(request.replyTo(), sent, order.arrived(), request.within()))
                .orElse(false);
        return stuck || now - order.deadline() > 0;
    }

    private Optional<Reply> refusal(Command command) {
        var driven = actuators.get(command.actuator());
        if (driven == null) {
            return refused(
                    Reply.Why.UNKNOWN_ACTUATOR,
                    "there is no actuator %s; there are %s".formatted(command.actuator(), actuators.keySet()));
        }
        if (!command.percent().map(driven::takes).orElse(true)) {
            return refused(
                    Reply.Why.OUT_OF_RANGE,
                    "%s takes %s percent, but was to be set to %d"
                            .formatted(
                                    driven.id(),
                                    driven.range(),
                                    command.percent().orElseThrow()));
        }
        return switch (driven.commands()) {
            case ALWAYS -> Optional.empty();
            case UNLESS_RULED ->
                stage.ruling(driven.id())
                        .flatMap(rule -> refused(
                                Reply.Why.RULED,
                                "%s takes commands unless ruled, and is ruled: %s".formatted(driven.id(), rule)));
            case NEVER ->
                refused(
                        Reply.Why.RULED,
                        "%s takes no commands: the device's configuration says `commands: never`"
                                .formatted(driven.id()));
        };
    }

    private static Optional<Reply> refused(Reply.Why why, String reason) {
        return Optional.of(new Reply.Refused(why, reason));
    }

    private Reply done(Command command, long now) {
        var id = command.actuator();
        var event = stage.set(new Switch(id, command.percent(), "command by " + command.by()));
        if (!event.quality().isValueGood()) {
            return new Reply.Failed(fault(event));
        }
        if (command.hold().isPresent()) {
            holds.put(id, new Hold(now + command.hold().get().toNanos(), command.by()));
        } else {
            holds.remove(id);
        }
        return new Reply.Done(command.percent().orElseGet(() -> safe(id)));
    }

    private int safe(SensorId actuator) {
        return Optional.ofNullable(actuators.get(actuator)).map(Driven::safe).orElse(0);
    }

    private static String fault(Event event) {
        return event.measurements().stream()
                .filter(measurement -> measurement.quantity().equals(Quantity.FAULT))
                .map(measurement -> measurement.value() instanceof Value.Text(var text) ? text : "")
                .findFirst()
                .orElse("it cannot be set");
    }

    /// Whether an actuator does not hear what its rules say now; ends that where a rule counts for more.
    boolean isHeld(SensorId actuator) {
        if (!holds.containsKey(actuator)) {
            return false;
        }
        var driven = actuators.get(actuator);
        if (driven != null
                && driven.commands() == Obedience.UNLESS_RULED
                && stage.ruling(actuator).isPresent()) {
            holds.remove(actuator);
            return false;
        }
        return true;
    }

    /// Ends the times that are over; what the actuators are to be set to where no rule says so.
    List<Switch> ended(long now) {
        var ended = new ArrayList<Switch>();
        holds.forEach((actuator, hold) -> {
            if (hold.until - now <= 0) {
                ended.add(new Switch(actuator, Optional.empty(), "command by %s (over)".formatted(hold.by)));
            }
        });
        ended.forEach(one -> holds.remove(one.actuator()));
        return ended;
    }

    /// How long until [#ended] finds something.
    long waitNanos(long now) {
        return holds.values().stream()
                .mapToLong(hold -> Math.max(0, hold.until - now))
                .min()
                .orElse(Duration.ofDays(1).toNanos());
    }
}
