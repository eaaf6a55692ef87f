package io.pinstream.agent.link;

import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.delivery.Courier;
import io.pinstream.delivery.Courier.Step;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Dropped;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/// Takes rows from the outbox to the hub and forgets them once the hub has committed them: does what the [Courier]
/// decides.
///
/// Thread `publisher` runs it and owns the courier. It is woken by new durable rows ([#wake]), by answers and by
/// time. Answers wait in a bounded queue; when that is full the newest is dropped, which is safe: the agent sends
/// again or asks again, and is answered again.
///
/// Order of things that a crash may come between: a new stream is stored in the outbox **before** the first pack
/// of it is sent (rule 4). That rows are committed is stored after each batch of answers; what is lost of it is
/// sent once more and dropped by the hub.
public final class Publisher implements Runnable, Loop, Link.Listener, AutoCloseable {
    /// @param format what the `dropped` event of a SKIP is written in; packs come from the outbox as they are
    /// @param window how many rows may be sent and not yet committed
    public record Config(DeviceId device, Topics topics, Payload.Format format, int window) {
        public static final int DEFAULT_WINDOW = 256;
        public static final int LARGEST_WINDOW = 65_535;

        public Config {
            if (window < 1 || window > LARGEST_WINDOW) {
                throw new IllegalArgumentException(
                        "window must be 1 to %d packs, but was %d".formatted(LARGEST_WINDOW, window));
            }
        }

        /// With the default topics, format and window.
        public static Config of(DeviceId device) {
            return new Config(device, new Topics(Topics.DEFAULT_PREFIX), Payload.Format.CBOR, DEFAULT_WINDOW);
        }
    }

    private static final int ANSWERS = 256;
    private static final Duration HELLO = Duration.ofSeconds(1);
    private static final Duration LONGEST_HELLO = Duration.ofSeconds(30);
    private static final long DISK_RETRY = Duration.ofSeconds(1).toNanos();
    private static final long UNTIL_WOKEN = Duration.ofHours(1).toNanos();
    /// So many silent time-outs one after the other are a doubt: ask instead of sending again.
    private static final int DOUBT = 3;

    private enum Unstored {
        NOTHING,
        ADVANCE,
        STREAM
    }

    private final Config config;
    private final Outbox outbox;
    private final Link link;
    private final TimeSource time;
    private final AgentWatch watch;
    private final Courier courier;
    private final MessageCodec codec;
    private final Backoff hellos;
    private final ResendTimer timer = new ResendTimer();
    private final SentRows sentRows;
    private final ArrayBlockingQueue<Envelope> answers = new ArrayBlockingQueue<>(ANSWERS);
    private final Semaphore woken = new Semaphore(0);

    private final AtomicLong rounds = new AtomicLong();
    private volatile boolean closing;

    private long connection;
    private long helloDue;
    private long helloSent;
    private long progressAt;
    private Unstored unstored = Unstored.NOTHING;
    private String streamReason = "";
    private long diskDue;

    /// Nothing is sent before [#run].
    public Publisher(
            Config config, Outbox outbox, Link link, TimeSource time, RandomGenerator random, AgentWatch watch) {
        this.config = config;
        this.outbox = outbox;
        this.link = link;
        this.time = time;
        this.watch = watch;
        this.courier = new Courier(config.device(), outbox.memory(), config.window(), random);
        this.codec = new MessageCodec(config.topics());
        this.hellos = new Backoff(HELLO, LONGEST_HELLO, random);
        this.sentRows = new SentRows(config.window());
        this.helloSent = time.nanos() - HELLO.toNanos();
        this.diskDue = time.nanos();
    }

    /// New rows are durable, or somebody looks whether this loop goes round.
    @Override
    public void wake() {
        if (woken.availablePermits() == 0) {
            woken.release();
        }
    }

    @Override
    public long rounds() {
        return rounds.get();
    }

    @Override
    public void changed() {
        wake();
    }

    @Override
    public void arrived(Envelope envelope) {
        answers.offer(envelope); // full: dropped, and the hub is asked again
        wake();
    }

