package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.pinstream.config.Amounts;
import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.hub.command.Commands;
import io.pinstream.hub.command.Outcome;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.wire.Command;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What devices drive: shows it, and has it switched.
final class ActuatorPages {
    private static final int LONGEST_BODY = 4096;
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final String FORM =
            "the body must be {\"percent\": 0 to 100} or {\"safe\": true}, with \"for\": \"10m\" if"
                    + " the device's rules are to leave it so for a time";

    private final DeviceRegistry registry;
    private final Commands commands;

    ActuatorPages(DeviceRegistry registry, Commands commands) {
        this.registry = registry;
        this.commands = commands;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/v1/devices/{device}/actuators", this::list);
        routes.post("/api/v1/devices/{device}/actuators/{actuator}", this::set);
    }

    private void list(Context page) {
        new Query(page, Set.of());
        if (!registry.state().isEmpty()) {
            throw HttpProblem.unavailable(registry.state());
        }
        var device = device(page);
        var found = registry.find(device.value()).orElseThrow(() -> unknown(device));
        var actuators = actuators(found.json());
        JsonAnswer.sendTagged(page, out -> {
            out.writeStringProperty("device", found.id());
            if (!found.state().isEmpty()) {
                out.writeStringProperty("state", found.state());
            }
            out.writeName("actuators");
            out.writeRawValue(actuators);
        });
    }

