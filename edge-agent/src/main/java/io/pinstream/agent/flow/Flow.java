package io.pinstream.agent.flow;

import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.outbox.Packed;
import io.pinstream.agent.rule.Rules;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/// The thread `flow`: takes the events of all sensors, leaves out what is no news, packs the rest and puts the
/// packs into the outbox.
///
/// Rows are made durable together, when the oldest has waited for the loss window; a pack with an edge at once.
/// While the disk fails or the outbox is full, the pack at hand is tried again until it is kept; the queue fills
/// behind it, samplers then skip readings and count them, and edges wait.
///
/// It is ended by [#close], not by interruption, which would close the outbox's files under it.
public final class Flow implements Runnable, Loop, AutoCloseable {
    /// @param queue events that may wait for this thread
    /// @param lossWindow how long an appended pack may wait to be durable: what a power cut may cost
    public record Config(int queue, Duration lossWindow) {
        static final int LARGEST = 1_000_000;
        static final Duration LONGEST = Duration.ofMinutes(10);
        public static final Config DEFAULT = new Config(1024, Duration.ofMillis(200));

        public Config {
            if (queue < 1 || queue > LARGEST) {
                throw new IllegalArgumentException("queue must be 1 to %d, but was %d".formatted(LARGEST, queue));
            }
            if (lossWindow.isNegative() || lossWindow.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("lossWindow must be at most %d min and not negative, but was %d ms"
                        .formatted(LONGEST.toMinutes(), lossWindow.toMillis()));
            }
        }
    }

    /// Where packs are kept: the outbox, and what must know of it.
    public interface Store {
        /// As [Outbox#append].
        Outbox.Appended append(Packed packed) throws IOException;

        /// As [Outbox#flush]; what was appended may be sent from then on.
        void flush() throws IOException;
    }

    /// An event that waits, and when it came by the monotonic clock: while the outbox is full it may wait for
    /// long, and still belongs to the window in which it was read. An entry without an event wakes the thread up.
    private record Entry(Optional<Event> event, long nanos) {}

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private final Config config;
    private final Rules rules;
    private final Packer packer;
    private final Store store;
    private final TimeSource time;
    private final AgentWatch watch;
    private final BlockingQueue<Entry> queue;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final AtomicLong rounds = new AtomicLong();
    private boolean interrupted;
    private boolean diskFailed;
    private boolean unflushed;
    private long flushDueNanos;

    public Flow(Config config, Rules rules, Packer packer, Store store, TimeSource time, AgentWatch watch) {
        this.config = config;
        this.rules = rules;
        this.packer = packer;
        this.store = store;
        this.time = time;
        this.watch = watch;
        this.queue = new ArrayBlockingQueue<>(config.queue);
    }

    /// Takes an event if there is room for it within the given time. For any thread.
    public boolean offer(Event event, Duration atMost) throws InterruptedException {
        // Where there is room, also from a thread that has been interrupted: what it has read is not thrown away.
        var entry = entry(event);
        return queue.offer(entry) || time.offer(queue, entry, atMost.toNanos());
    }

    /// Takes an event, waiting for room as long as it takes. For any thread.
    public void put(Event event) throws InterruptedException {
        var entry = entry(event);
        boolean taken = queue.offer(entry); // as in offer
        while (!taken) {
            taken = time.offer(queue, entry, Long.MAX_VALUE);
        }
    }

    private Entry entry(Event event) {
        return new Entry(Optional.of(event), time.nanos());
    }

    /// Ends the thread once it has packed, appended and flushed what it had taken. Returns at once. Whoever hands
    /// in events must have stopped before. For any thread.
    @Override
    public void close() {
        closing.countDown();
        // If there is no room, the thread is awake.
        wake();
    }

    @Override
    public void wake() {
        boolean ignored = queue.offer(new Entry(Optional.empty(), time.nanos()));
    }

    /// A pack that is tried again because the outbox is full or its disk fails counts, too.
    @Override
    public long rounds() {
        return rounds.get();
    }

