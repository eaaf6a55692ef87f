package io.pinstream.hub.web;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.pinstream.hub.live.Filter;
import io.pinstream.hub.live.Glob;
import io.pinstream.hub.live.LiveBusy;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.live.LiveStream;
import io.pinstream.hub.live.LiveStream.Item;
import io.pinstream.hub.live.LiveStream.Start;
import io.pinstream.hub.live.LiveStream.Why;
import io.pinstream.hub.live.Policy;
import io.pinstream.hub.live.Token;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// `GET /api/v1/stream`: committed events as server-sent events (WHATWG HTML, section 9.2).
///
/// ```
/// retry: 3000
///
/// id: Acr-ur6r…                     the position behind this event: Last-Event-ID, or ?from=
/// event: io.pinstream.sample.v1
/// data: {"specversion":"1.0",…}     CloudEvents JSON
/// ```
///
/// Beside events it sends `position` (at the start, and where only events passed that the filter leaves out),
/// `gap` (`from`, `until`: the position has left the retention), `dropped` (`events`: the client is too slow) and
/// `end` (`why`). A comment every 15 seconds keeps the connection alive.
///
/// An `EventSource` gives up for good at any status but 200. So where Kafka does not answer, or there are too many
/// streams, one that asks for `text/event-stream` gets an empty stream that tells it to come back; others get 503.
/// 204 tells it not to come back: it has everything up to `until`, or the hub offers no streams.
final class StreamPage implements Handler {
    static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private static final Set<String> PARAMETERS =
            Set.of("device", "sensor", "quantity", "type", "policy", "from", "since", "until");
    private static final Duration COME_BACK = Duration.ofSeconds(3);
    private static final Duration COME_BACK_LATER = Duration.ofSeconds(10);

    private final LiveFeed feed;
    private final TimeSource time;
    private final Duration heartbeat;

    StreamPage(LiveFeed feed, TimeSource time, Duration heartbeat) {
        this.feed = feed;
        this.time = time;
        this.heartbeat = heartbeat;
    }

    @Override
    public void handle(Context page) throws IOException, InterruptedException {
        var request = request(page);
        if (!feed.isOffered()) {
            page.status(204);
            return;
        }
        try (var stream = feed.open(request)) {
            var first = stream.next(Duration.ZERO);
            if (first instanceof Item.Ended(var why, var _) && why == Why.COMPLETE) {
                page.status(204);
                return;
            }
            send(stream, first, start(page));
        } catch (LiveBusy busy) {
            refuse(page, String.valueOf(busy.getMessage()));
        } catch (IOException away) { // Kafka, or the client
            refuse(page, String.valueOf(away.getMessage()));
        }
    }

    private LiveStream.Request request(Context page) {
        var query = new Query(page, PARAMETERS);
        var now = time.instant();
        var from = query.parsed("from", Token::parse);
        var since = query.time("since", now);
        if (from.isPresent() && since.isPresent()) {
            throw HttpProblem.badRequest("from and since exclude each other: give one of them");
        }
        var until = query.time("until", now);
        if (until.isPresent() && until.get().isAfter(now)) {
            throw HttpProblem.badRequest("until must not be in the future, but was " + until.get());
        }
        Start start = from.<Start>map(Start.At::new)
                .or(() -> since.map(Start.Since::new))
                .orElse(new Start.Now());
        var policy = query.parsed("policy", Policy::parse).orElse(Policy.DROP_OLDEST);
        // A client that comes back asks the same URL again, so its own position goes before what the URL says.
        return new LiveStream.Request(lastEvent(page).orElse(start), filter(query), policy, until);
    }

    private static Optional<Start> lastEvent(Context page) {
        var id = page.header("Last-Event-ID");
        if (id == null || id.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Start.At(Token.parse(id.strip())));
        } catch (IllegalArgumentException garbage) {
            throw HttpProblem.badRequest(
                    "Last-Event-ID: %s, but was %s".formatted(garbage.getMessage(), Query.shown(id)));
        }
    }

    private static Filter filter(Query query) {
        try {
            return new Filter(
                    globs(query.texts("device")),
                    globs(query.texts("sensor")),
                    globs(query.texts("quantity")),
                    globs(query.texts("type")));
        } catch (IllegalArgumentException wrong) {
            throw HttpProblem.badRequest(String.valueOf(wrong.getMessage()));
        }
    }

    private static List<Glob> globs(List<String> patterns) {
        return patterns.stream().map(Glob::new).toList();
    }

    private static void refuse(Context page, String reason) throws IOException {
        if (page.res().isCommitted()) {
            return; // the connection ends here, and the client comes back with its position
        }
        var accept = page.header("Accept");
        if (accept == null || !accept.contains("text/event-stream")) {
            throw HttpProblem.unavailable(reason);
        }
        try {
            var out = start(page);
            out.comeBack(COME_BACK_LATER);
            out.comment(reason);
            out.flush();
        } catch (IOException gone) {
            // Nobody is there to be told.
        }
    }

    private static EventWriter start(Context page) throws IOException {
        page.status(200);
        var response = page.res(); // not the framework's own stream, which may compress and so hold back
        response.setContentType("text/event-stream");
        response.setCharacterEncoding("utf-8");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Accel-Buffering", "no"); // nginx would collect
        return new EventWriter(response.getOutputStream());
    }

    private void send(LiveStream stream, Item first, EventWriter out)
            throws IOException, LiveBusy, InterruptedException {
        out.comeBack(COME_BACK);
        var told = first.token();
        out.event(told, "position", position(told));
        long spoke = time.nanos();
        var item = first;
        while (true) {
            boolean idle = item instanceof Item.Idle;
            if (idle && out.isEmpty() && time.nanos() - spoke >= heartbeat.toNanos()) {
                out.comment("");
                if (!item.token().equals(told)) { // only what the filter leaves out has passed
                    told = item.token();
                    out.event(told, "position", position(told));
                }
            }
            if (!idle) {
                write(item, out);
                told = item.token();
            }
            if (item instanceof Item.Ended || idle && !out.isEmpty() || out.isFull()) {
                out.flush();
                spoke = time.nanos();
            }
            if (item instanceof Item.Ended) {
                return;
            }
            // What is collected goes out as soon as nothing more is there at once.
            long left = out.isEmpty() ? heartbeat.toNanos() - (time.nanos() - spoke) : 0;
            item = stream.next(Duration.ofNanos(Math.max(0, left)));
        }
    }

    private static void write(Item item, EventWriter out) {
        switch (item) {
            case Item.Next(var event, var token) -> out.event(token, event.type(), event.json());
            case Item.Gap gap ->
                out.event(
                        gap.token(),
                        "gap",
                        "{\"from\":\"%s\",\"until\":\"%s\",\"records\":%d}"
                                .formatted(gap.from(), gap.until(), gap.records()));
            case Item.Dropped(var events, var token) ->
                out.event(token, "dropped", "{\"events\":%d}".formatted(events));
            case Item.Ended(var why, var token) ->
                out.event(token, "end", "{\"why\":\"%s\"}".formatted(why.name().toLowerCase(Locale.ROOT)));
            case Item.Idle _ -> {}
        }
    }

    private static String position(Token token) {
        return "{\"position\":\"%s\"}".formatted(token);
    }
}