    /// The member `actuators` of the member `state`, as the device wrote it; empty if there is none.
    private static String actuators(String record) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), record)) {
            if (enter(parser, "state") && enter(parser, "actuators")) {
                var text = new StringWriter();
                try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
                    out.copyCurrentStructure(parser);
                }
                return text.toString();
            }
        } catch (JacksonException bad) {
            return "{}"; // it was parsed before it was kept, so there is nothing to see
        }
        return "{}";
    }

    /// Goes on to a member of the object that begins, which is an object itself; false if there is none.
    private static boolean enter(JsonParser parser, String member) {
        if (parser.currentToken() == null) {
            parser.nextToken();
        }
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            boolean wanted = member.equals(parser.currentName());
            var value = parser.nextToken();
            if (wanted) {
                return value == JsonToken.START_OBJECT;
            }
            parser.skipChildren();
        }
        return false;
    }

    private void set(Context page) throws IOException, InterruptedException {
        var query = new Query(page, Set.of("wait"));
        var limit = query.duration("wait").orElse(Commands.USUAL_LIMIT);
        if (limit.toMillis() < 100 || limit.toSeconds() > 60) {
            throw HttpProblem.badRequest("wait must be 100ms to 60s, but was %s".formatted(Amounts.print(limit)));
        }
        var device = device(page);
        var name = page.pathParam("actuator");
        if (SensorId.problemWith(name).isPresent()) {
            throw HttpProblem.notFound("device %s has no actuator %s".formatted(device, Query.shown(name)));
        }
        var command = command(page, new SensorId(name));
        answer(page, device, command, commands.send(device, command, limit));
    }

    private static void answer(Context page, DeviceId device, Command command, Outcome outcome) {
        switch (outcome) {
            case Outcome.Done done ->
                JsonAnswer.send(page, out -> {
                    out.writeStringProperty("device", device.value());
                    out.writeStringProperty("actuator", command.actuator().value());
                    out.writeStringProperty("outcome", done.name());
                    out.writeNumberProperty("percent", done.percent());
                    command.hold().ifPresent(hold -> out.writeStringProperty("for", Amounts.print(hold)));
                });
            case Outcome.Unknown unknown -> throw HttpProblem.notFound(unknown.detail());
            case Outcome.Refused refused -> throw problem(refused);
            case Outcome.Failed failed ->
                throw new HttpProblem(502, "The device's hardware did not do it", failed.detail());
            case Outcome.Offline offline -> throw HttpProblem.unavailable(offline.detail());
            case Outcome.Busy busy -> throw HttpProblem.unavailable(busy.detail());
            case Outcome.NoAnswer late ->
                throw new HttpProblem(504, "The device did not answer in time", late.detail());
        }
    }

    private static HttpProblem problem(Outcome.Refused refused) {
        return switch (refused.why()) {
            case OUT_OF_RANGE -> HttpProblem.badRequest(refused.detail());
            case BUSY -> HttpProblem.unavailable(refused.detail());
            case RULED, MALFORMED, UNKNOWN_ACTUATOR -> new HttpProblem(409, "The device refuses", refused.detail());
        };
    }

    private static DeviceId device(Context page) {
        var name = page.pathParam("device");
        if (DeviceId.problemWith(name).isPresent()) {
            throw HttpProblem.notFound("no device %s has said anything of itself".formatted(Query.shown(name)));
        }
        return new DeviceId(name);
    }

    private static HttpProblem unknown(DeviceId device) {
        return HttpProblem.notFound("no device %s has said anything of itself".formatted(device));
    }

    /// What the body asks for.
    private static Command command(Context page, SensorId actuator) throws IOException {
        requireJson(page);
        var bytes = page.bodyInputStream().readNBytes(LONGEST_BODY + 1);
        if (bytes.length > LONGEST_BODY) {
            throw new HttpProblem(413, "The request is too large", FORM);
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(bytes))) {
            return new Body(parser).command(actuator, Guard.who(page));
        } catch (JacksonException notJson) {
            throw HttpProblem.badRequest(FORM + ", but is not JSON");
        } catch (IllegalArgumentException wrong) {
            throw HttpProblem.badRequest(String.valueOf(wrong.getMessage()));
        }
    }

    /// A page of somebody else's may send forms and plain text to a hub on this machine, but not this type.
    private static void requireJson(Context page) {
        var type = page.contentType();
        if (type == null || !type.split(";", -1)[0].strip().equalsIgnoreCase("application/json")) {
            throw new HttpProblem(415, "The type of the body is not right", "the body must be application/json");
        }
    }

    /// The body of a request, read member by member.
    private static final class Body {
        private final JsonParser parser;
        private Optional<Integer> percent = Optional.empty();
        private boolean safe;
        private Optional<Duration> hold = Optional.empty();

        Body(JsonParser parser) {
            this.parser = parser;
        }

        Command command(SensorId actuator, String who) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IllegalArgumentException(FORM);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                var name = parser.currentName();
                take(name, parser.nextToken());
            }
            if (parser.nextToken() != null || percent.isPresent() == safe) {
                throw new IllegalArgumentException(FORM);
            }
            return new Command(actuator, percent, hold, Command.name(who));
        }

        private void take(String name, JsonToken value) {
            switch (name) {
                case "percent" -> percent = Optional.of(percent(value));
                case "safe" -> {
                    if (value != JsonToken.VALUE_TRUE) {
                        throw new IllegalArgumentException("safe must be true or absent");
                    }
                    safe = true;
                }
                case "for" -> hold = Optional.of(hold(value));
                default ->
                    throw new IllegalArgumentException("%s is no member here; %s".formatted(Query.shown(name), FORM));
            }
        }

        private int percent(JsonToken value) {
            if (value == JsonToken.VALUE_NUMBER_INT
                    && parser.getLongValue() >= 0
                    && parser.getLongValue() <= Command.WHOLE) {
                return (int) parser.getLongValue();
            }
            throw new IllegalArgumentException("percent must be a whole number from 0 to 100, but was %s"
                    .formatted(Query.shown(parser.getString())));
        }

        private Duration hold(JsonToken value) {
            return Optional.of(parser.getString())
                    .filter(_ -> value == JsonToken.VALUE_STRING)
                    .flatMap(Amounts::duration)
                    .filter(time ->
                            time.compareTo(Command.SHORTEST_HOLD) >= 0 && time.compareTo(Command.LONGEST_HOLD) <= 0)
                    .orElseThrow(() -> new IllegalArgumentException("for must be %s, from 1s to 7d, but was %s"
                            .formatted(Amounts.DURATION_FORM, Query.shown(parser.getString()))));
        }
    }
}
