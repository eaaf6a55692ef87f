package io.pinstream.hub.socket;

import io.pinstream.config.Amounts;
import io.pinstream.hub.live.Filter;
import io.pinstream.hub.live.Glob;
import io.pinstream.hub.live.LiveStream;
import io.pinstream.hub.live.LiveStream.Start;
import io.pinstream.hub.live.Policy;
import io.pinstream.hub.live.Token;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.json.JSONArray;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/// What a client wants to see.
///
/// ```
/// {device: 'greenhouse-*', sensor: …, quantity: ['temperature', 'humidity'], type: 'sample',
///  room: 'site:plant', policy: 'conflate', from: token, since: '10m', binary: true}
/// ```
///
/// A room is a fixed place to look at: `device:<id>` is one device, `site:<name>` all devices whose ids begin with
/// `<name>-`. Devices and rooms together show the events of any of them.
///
/// @param binary whether the data of events come as bytes, as they stand in Kafka
record Ask(LiveStream.Request request, boolean binary) {
    private static final Set<String> KNOWN =
            Set.of("room", "device", "sensor", "quantity", "type", "policy", "from", "since", "binary");
    private static final Pattern ROOM = Pattern.compile("(device|site):([A-Za-z0-9._-]{1,64})");

    /// Reads what a client sent, which may be anything.
    ///
    /// @throws IllegalArgumentException saying what is wrong with it
    static Ask parse(@Nullable Object sent, Instant now) {
        if (sent == null) {
            return parse(new JSONObject(), now);
        }
        if (!(sent instanceof JSONObject wish)) {
            throw new IllegalArgumentException(
                    "a subscription is an object such as {device: 'greenhouse-*'}, but was " + Problem.shown(sent));
        }
        for (var name : wish.keySet()) {
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("%s is nothing that a subscription has; there are %s"
                        .formatted(Problem.shown(name), String.join(", ", new TreeSet<>(KNOWN))));
            }
        }
        var from = text(wish, "from").map(value -> parsed("from", value, Token::parse));
        var since = text(wish, "since").map(value -> parsed("since", value, text -> time(text, now)));
        if (from.isPresent() && since.isPresent()) {
            throw new IllegalArgumentException("from and since exclude each other: give one of them");
        }
        var start = from.<Start>map(Start.At::new)
                .or(() -> since.map(Start.Since::new))
                .orElse(new Start.Now());
        var policy = text(wish, "policy")
                .map(value -> parsed("policy", value, Policy::parse))
                .orElse(Policy.DROP_OLDEST);
        var devices = new ArrayList<>(globs(wish, "device"));
        texts(wish, "room").forEach(room -> devices.add(room(room)));
        var filter = new Filter(devices, globs(wish, "sensor"), globs(wish, "quantity"), globs(wish, "type"));
        return new Ask(new LiveStream.Request(start, filter, policy, Optional.empty()), flag(wish, "binary"));
    }

    /// The same, from where the client was.
    Ask from(Token token) {
        return new Ask(
                new LiveStream.Request(new Start.At(token), request.filter(), request.policy(), request.until()),
                binary);
    }

    private static Glob room(String room) {
        var parts = ROOM.matcher(room);
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "room must be device:<id> or site:<name>, but was " + Problem.shown(room));
        }
        return new Glob(parts.group(1).equals("site") ? parts.group(2) + "-*" : parts.group(2));
    }

    private static Instant time(String text, Instant now) {
        var ago = Amounts.duration(text);
        if (ago.isPresent()) {
            return now.minus(ago.get());
        }
        try {
            return Instant.parse(text);
        } catch (DateTimeException none) {
            throw new IllegalArgumentException(
                    "must be a time such as 2026-11-23T04:40:14Z, or how long ago: " + Amounts.DURATION_FORM, none);
        }
    }

    private static <T> T parsed(String name, String value, Function<String, T> parse) {
        try {
            return parse.apply(value);
        } catch (IllegalArgumentException | ArithmeticException | DateTimeException wrong) {
            throw new IllegalArgumentException(
                    "%s: %s, but was %s".formatted(name, wrong.getMessage(), Problem.shown(value)), wrong);
        }
    }

    private static Optional<String> text(JSONObject wish, String name) {
        if (wish.isNull(name)) {
            return Optional.empty();
        }
        if (wish.get(name) instanceof String text) {
            return Optional.of(text);
        }
        throw new IllegalArgumentException(
                "%s must be a text, but was %s".formatted(name, Problem.shown(wish.get(name))));
    }

    private static boolean flag(JSONObject wish, String name) {
        if (wish.isNull(name)) {
            return false;
        }
        if (wish.get(name) instanceof Boolean flag) {
            return flag;
        }
        throw new IllegalArgumentException(
                "%s must be true or false, but was %s".formatted(name, Problem.shown(wish.get(name))));
    }

    private static List<Glob> globs(JSONObject wish, String name) {
        return texts(wish, name).stream()
                .map(text -> parsed(name, text, Glob::new))
                .toList();
    }

    /// One text, or several in an array.
    private static List<String> texts(JSONObject wish, String name) {
        if (!(wish.opt(name) instanceof JSONArray several)) {
            return text(wish, name).stream().toList();
        }
        if (several.length() > Filter.MOST) {
            throw new IllegalArgumentException(
                    "%s must have at most %d patterns, but has %d".formatted(name, Filter.MOST, several.length()));
        }
        var texts = new ArrayList<String>();
        for (var each : several) {
            if (!(each instanceof String text)) {
                throw new IllegalArgumentException(
                        "%s must be a text or several, but one was %s".formatted(name, Problem.shown(each)));
            }
            texts.add(text);
        }
        return texts;
    }
}
