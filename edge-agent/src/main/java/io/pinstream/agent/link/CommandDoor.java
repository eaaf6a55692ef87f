package io.pinstream.agent.link;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.CommandCodec.Decoded;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import io.pinstream.wire.Topics;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where commands come in and replies go out.
///
/// Commands arrive on threads of the MQTT client and go on at once, or are refused. A reply that the link has no
/// room for waits for it, before any pack; at most [#MOST_REPLIES], then the oldest is dropped. For any thread.
public final class CommandDoor {
    /// Who has commands done.
    @FunctionalInterface
    public interface Taker {
        /// Takes a command; must return at once.
        ///
        /// @param arrived when it came, by the monotonic clock
        /// @param deadline when it is not worth doing any more, by the monotonic clock
        /// @param answer takes the reply; for any thread
        /// @return whether there is room for it
        boolean take(Request request, long arrived, long deadline, Consumer<Reply> answer);
    }

    private record Open(Link link, Taker taker) {}

    static final int MOST_REPLIES = 64;

    private final DeviceId device;
    private final CommandCodec codec;
    private final String topic;
    private final TimeSource time;
    private final AgentWatch watch;
    private final Deque<Envelope> replies = new ArrayDeque<>(); // guarded by itself
    private volatile @Nullable Open open;

    public CommandDoor(DeviceId device, Topics topics, TimeSource time, AgentWatch watch) {
        this.device = device;
        this.codec = new CommandCodec(topics);
        this.topic = topics.command(device);
        this.time = time;
        this.watch = watch;
    }

    /// The topic that commands come on.
    String topic() {
        return topic;
    }

    /// Lets commands in: before, they find nobody and are not answered.
    public void open(Link link, Taker taker) {
        open = new Open(link, taker);
    }

    void arrived(Envelope envelope) {
        var inside = open;
        if (inside == null) {
            watch.commandUnusable("the device is starting");
            return;
        }
        switch (codec.decode(device, envelope)) {
            case Decoded.Good(var request) -> {
                long now = time.nanos();
                long deadline = now
                        + CommandCodec.left(request, envelope.exchange().expirySeconds())
                                .toNanos();
                Consumer<Reply> answer = reply -> send(inside.link, CommandCodec.encode(request, reply));
                if (!inside.taker.take(request, now, deadline, answer)) {
                    watch.commandUnusable("more commands wait than there is room for");
                    answer.accept(new Reply.Refused(
                            Reply.Why.BUSY, "more commands wait than the device has room for: try again"));
                }
            }
            case Decoded.Refused(var answer, var reason) -> {
                watch.commandUnusable(reason);
                send(inside.link, answer);
            }
            case Decoded.Malformed(var reason) -> watch.commandUnusable(reason);
        }
    }

    private void send(Link link, Envelope reply) {
        synchronized (replies) {
            if (replies.size() >= MOST_REPLIES) {
                replies.remove();
            }
            replies.add(reply);
        }
        sendWaiting(link);
    }

    /// There may be room again.
    void changed() {
        var inside = open;
        if (inside != null) {
            sendWaiting(inside.link);
        }
    }

    private void sendWaiting(Link link) {
        synchronized (replies) {
            // On a link that is down a reply is lost: by the next connection nobody waits for it.
            while (!replies.isEmpty() && link.send(link.connection(), replies.element()) != Link.Sent.BUSY) {
                replies.remove();
            }
        }
    }
}
