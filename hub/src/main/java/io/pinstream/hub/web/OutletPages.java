package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.pinstream.hub.outlet.OutletStatus;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.outlet.Wish;
import io.pinstream.time.TimeSource;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The outlets: how each does in this hub, and what is wanted of it in all hubs.
///
/// A wish must come as `application/json`: a foreign page in a browser cannot send that without asking first,
/// which the hub does not answer (no CORS).
final class OutletPages {
    static final String PATH = "/api/v1/outlets";

    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int LONGEST = 4 * 1024;

    private final Outlets outlets;
    private final TimeSource time;

    OutletPages(Outlets outlets, TimeSource time) {
        this.outlets = outlets;
        this.time = time;
    }

    void add(RoutesConfig routes) {
        routes.get(PATH, this::list);
        routes.post(PATH + "/{name}/pause", page -> pause(page, true), Needs.ADMIN);
        routes.post(PATH + "/{name}/resume", page -> pause(page, false), Needs.ADMIN);
        routes.post(PATH + "/{name}/replay", this::replay, Needs.ADMIN);
    }

    private void list(Context page) {
        new Query(page, Set.of());
        JsonAnswer.sendTagged(page, out -> {
            out.writeArrayPropertyStart("outlets");
            outlets.list().forEach(outlet -> write(out, outlet));
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, OutletStatus outlet) {
        out.writeStartObject();
        out.writeStringProperty("name", outlet.name());
        out.writeStringProperty("type", outlet.type());
        out.writeStringProperty("target", outlet.target());
        out.writeStringProperty("state", outlet.state().name().toLowerCase(Locale.ROOT));
        out.writeStringProperty("since", outlet.since().toString());
        out.writeNumberProperty("partitions", outlet.partitions());
        out.writeNumberProperty("lag", outlet.lag());
        out.writeNumberProperty("sent", outlet.sent());
        out.writeNumberProperty("repeated", outlet.repeated());
        out.writeNumberProperty("unheard", outlet.unheard());
        out.writeNumberProperty("dead", outlet.dead());
        if (!outlet.error().isEmpty()) {
            out.writeStringProperty("error", outlet.error());
        }
        out.writeEndObject();
    }

    private void pause(Context page, boolean rest) throws IOException {
        requireJson(page);
        new Query(page, Set.of());
        answer(page, outlets.pause(page.pathParam("name"), rest));
    }

    private void replay(Context page) throws IOException {
        requireJson(page);
        new Query(page, Set.of());
        var from = from(page.bodyAsBytes());
        if (from.isAfter(time.instant())) {
            throw HttpProblem.badRequest("from must not be in the future, but is " + from);
        }
        answer(page, outlets.replay(page.pathParam("name"), from));
    }

    private static void requireJson(Context page) {
        var type = page.contentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw new HttpProblem(
                    415, "The request is of another type", "this needs a header Content-Type: application/json");
        }
    }

    private static Instant from(byte[] body) {
        if (body.length <= LONGEST) {
            try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(body))) {
                if (parser.nextToken() == JsonToken.START_OBJECT
                        && "from".equals(parser.nextName())
                        && parser.nextToken() == JsonToken.VALUE_STRING) {
                    return Instant.parse(parser.getString());
                }
            } catch (JacksonException | java.time.DateTimeException bad) {
                // The same answer.
            }
        }
        throw HttpProblem.badRequest("the body must be such as {\"from\":\"2026-11-23T04:40:14Z\"}");
    }

    private static void answer(Context page, Optional<Wish> wanted) {
        var wish = wanted.orElseThrow(() ->
                HttpProblem.notFound("no outlet of this hub has the name " + Query.shown(page.pathParam("name"))));
        page.status(202);
        JsonAnswer.send(page, out -> {
            out.writeStringProperty("name", page.pathParam("name"));
            out.writeBooleanProperty("paused", wish.paused());
            if (wish.replay().number() > 0) {
                out.writeStringProperty("replay_from", wish.replay().from().toString());
            }
        });
    }
}
