package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.pinstream.hub.device.Brief;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.device.History.Series;
import io.pinstream.hub.live.Glob;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.core.JsonGenerator;

/// Devices: what they say of themselves, their latest values and their history.
final class DevicePages {
    private static final int PAGE = 100;
    private static final int LARGEST_PAGE = 1_000;
    private static final Duration LOOK_BACK = Duration.ofHours(1);
    private static final int POINTS = 120;
    private static final int MOST_POINTS = 5_000;

    private final DeviceRegistry registry;
    private final History history;
    private final TimeSource time;

    DevicePages(DeviceRegistry registry, History history, TimeSource time) {
        this.registry = registry;
        this.history = history;
        this.time = time;
    }

    void add(RoutesConfig routes) {
        routes.get("/api/v1/devices", this::list);
        routes.get("/api/v1/devices/{device}", this::one);
        routes.get("/api/v1/devices/{device}/latest", this::latest);
        routes.get("/api/v1/devices/{device}/history", this::series);
    }

    private void list(Context page) {
        var query = new Query(page, Set.of("device", "state", "after", "limit", "view"));
        requireRegistry();
        boolean brief = query.parsed("view", DevicePages::isBrief).orElse(false);
        var device = query.parsed("device", Glob::new);
        var state = query.text("state");
        Predicate<DeviceRegistry.Device> wanted =
                one -> device.map(glob -> glob.matches(one.id())).orElse(true)
                        && state.map(one.state()::equals).orElse(true);
        int limit = query.integer("limit", PAGE, 1, LARGEST_PAGE);
        var found = registry.list(query.text("after").orElse(""), limit + 1, wanted);
        boolean more = found.size() > limit;
        var given = more ? found.subList(0, limit) : found;
        JsonAnswer.sendTagged(page, out -> {
            out.writeArrayPropertyStart("devices");
            given.forEach(one -> write(out, one, brief));
            out.writeEndArray();
            if (more) {
                out.writeStringProperty("next", given.getLast().id());
            }
        });
    }

    private void one(Context page) {
        new Query(page, Set.of());
        requireRegistry();
        var id = page.pathParam("device");
        var found = registry.find(id)
                .orElseThrow(() ->
                        HttpProblem.notFound("no device %s has said anything of itself".formatted(Query.shown(id))));
        JsonAnswer.sendTagged(page, out -> members(out, found));
    }

    private static boolean isBrief(String view) {
        return switch (view) {
            case "brief" -> true;
            case "whole" -> false;
            default -> throw new IllegalArgumentException("must be brief or whole");
        };
    }

    private static void write(JsonGenerator out, DeviceRegistry.Device device, boolean brief) {
        out.writeStartObject();
        if (brief) {
            head(out, device);
            write(out, device.brief());
        } else {
            members(out, device);
        }
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Brief brief) {
        out.writeStringProperty("since", brief.since());
        out.writeStringProperty("agent", brief.agent());
        out.writeStringProperty("board", brief.board());
        out.writeNumberProperty("sensors", brief.sensors());
        new TreeMap<>(brief.figures()).forEach(out::writeNumberProperty);
    }

    private static void head(JsonGenerator out, DeviceRegistry.Device device) {
        out.writeStringProperty("id", device.id());
        out.writeStringProperty("seen", device.seen().toString());
        if (!device.state().isEmpty()) {
            out.writeStringProperty("state", device.state());
        }
    }

    private static void members(JsonGenerator out, DeviceRegistry.Device device) {
        head(out, device);
        out.writeName("record");
        out.writeRawValue(device.json()); // parsed before it was kept
    }

    private void requireRegistry() {
        if (!registry.state().isEmpty()) {
            throw HttpProblem.unavailable(registry.state());
        }
    }

