package io.pinstream.hub.socket;

import io.pinstream.hub.live.LiveBusy;
import io.pinstream.hub.live.LiveStream;
import io.pinstream.hub.live.LiveStream.Item;
import io.pinstream.hub.live.Token;
import io.pinstream.hub.log.CloudEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import org.json.JSONObject;
import org.json.JSONString;
import org.jspecify.annotations.Nullable;

/// One client's live stream, on a virtual thread of its own. It takes an event only when the client has room for
/// it; until then events wait in the stream's queue, where the client's policy holds.
final class Subscription implements Runnable {
    /// How soon it sees that it is to end.
    private static final Duration LOOK = Duration.ofMillis(250);

    /// How often a client whose filter lets nothing through hears where it is.
    private static final Duration HEARTBEAT = Duration.ofSeconds(15);

    private final String name;
    private final Ask ask;
    private final boolean recovers;
    private final Client.Answer begun;
    private final Client client;
    private volatile Client.@Nullable Answer ending;
    private boolean isBegun;
    private @Nullable Token told;
    private long spoke;

    /// @param recovers whether the client's library is to keep the positions
    /// @param begun told when it has begun, or why not
    Subscription(String name, Ask ask, boolean recovers, Client.Answer begun, Client client) {
        this.name = name;
        this.ask = ask;
        this.recovers = recovers;
        this.begun = begun;
        this.client = client;
    }

    String name() {
        return name;
    }

    /// Ends it soon; the last call's answer is given behind its last event. Any thread.
    void end(Client.Answer answer) {
        ending = answer;
    }

    @Override
    public void run() {
        try (var stream = client.services().feed().open(ask.request())) {
            begun.give(where(stream.token()));
            isBegun = true;
            tell("position", new JSONObject(), stream.token());
            serve(stream);
        } catch (LiveBusy busy) {
            fail(String.valueOf(busy.getMessage()));
        } catch (IOException away) {
            fail(String.valueOf(away.getMessage()));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            client.ended(this);
            var answer = ending;
            if (answer != null) {
                answer.give(where(told));
            }
        }
    }

    private void serve(LiveStream stream) throws IOException, LiveBusy, InterruptedException {
        while (ending == null && !client.connection().isClosed()) {
            if (client.connection().awaitRoom(LOOK) && !give(stream.next(LOOK))) {
                return;
            }
        }
    }

    /// False if it was the last one.
    private boolean give(Item item) {
        switch (item) {
            case Item.Next(var event, var token) -> event(event, token);
            case Item.Gap gap ->
                tell(
                        "gap",
                        new JSONObject()
                                .put("from", gap.from().toString())
                                .put("until", gap.until().toString())
                                .put("records", gap.records()),
                        gap.token());
            case Item.Dropped(var events, var token) -> tell("dropped", new JSONObject().put("events", events), token);
            case Item.Ended(var why, var token) -> {
                tell("end", new JSONObject().put("why", why.name().toLowerCase(Locale.ROOT)), token);
                return false;
            }
            case Item.Idle(var token) -> {
                if (!token.equals(told) && client.services().time().nanos() - spoke >= HEARTBEAT.toNanos()) {
                    tell("position", new JSONObject(), token); // only what the filter leaves out has passed
                }
            }
        }
        return true;
    }

    private void event(CloudEvent event, Token token) {
        if (ask.binary()) {
            send("event", event.data().length + 300, binary(event), token);
        } else {
            var json = event.json();
            send("event", json.length(), new Json(json), token);
        }
    }

    /// The data as they are, as an attachment.
    private static JSONObject binary(CloudEvent event) {
        var out = new JSONObject()
                .put("specversion", "1.0")
                .put("id", event.id())
                .put("source", event.source())
                .put("type", event.type())
                .put("time", event.time())
                .put("datacontenttype", "application/json")
                .put("data", event.data());
        return event.delivery().isEmpty() ? out : out.put("delivery", event.delivery());
    }

    private void fail(String reason) {
        if (isBegun) {
            tell("end", new JSONObject().put("why", "unavailable").put("detail", reason), told);
        } else {
            begun.refuse(Problem.unavailable(reason));
            if (recovers) {
                tell("end", new JSONObject().put("why", "unavailable").put("detail", reason), null);
            }
        }
    }

    private void tell(String event, JSONObject what, @Nullable Token token) {
        send(event, 100, what, token);
    }

    private void send(String event, int bytes, Object what, @Nullable Token token) {
        var position = token == null ? "" : token.toString();
        var arguments = new Object[] {what, where(token), position};
        boolean kept = recovers && token != null;
        client.send(event, bytes + 2 * position.length(), kept ? arguments : Arrays.copyOf(arguments, 2));
        told = token;
        spoke = client.services().time().nanos();
    }

    private JSONObject where(@Nullable Token token) {
        var where = new JSONObject().put("subscription", name);
        return token == null ? where : where.put("token", token.toString());
    }

    /// JSON that is a text already: the library writes it as it is, and need not read it first.
    private record Json(String text) implements JSONString, CharSequence {
        @Override
        public String toJSONString() {
            return text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