    @Override
    public void run() {
        try {
            while (!isClosing()) {
                step();
            }
        } catch (InterruptedException stop) {
            interrupted = true;
            closing.countDown();
        }
        finish();
        if (interrupted) {
            Thread.currentThread().interrupt(); // only now: files do not survive an interrupted write
        }
    }

    /// Waits for an event or for what is due, and does it.
    void step() throws InterruptedException {
        long now = time.nanos();
        long wait = Math.min(rules.waitNanos(now), Math.min(packer.waitNanos(now), flushWaitNanos(now)));
        var next = wait > 0 ? time.poll(queue, wait) : queue.poll();
        if (next != null) {
            accept(next);
        }
        now = time.nanos();
        // What is in the queue already comes first: it may belong to a window that is over by now, and a burst of
        // edges makes one pack and not many.
        if (queue.isEmpty()) {
            rules.due(now).forEach(this::pack);
        }
        if (packer.waitNanos(now) <= 0 && (queue.isEmpty() || packer.isFull())) {
            append(packer.take());
        }
        if (flushWaitNanos(now) <= 0) {
            flush();
        }
        rounds.incrementAndGet();
    }

    /// What is left, when no more events come.
    private void finish() {
        for (var next = queue.poll(); next != null; next = queue.poll()) {
            accept(next);
            if (packer.isFull()) {
                append(packer.take());
            }
        }
        rules.rest(time.nanos()).forEach(this::pack);
        if (!packer.isEmpty()) {
            append(packer.take());
        }
        if (unflushed) {
            flush();
        }
    }

    private void accept(Entry entry) {
        entry.event.ifPresent(event -> rules.pass(event, entry.nanos).forEach(this::pack));
    }

    private void pack(Event event) {
        if (!packer.fits(event)) {
            append(packer.take());
        }
        packer.add(event, time.nanos());
        watch.eventTaken(event);
    }

    private void append(Packed packed) {
        var pause = FIRST_PAUSE;
        while (!appended(packed)) {
            rounds.incrementAndGet();
            if (isClosing()) {
                watch.eventsDropped(packed.events(), "the agent was stopped while the outbox took nothing");
                return;
            }
            await(pause);
            pause = longer(pause);
        }
        watch.packAppended(packed.events(), packed.payload().bytes().length);
        if (!unflushed) {
            unflushed = true;
            flushDueNanos = time.nanos() + config.lossWindow.toNanos();
        }
        if (packed.edges()) {
            flushDueNanos = time.nanos();
        }
    }

    private boolean appended(Packed packed) {
        try {
            return switch (store.append(packed)) {
                case Outbox.Appended.Kept _ -> {
                    diskWorks();
                    yield true;
                }
                case Outbox.Appended.Full(long bytes, long maxBytes) -> {
                    watch.outboxFull(bytes, maxBytes);
                    // Rows that are not flushed are not sent, and only what is sent makes room.
                    if (unflushed) {
                        flush();
                    }
                    yield false;
                }
            };
        } catch (IOException failure) {
            diskFails(failure);
            return false;
        }
    }

    private void flush() {
        try {
            store.flush();
            unflushed = false;
            diskWorks();
        } catch (IOException failure) {
            diskFails(failure);
            flushDueNanos = time.nanos() + LONGEST_PAUSE.toNanos();
        }
    }

    private long flushWaitNanos(long now) {
        return unflushed ? Math.max(0, flushDueNanos - now) : Long.MAX_VALUE;
    }

    private void diskFails(IOException failure) {
        diskFailed = true;
        watch.outboxFailed(String.valueOf(failure.getMessage()));
    }

    private void diskWorks() {
        if (diskFailed) {
            diskFailed = false;
            watch.outboxRecovered();
        }
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void await(Duration pause) {
        try {
            boolean ignored = time.await(closing, pause.toNanos());
        } catch (InterruptedException stop) {
            closing.countDown();
            interrupted = true;
        }
    }

    private static Duration longer(Duration pause) {
        var doubled = pause.multipliedBy(2);
        return doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
    }
}
