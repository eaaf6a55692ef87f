package io.pinstream.hub.live;

import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.EventLog.Batch;
import io.pinstream.hub.log.Position;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Hands committed events to the clients that watch. The loop of the thread `live`: one reader of Kafka for all
/// clients at the live end, however many they are; it reads nothing while nobody watches.
///
/// A slow client loses its oldest events and is told how many, or what its policy says; it never slows the hub or
/// another client. A client that asks for the past has a reader of its own until it has caught up; their number
/// is bounded, and so is the number of clients: one more is told to try again later.
public final class LiveFeed implements Runnable, AutoCloseable {
    /// How much the live streams may take.
    ///
    /// @param streams how many clients there may be at once; 0 for no streams at all
    /// @param replays how many of them may read the past at once
    /// @param queueEvents how many events may wait for one client; twice as many where it conflates
    /// @param queueBytes how many bytes they may have; one event may have more
    public record Config(int streams, int replays, int queueEvents, int queueBytes) {
        public static final Config DEFAULT = new Config(256, 8, 1_000, 1 << 20);

        public Config {
            between("streams", streams, 0, 100_000);
            between("replays", replays, 1, 1_000);
            between("queue events", queueEvents, 1, 1_000_000);
            between("queue bytes", queueBytes, 1 << 10, 1 << 30);
        }

        private static void between(String what, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        "%s must be %d to %d, but was %d".formatted(what, least, most, value));
            }
        }
    }

    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration START = Duration.ofSeconds(15);
    private static final Duration PERMIT = Duration.ofSeconds(5);

    private final EventLog log;
    private final Config config;
    private final TimeSource time;
    private final HubWatch watch;
    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10), new Random());
    private final Semaphore streams;
    private final Semaphore replays;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final Set<ClientQueue> clients = new HashSet<>();
    private int wanted; // clients that are there or about to be
    private @Nullable Position position; // none while nobody watches
    private int number;
    private String problem = "Kafka has not answered yet";
    private boolean closed;

    private EventLog.@Nullable Reader reader; // the live thread's own

    public LiveFeed(EventLog log, Config config, TimeSource time, HubWatch watch) {
        this.log = log;
        this.config = config;
        this.time = time;
        this.watch = watch;
        this.streams = new Semaphore(config.streams());
        this.replays = new Semaphore(config.replays(), true);
    }

    /// Begins a stream for one client, whose thread calls everything of it.
    ///
    /// @throws LiveBusy if there are too many
    /// @throws IOException if Kafka does not answer
    public LiveStream open(LiveStream.Request request) throws IOException, LiveBusy, InterruptedException {
        if (!streams.tryAcquire()) {
            throw new LiveBusy(
                    "there are %d live streams already, which is the limit (live.streams)".formatted(config.streams()));
        }
        boolean open = false;
        try {
            var stream = new LiveStream(this, log, request, watch);
            open = true;
            watch.liveStreams(config.streams() - streams.availablePermits());
            return stream;
        } finally {
            if (!open) {
                streams.release();
            }
        }
    }

    /// Whether there are any streams at all.
    public boolean isOffered() {
        return config.streams() > 0;
    }

    Instant now() {
        return time.instant();
    }

    /// A stream has ended.
    void ended() {
        streams.release();
        watch.liveStreams(config.streams() - streams.availablePermits());
    }

    /// Waits a little for leave to read the past.
    void beginReplay() throws LiveBusy, InterruptedException {
        if (!replays.tryAcquire(PERMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new LiveBusy("%d clients are reading the past already, which is the limit (live.replays)"
                    .formatted(config.replays()));
        }
        watch.liveReplays(config.replays() - replays.availablePermits());
    }

    void endReplay() {
        replays.release();
        watch.liveReplays(config.replays() - replays.availablePermits());
    }

    ClientQueue queue(Filter filter, Policy policy) {
        return new ClientQueue(filter, policy, new ClientQueue.Bound(config.queueEvents(), config.queueBytes()));
    }

    /// What a queue that has joined gets.
    ///
    /// @param log which topic it is of
    /// @param from everything behind it, and nothing before it
    record Joined(int log, Position from) {}

    /// Gives a queue everything from now on. Waits until the reader stands at the live end.
    ///
    /// @throws IOException if Kafka does not answer, or the hub stops
    Joined join(ClientQueue queue) throws IOException, InterruptedException {
        long left = START.toNanos();
        lock.lockInterruptibly();
        try {
            wanted++;
            boolean joined = false;
            try {
                changed.signalAll();
                while (position == null && !closed && left > 0) {
                    left = changed.awaitNanos(left);
                }
                if (position == null || closed) {
                    throw new IOException(closed ? "the hub stops" : "there is no live end: " + problem);
                }
                clients.add(queue);
                joined = true;
                return new Joined(number, position);
            } finally {
                wanted -= joined ? 0 : 1;
            }
        } finally {
            lock.unlock();
        }
    }

    void leave(ClientQueue queue) {
        lock.lock();
        try {
            if (clients.remove(queue)) {
                wanted--;
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (step()) {
                // The next batch.
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a step that hangs
        } finally {
            close();
            rest();
        }
    }

    /// Reads what has come and hands it on; waits while nobody watches. False once it is closed.
    boolean step() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (wanted == 0 && !closed) {
                position = null;
                rest();
                changed.await();
            }
            if (closed) {
                return false;
            }
        } finally {
            lock.unlock();
        }
        try {
            handOn(reading().poll(POLL));
            backoff.reset();
        } catch (IOException away) {
            fail(String.valueOf(away.getMessage()));
        }
        return true;
    }

    /// The reader, at the live end, or where the one before it broke.
    private EventLog.Reader reading() throws IOException {
        var open = reader;
        if (open == null) {
            open = log.open();
            reader = open;
            var before = current();
            var start = before == null ? open.end() : before;
            open.seek(start);
            watch.readerWorks("live");
            publish(open.log(), start);
        }
        return open;
    }

    private @Nullable Position current() {
        lock.lock();
        try {
            return position;
        } finally {
            lock.unlock();
        }
    }

    private void publish(int log, Position start) {
        lock.lock();
        try {
            if (position != null && number != log) {
                clients.forEach(ClientQueue::close); // another topic: clients resume and are told of the gap
            }
            number = log;
            position = start;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void handOn(Batch batch) {
        lock.lock();
        try {
            position = batch.next();
            clients.forEach(client -> client.offer(batch));
        } finally {
            lock.unlock();
        }
    }

    private void fail(String reason) throws InterruptedException {
        rest();
        watch.readerFailed("live", reason);
        long left = backoff.next().toNanos();
        lock.lockInterruptibly();
        try {
            problem = reason;
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void rest() {
        if (reader != null) {
            Objects.requireNonNull(reader).close();
            reader = null;
        }
    }

    /// Ends every stream: clients resume, here or at another hub. Any thread.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            clients.forEach(ClientQueue::close);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }
}
