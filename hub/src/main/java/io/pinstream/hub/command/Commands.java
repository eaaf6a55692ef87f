package io.pinstream.hub.command;

import io.pinstream.event.DeviceId;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Command;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import io.pinstream.wire.StreamId;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/// Sends commands to devices and waits for their replies. For any thread.
///
/// A command is sent once and never again by itself: the device would know it by its id, but not over a restart
/// of its agent, and what is switched must be switched at most once. So a command without an answer may have been
/// done; the events of the actuator tell. At most [#MOST] commands are under way, and [#MOST_TO_ONE] to one
/// device; what comes beyond is told so at once. Replies to what this hub did not ask, or does not wait for any
/// more, are ignored.
public final class Commands {
    /// What is known of devices.
    @FunctionalInterface
    public interface Devices {
        Standing standing(DeviceId device);
    }

    /// How a device stands.
    public enum Standing {
        ONLINE,
        OFFLINE,
        /// It has never said anything of itself.
        UNKNOWN,
        /// The hub has not read yet what there is.
        NOT_READ
    }

    /// How long an answer is waited for, if nobody says.
    public static final Duration USUAL_LIMIT = Duration.ofSeconds(5);

    static final int MOST = 64;
    static final int MOST_TO_ONE = 4;
    private static final Duration SHORTEST_LIMIT = Duration.ofMillis(100);

    /// A command under way.
    private record Pending(DeviceId device, ArrayBlockingQueue<Outcome> outcome) {}

    private final String asker;
    private final Topics topics;
    private final CommandCodec codec;
    private final Devices devices;
    private final CommandLine line;
    private final RandomGenerator random;
    private final TimeSource time;
    private final HubWatch watch;
    private final Map<CommandId, Pending> underWay = new HashMap<>(); // guarded by itself

    public Commands(
            Topics topics, Devices devices, CommandLine line, RandomGenerator random, TimeSource time, HubWatch watch) {
        this.asker = asker(random);
        this.topics = topics;
        this.codec = new CommandCodec(topics);
        this.devices = devices;
        this.line = line;
        this.random = random;
        this.time = time;
        this.watch = watch;
    }

    private static String asker(RandomGenerator random) {
        return StreamId.random(random).toString();
    }

    /// What the registry says.
    public static Devices of(DeviceRegistry registry) {
        return device -> {
            if (!registry.state().isEmpty()) {
                return Standing.NOT_READ;
            }
            return registry.find(device.value())
                    .map(found -> found.state().equals("online") ? Standing.ONLINE : Standing.OFFLINE)
                    .orElse(Standing.UNKNOWN);
        };
    }

    /// The topic filter of the replies to this hub.
    public String replyFilter() {
        return topics.replyFilter(asker);
    }

    /// Has a device do something, and waits for its reply.
    ///
    /// @param limit how long, 100 ms to 60 s; a device that hears of it later does not do it
    public Outcome send(DeviceId device, Command command, Duration limit) throws InterruptedException {
        if (limit.compareTo(SHORTEST_LIMIT) < 0 || limit.compareTo(Request.LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "limit must be 100 ms to 60 s, but was %d ms".formatted(limit.toMillis()));
        }
        long began = time.nanos();
        var outcome = refusal(device).orElse(null);
        if (outcome == null) {
            outcome = ask(device, command, limit);
        }
        watch.commanded(outcome.name(), Duration.ofNanos(time.nanos() - began));
        return outcome;
    }

    /// Why nothing needs to be sent.
    private Optional<Outcome> refusal(DeviceId device) {
        return Optional.ofNullable(
                switch (devices.standing(device)) {
                    case UNKNOWN -> new Outcome.Unknown("no device %s has said anything of itself".formatted(device));
                    case OFFLINE -> new Outcome.Offline("device %s is offline".formatted(device));
                    case NOT_READ -> new Outcome.Offline("the hub has not read yet which devices there are");
                    case ONLINE -> line.state().isEmpty() ? null : new Outcome.Offline("the hub is " + line.state());
                });
    }

    private Outcome ask(DeviceId device, Command command, Duration limit) throws InterruptedException {
        var id = CommandId.random(random);
        var pending = new Pending(device, new ArrayBlockingQueue<>(1));
        var busy = enter(id, pending);
        if (busy.isPresent()) {
            return busy.get();
        }
        try {
            var request =
                    new Request(device, id, topics.reply(device, asker), Optional.of(time.instant()), limit, command);
            if (!line.publish(codec.encode(request), why -> undelivered(pending, why))) {
                return new Outcome.Busy("the broker has not acknowledged enough of what it was given");
            }
            var outcome = pending.outcome.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
            return outcome != null
                    ? outcome
                    : new Outcome.NoAnswer(
                            true,
                            "device %s did not answer within %d ms; it may have done it all the same"
                                    .formatted(device, limit.toMillis()));
        } finally {
            leave(id);
        }
    }

    private Optional<Outcome> enter(CommandId id, Pending pending) {
        synchronized (underWay) {
            if (underWay.size() >= MOST) {
                return Optional.of(new Outcome.Busy("%d commands are under way: try again".formatted(MOST)));
            }
            long same = underWay.values().stream()
                    .filter(other -> other.device.equals(pending.device))
                    .count();
            if (same >= MOST_TO_ONE) {
                return Optional.of(new Outcome.Busy(
                        "%d commands to device %s are under way: try again".formatted(same, pending.device)));
            }
            underWay.put(id, pending);
            return Optional.empty();
        }
    }

    private void leave(CommandId id) {
        synchronized (underWay) {
            underWay.remove(id);
        }
    }

    private static void undelivered(Pending pending, String why) {
        var ignored = pending.outcome.offer(
                new Outcome.Offline("device %s hears no commands: %s".formatted(pending.device, why)));
    }

    /// A message came on a topic of replies. Any thread; returns at once.
    public void received(Envelope envelope) {
        var arrived = codec.decodeReply(asker, envelope);
        if (arrived.isEmpty()) {
            watch.replyUnusable(envelope.topic());
            return;
        }
        synchronized (underWay) {
            var pending = underWay.get(arrived.get().id());
            if (pending != null && pending.device.equals(arrived.get().device())) {
                var ignored = pending.outcome.offer(outcome(arrived.get().reply())); // the first one counts
            }
        }
    }

    private static Outcome outcome(Reply reply) {
        return switch (reply) {
            case Reply.Done(int percent) -> new Outcome.Done(percent);
            case Reply.Refused(var why, var reason) ->
                why == Reply.Why.UNKNOWN_ACTUATOR ? new Outcome.Unknown(reason) : new Outcome.Refused(why, reason);
            case Reply.Failed(var reason) -> new Outcome.Failed(reason);
            case Reply.Expired() ->
                new Outcome.NoAnswer(false, "the command reached the device too late; it was not done");
        };
    }

    /// The connection to the broker is gone: no reply to what is under way will come. Any thread; returns at once.
    public void lost() {
        synchronized (underWay) {
            underWay.values().forEach(pending -> {
                var ignored = pending.outcome.offer(new Outcome.NoAnswer(
                        true, "the hub lost the broker before the answer came; it may have been done"));
            });
        }
    }
}