    @Override
    public void run() {
        link.start(this);
        try {
            while (!closing) {
                doze(step());
                rounds.incrementAndGet();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // understood as the end of this loop
        }
    }

    /// Ends the thread after the step that it is in. Not by interruption, which would close the outbox's files
    /// under it. Returns at once; for any thread.
    @Override
    public void close() {
        closing = true;
        wake();
    }

    private void doze(long nanos) throws InterruptedException {
        if (time.tryAcquire(woken, nanos)) {
            woken.drainPermits();
        }
    }

    /// Takes the answers that are there, sends what may be sent, and returns after how many nanoseconds there is
    /// something to do even if nothing wakes it.
    long step() {
        noticeConnection(time.nanos());
        takeAnswers();
        long now = time.nanos();
        if (unstored != Unstored.NOTHING && now - diskDue >= 0) {
            store(now);
        }
        if (connection == 0) {
            return unstored == Unstored.NOTHING ? UNTIL_WOKEN : DISK_RETRY;
        }
        if (unstored == Unstored.STREAM) {
            return DISK_RETRY; // rule 4: no pack of a stream that a crash would forget
        }
        resendIfOverdue(now);
        return courier.isGreeted() ? sendPacks(now) : sendHello(now);
    }

    private void noticeConnection(long now) {
        long present = link.connection();
        if (present != connection) {
            connection = present;
            if (present != 0) { // rule 1
                doubt(now);
                helloDue = now;
            }
        }
    }

    /// Asks the hub what it has, at most once a second.
    private void doubt(long now) {
        courier.greet();
        timeHello(now);
    }

    private void timeHello(long now) {
        hellos.reset();
        long earliest = helloSent + HELLO.toNanos();
        helloDue = now - earliest >= 0 ? now : earliest;
    }

    private void takeAnswers() {
        for (var envelope = answers.poll(); envelope != null; envelope = answers.poll()) {
            if (codec.decode(envelope) instanceof MessageCodec.Decoded.Good(Message message)
                    && message.device().equals(config.device())) {
                take(message, time.nanos());
            }
        }
    }

    private void take(Message message, long now) {
        var before = courier.memory();
        boolean wasGreeted = courier.isGreeted();
        var effect = courier.receive(message);
        if (wasGreeted && !courier.isGreeted()) { // rule 5: the courier is in doubt
            timeHello(now);
        }
        if (!wasGreeted && courier.isGreeted()) {
            timer.progressed();
            sentRows.resent();
        }
        switch (effect) {
            case NONE -> {}
            case ADVANCED -> {
                advanced(before.acked() + 1, now);
                if (unstored == Unstored.NOTHING) {
                    unstored = Unstored.ADVANCE;
                }
            }
            case NEW_STREAM, NEW_STREAM_HUB_WENT_BACK -> began(effect, before, message);
        }
    }

    private void advanced(long first, long now) {
        long acked = courier.memory().acked();
        var sent = sentRows.sentAt(first);
        if (sent.isPresent()) { // else an earlier run sent it
            long roundTrip = now - sent.getAsLong();
            if (!sentRows.wasResent(first)) {
                timer.sample(roundTrip);
            }
            watch.acknowledged(acked, Duration.ofNanos(roundTrip));
        }
        timer.progressed();
        progressAt = now;
    }

    private void began(Courier.Effect effect, Courier.Memory before, Message message) {
        unstored = Unstored.STREAM;
        diskDue = time.nanos();
        if (effect == Courier.Effect.NEW_STREAM_HUB_WENT_BACK) {
            long had = before.acked() - before.base();
            long has = message instanceof Message.Welcome welcome
                    ? welcome.committed().sequence()
                    : 0;
            streamReason = "the hub has forgotten what it had committed";
            watch.hubWentBack("stream %s was committed up to %d, is now up to %d; what was between is gone from Kafka"
                    .formatted(before.stream().map(Object::toString).orElse("none"), had, has));
        } else {
            streamReason = before.stream().isEmpty()
                    ? "this outbox has no stream of its own yet"
                    : "the hub has a newer stream of this device: is its name used twice, or was its outbox copied?";
        }
    }

    private void store(long now) {
        try {
            outbox.remember(courier.memory());
        } catch (IOException failure) {
            watch.outboxFailed(Words.of(failure));
            diskDue = now + DISK_RETRY;
            return;
        }
        if (unstored == Unstored.STREAM) {
            watch.streamBegan(courier.memory().stream().map(Object::toString).orElseThrow(), streamReason);
        }
        unstored = Unstored.NOTHING;
    }

    private boolean isInFlight() {
        return courier.sent() > courier.memory().acked();
    }

    /// Rule 2.
    private void resendIfOverdue(long now) {
        if (courier.isGreeted() && isInFlight() && now - progressAt >= timer.timeout()) {
            timer.backOff();
            sentRows.resent();
            progressAt = now;
            if (timer.backedOff() % DOUBT == 0) {
                doubt(now);
            } else {
                courier.resend();
            }
        }
    }

    /// Rule 1: asks until it is answered.
    private long sendHello(long now) {
        if (now - helloDue >= 0
                && courier.next(0) instanceof Step.Greet greet
                && link.send(connection, codec.encode(greet.hello())) == Link.Sent.SENT) {
            helloSent = now;
            helloDue = now + hellos.next().toNanos();
        }
        return Math.max(helloDue - now, HELLO.toNanos() / 10);
    }

    private long sendPacks(long now) {
        long last = outbox.lastDurable();
        boolean sent = true;
        while (sent && courier.next(last) instanceof Step.Send send) {
            try {
                sent = send(send, outbox.entry(send.row()), last);
            } catch (IOException failure) {
                watch.outboxFailed(Words.of(failure));
                return DISK_RETRY;
            }
        }
        return isInFlight() ? Math.max(progressAt + timer.timeout() - now, 0) : UNTIL_WOKEN;
    }

    private boolean send(Step.Send send, Outbox.Entry entry, long last) {
        return switch (entry) {
            case Outbox.Entry.Row row -> send(send, OptionalLong.empty(), row.payload());
            case Outbox.Entry.Gap gap when gap.last() > last -> false; // the rest of it is not durable yet
            case Outbox.Entry.Gap gap ->
                send(send, OptionalLong.of(courier.sequenceOf(gap.last())), payloadOf(gap.dropped()));
        };
    }

    private boolean send(Step.Send send, OptionalLong through, Payload payload) {
        var pack = new Pack(config.device(), send.stream(), send.supersedes(), send.sequence(), through, payload);
        if (link.send(connection, codec.encode(pack)) != Link.Sent.SENT) {
            return false;
        }
        long now = time.nanos();
        if (!isInFlight()) {
            progressAt = now;
        }
        long last = send.row() + pack.last() - pack.sequence();
        watch.packSent(payload.bytes().length, sentRows.sent(send.row(), last, now));
        courier.sent(last);
        return true;
    }

    private Payload payloadOf(Dropped dropped) {
        return SenmlCodec.encode(config.device(), List.of(dropped.toEvent()), config.format());
    }
}
