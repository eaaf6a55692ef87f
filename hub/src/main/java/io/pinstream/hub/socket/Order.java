package io.pinstream.hub.socket;

import io.pinstream.config.Amounts;
import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.hub.command.Commands;
import io.pinstream.hub.command.Outcome;
import io.pinstream.hub.socket.Doorkeeper.Refusal;
import io.pinstream.wire.Command;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/// What a client wants a device to do.
///
/// ```
/// {device: 'greenhouse-7', actuator: 'fan', percent: 40, for: '10m', wait: '5s'}
/// {device: 'greenhouse-7', actuator: 'fan', safe: true}
/// ```
///
/// @param limit how long the device's reply is waited for
record Order(DeviceId device, Command command, Duration limit) {
    private static final Set<String> KNOWN = Set.of("device", "actuator", "percent", "safe", "for", "wait");
    private static final String FORM =
            "a command is {device, actuator, percent: 0 to 100} or {device, actuator, safe: true}";

    /// Reads what a client sent, which may be anything.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    static Order parse(@Nullable Object sent, String by) {
        if (!(sent instanceof JSONObject wish)) {
            throw new IllegalArgumentException("%s, but was %s".formatted(FORM, Problem.shown(String.valueOf(sent))));
        }
        for (var name : wish.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("%s is nothing that a command has; there are %s"
                        .formatted(Problem.shown(name), String.join(", ", new TreeSet<>(KNOWN))));
            }
        }
        var device = text(wish, "device").filter(id -> DeviceId.problemWith(id).isEmpty());
        var actuator =
                text(wish, "actuator").filter(id -> SensorId.problemWith(id).isEmpty());
        var percent = percent(wish);
        boolean safe = Boolean.TRUE.equals(wish.opt("safe"));
        if (device.isEmpty() || actuator.isEmpty() || percent.isPresent() == safe) {
            throw new IllegalArgumentException(FORM);
        }
        var command = new Command(new SensorId(actuator.get()), percent, duration(wish, "for"), Command.name(by));
        var limit = duration(wish, "wait").orElse(Commands.USUAL_LIMIT);
        if (limit.toMillis() < 100 || limit.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException("wait must be 100ms to 60s, but was " + Amounts.print(limit));
        }
        return new Order(new DeviceId(device.get()), command, limit);
    }

    private static Optional<String> text(JSONObject wish, String name) {
        return wish.opt(name) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static Optional<Integer> percent(JSONObject wish) {
        if (wish.isNull("percent")) {
            return Optional.empty();
        }
        if (wish.get("percent") instanceof Integer percent) {
            return Optional.of(percent);
        }
        throw new IllegalArgumentException(
                "percent must be a whole number from 0 to 100, but was " + Problem.shown(wish.get("percent")));
    }

    private static Optional<Duration> duration(JSONObject wish, String name) {
        if (wish.isNull(name)) {
            return Optional.empty();
        }
        var duration = text(wish, name).flatMap(Amounts::duration);
        if (duration.isEmpty()) {
            throw new IllegalArgumentException(
                    "%s must be %s, but was %s".formatted(name, Amounts.DURATION_FORM, Problem.shown(wish.get(name))));
        }
        return duration;
    }

    /// In a few words, for whoever reads who wanted what.
    String what() {
        return "command %s %s".formatted(device.value(), command.actuator().value());
    }

    /// As the API would answer (RFC 9110).
    int status(Outcome outcome) {
        return outcome instanceof Outcome.Done ? 200 : refusal(outcome).status();
    }

    /// What the client is told: the device's reply, or why there is none.
    JSONObject answer(Outcome outcome) {
        if (outcome instanceof Outcome.Done(int percent)) {
            return new JSONObject()
                    .put("device", device.value())
                    .put("actuator", command.actuator().value())
                    .put("outcome", outcome.name())
                    .put("percent", percent);
        }
        var problem = Problem.json(refusal(outcome)).put("outcome", outcome.name());
        return new JSONObject().put("error", problem);
    }

    /// The same as the API says.
    private static Refusal refusal(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Done _ -> throw new IllegalStateException("done is no refusal; this is a bug in the hub");
            case Outcome.Unknown unknown -> new Refusal(404, "There is no such thing", unknown.detail());
            case Outcome.Refused(var why, var detail) ->
                switch (why) {
                    case OUT_OF_RANGE -> Problem.badRequest(detail);
                    case BUSY -> Problem.unavailable(detail);
                    case RULED, MALFORMED, UNKNOWN_ACTUATOR -> new Refusal(409, "The device refuses", detail);
                };
            case Outcome.Failed failed -> new Refusal(502, "The device's hardware did not do it", failed.detail());
            case Outcome.Offline offline -> Problem.unavailable(offline.detail());
            case Outcome.Busy busy -> Problem.unavailable(busy.detail());
            case Outcome.NoAnswer late -> new Refusal(504, "The device did not answer in time", late.detail());
        };
    }
}
