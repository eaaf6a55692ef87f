package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.live.Token;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.DeadLetters.Letter;
import io.pinstream.hub.watch.Figures;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.core.JsonGenerator;

/// The hub itself: its status, its dead letters, and the document that describes all of this.
final class HubPages {
    private static final int PAGE = 50;
    private static final int LARGEST_PAGE = 500;
    /// Of each dead letter, how many bytes are shown.
    private static final int SHOWN = 4 * 1024;

    private final Supplier<Readiness> readiness;
    private final Supplier<Figures.Look> figures;
    private final DeviceRegistry devices;
    private final DeadLetters letters;
    private final String document;

    HubPages(
            Supplier<Readiness> readiness,
            Supplier<Figures.Look> figures,
            DeviceRegistry devices,
            DeadLetters letters) {
        this.readiness = readiness;
        this.figures = figures;
        this.devices = devices;
        this.letters = letters;
        this.document = document();
    }

    void add(RoutesConfig routes) {
        routes.get("/api/v1/status", this::status);
        routes.get("/api/v1/dead-letters", this::deadLetters);
        routes.get("/api/v1/dead-letters/{id}", this::deadLetter);
        routes.get("/api/v1/openapi.yaml", page -> JsonAnswer.sendTagged(page, "application/yaml", document));
    }

    private static String document() {
        try (InputStream in = HubPages.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IllegalStateException("openapi.yaml is missing; this is a bug in the hub");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void status(Context page) {
        new Query(page, Set.of());
        var ready = readiness.get();
        var look = figures.get();
        var fleet = devices.summary();
        var problems = Problems.of(ready, look.lately(), fleet, devices.state());
        JsonAnswer.send(page, out -> {
            out.writeBooleanProperty("ready", ready.isReady());
            out.writeArrayPropertyStart("checks");
            for (var check : ready.checks()) {
                out.writeStartObject();
                out.writeStringProperty("name", check.name());
                out.writeBooleanProperty("ready", check.isReady());
                if (!check.isReady()) {
                    out.writeStringProperty("reason", check.reason());
                }
                out.writeEndObject();
            }
            out.writeEndArray();
            out.writeNumberProperty("lanes", look.lanes());
            out.writeNumberProperty("devices", look.devices());
            out.writeNumberProperty("events", look.events());
            out.writeNumberProperty("events_per_second", look.eventsPerSecond());
            out.writeNumberProperty("duplicates", look.duplicates());
            out.writeNumberProperty("dead_letters", look.deadLetters());
            look.latency().ifPresent(latency -> write(out, latency));
            out.writeObjectPropertyStart("fleet");
            out.writeNumberProperty("known", fleet.known());
            out.writeNumberProperty("online", fleet.online());
            out.writeNumberProperty("outbox_rows", fleet.waiting());
            out.writeEndObject();
            out.writeArrayPropertyStart("problems");
            problems.forEach(problem -> write(out, problem));
            out.writeEndArray();
        });
    }

    private static void write(JsonGenerator out, Figures.Latency latency) {
        out.writeObjectPropertyStart("latency");
        out.writeNumberProperty("count", latency.count());
        out.writeNumberProperty("p50", latency.p50().toNanos() / 1e9);
        out.writeNumberProperty("p99", latency.p99().toNanos() / 1e9);
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Problems.Problem problem) {
        out.writeStartObject();
        out.writeStringProperty("severity", problem.severity());
        out.writeStringProperty("at", problem.at());
        out.writeStringProperty("what", problem.what());
        out.writeStringProperty("reason", problem.reason());
        out.writeStringProperty("remedy", problem.remedy());
        out.writeEndObject();
    }

    private void deadLetters(Context page) throws IOException {
        var query = new Query(page, Set.of("before", "limit"));
        var before = query.parsed("before", Token::parse).map(Token::position);
        var found = letters.page(before, query.integer("limit", PAGE, 1, LARGEST_PAGE));
        JsonAnswer.sendTagged(page, out -> {
            out.writeArrayPropertyStart("dead_letters");
            found.letters().forEach(letter -> write(out, letter));
            out.writeEndArray();
            found.older()
                    .ifPresent(older -> out.writeStringProperty("next", new Token(0, older, Instant.EPOCH).toString()));
        });
    }

    /// The payload as it came, to be kept and not to be shown: whoever sent it is not trusted.
    private void deadLetter(Context page) throws IOException {
        new Query(page, Set.of());
        var id = page.pathParam("id");
        var place = Query.read("id", id, DeadLetters.Place::parse);
        var letter = letters.at(place)
                .orElseThrow(() ->
                        HttpProblem.notFound("there is no dead letter %s, or no more".formatted(Query.shown(id))));
        page.contentType("application/octet-stream")
                .header("Content-Disposition", "attachment; filename=\"dead-letter-%s.bin\"".formatted(place))
                .result(letter.payload());
    }

    private static void write(JsonGenerator out, Letter letter) {
        out.writeStartObject();
        out.writeStringProperty("id", letter.place().toString());
        out.writeStringProperty("key", letter.key());
        out.writeStringProperty("reason", letter.reason());
        out.writeStringProperty("topic", letter.topic());
        out.writeStringProperty("arrived", letter.arrived());
        if (!letter.pack().isEmpty()) {
            out.writeStringProperty("pack", letter.pack());
        }
        var payload = letter.payload();
        out.writeNumberProperty("size", payload.length);
        out.writeStringProperty(
                "payload_base64",
                Base64.getEncoder().encodeToString(Arrays.copyOf(payload, Math.min(SHOWN, payload.length))));
        out.writeEndObject();
    }
}