    private void latest(Context page) throws IOException, InterruptedException {
        var query = new Query(page, Set.of("since"));
        var device = page.pathParam("device");
        var since = query.time("since", time.instant()).orElse(time.instant().minus(LOOK_BACK));
        try {
            var events = history.latest(device, since);
            JsonAnswer.sendTagged(page, out -> {
                out.writeStringProperty("device", device);
                out.writeArrayPropertyStart("latest");
                events.forEach(event -> out.writeRawValue(event.json()));
                out.writeEndArray();
            });
        } catch (History.Refused refused) {
            throw problem(refused);
        }
    }

    private void series(Context page) throws IOException, InterruptedException {
        var query = new Query(page, Set.of("from", "to", "step", "sensor", "quantity"));
        var now = time.instant();
        var from = query.time("from", now).orElse(now.minus(LOOK_BACK));
        var to = query.time("to", now).orElse(now);
        if (!from.isBefore(to)) {
            throw HttpProblem.badRequest("from must be before to, but is %s, and to is %s".formatted(from, to));
        }
        var step = step(query.duration("step"), from, to);
        var sensor = query.parsed("sensor", Glob::new);
        var quantity = query.parsed("quantity", Glob::new);
        var device = page.pathParam("device");
        try {
            var answer = history.series(device, from, to, step);
            JsonAnswer.sendTagged(page, out -> {
                out.writeStringProperty("device", device);
                out.writeStringProperty("from", from.toString());
                out.writeStringProperty("to", to.toString());
                out.writeNumberProperty("step", step.toMillis() / 1e3);
                out.writeArrayPropertyStart("series");
                answer.series().stream()
                        .filter(one -> fits(sensor, one.sensor()) && fits(quantity, one.quantity()))
                        .forEach(one -> write(out, one));
                out.writeEndArray();
                out.writeArrayPropertyStart("doubts");
                answer.doubts().stream()
                        .filter(one -> fits(sensor, one.sensor()))
                        .forEach(one -> write(out, one));
                out.writeEndArray();
            });
        } catch (History.Refused refused) {
            throw problem(refused);
        }
    }

    private static boolean fits(Optional<Glob> pattern, String name) {
        return pattern.map(glob -> glob.matches(name)).orElse(true);
    }

    private static Duration step(Optional<Duration> asked, Instant from, Instant to) {
        var whole = Duration.between(from, to);
        var step = asked.orElse(Duration.ofSeconds(Math.max(1, Math.ceilDiv(whole.toSeconds(), POINTS))));
        if (step.toMillis() < 1 || whole.dividedBy(step) >= MOST_POINTS) {
            throw HttpProblem.badRequest("step must be at least %s, for at most %d points of each series, but was %s"
                    .formatted(whole.dividedBy(MOST_POINTS), MOST_POINTS, step));
        }
        return step;
    }

    private static void write(JsonGenerator out, Series series) {
        out.writeStartObject();
        out.writeStringProperty("sensor", series.sensor());
        out.writeStringProperty("quantity", series.quantity());
        out.writeBooleanProperty("edges", series.edges());
        out.writeArrayPropertyStart("points");
        for (var point : series.points()) {
            out.writeStartObject();
            out.writeStringProperty("time", point.start().toString());
            out.writeNumberProperty("count", point.count());
            out.writeNumberProperty("min", point.min());
            out.writeNumberProperty("mean", point.mean());
            out.writeNumberProperty("max", point.max());
            out.writeNumberProperty("last", point.last());
            out.writeEndObject();
        }
        out.writeEndArray();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, History.Doubt doubt) {
        out.writeStartObject();
        out.writeStringProperty("sensor", doubt.sensor());
        out.writeStringProperty("time", doubt.start().toString());
        out.writeNumberProperty("count", doubt.count());
        out.writeStringProperty("flaws", String.join(",", doubt.flaws()));
        out.writeEndObject();
    }

    private static HttpProblem problem(History.Refused refused) {
        var detail = String.valueOf(refused.getMessage());
        return refused.later()
                ? HttpProblem.unavailable(detail)
                : new HttpProblem(422, "The answer costs too much", detail);
    }
}
