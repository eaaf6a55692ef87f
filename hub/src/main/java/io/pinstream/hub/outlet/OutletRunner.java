package io.pinstream.hub.outlet;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.GroupMember;
import io.pinstream.hub.log.OutletLog;
import io.pinstream.hub.outlet.OutletStatus.State;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One outlet: reads its topic by its group, and hands what passes the filter to its sink until each event is
/// settled. The loop of the thread `outlet-<name>`, which alone touches the consumer; while a call of the sink
/// lasts, on a thread of its own, it reads the next poll ahead, but only one.
///
/// | | |
/// |---|---|
/// | in memory | two polls of at most `events` events each; nothing of the second is sent before all of the first is
/// settled |
/// | committed | four times a second, before it rests, and when a partition is taken away; never past what is not
/// settled |
/// | paused, or waiting to try again | it polls on without reading, so that it stays in its group |
/// | a partition is taken away | what was in hand of it is dropped; the next owner sends it |
/// | Kafka refuses | it leaves the group and joins anew |
final class OutletRunner implements Runnable, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration COMMIT = Duration.ofMillis(250);
    private static final Duration ALIVE = Duration.ofSeconds(1);
    private static final Duration AHEAD = Duration.ofMillis(5);
    private static final Duration AFTER_BUG = Duration.ofSeconds(30);

    private final OutletConfig config;
    private final OutletLog log;
    private final Supplier<Wish> wish;
    private final TimeSource time;
    private final HubWatch watch;
    private final Progress progress;
    private final Handover handover;
    private final Backoff rejoin = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), new Random());
    private final SinkThread sink;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Integer, Long> uncommitted = new HashMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    private Batch batch = Batch.EMPTY;
    private Batch ahead = Batch.EMPTY;
    private long replayed;
    private long committedAt;

    OutletRunner(OutletConfig config, OutletLog log, Supplier<Wish> wish, TimeSource time, HubWatch watch) {
        this.config = config;
        this.log = log;
        this.wish = wish;
        this.time = time;
        this.watch = watch;
        this.progress = new Progress(config, time, watch);
        this.handover = new Handover(config, log, time, progress);
        this.sink = new SinkThread(config.name());
    }

    OutletStatus status() {
        return progress.status();
    }

    @Override
    public void run() {
        try (handover;
                sink) {
            while (!isClosed()) {
                var pause = AFTER_BUG;
                try {
                    follow();
                    return;
                } catch (IOException away) {
                    pause = rejoin.next();
                    progress.state(State.RETRYING, String.valueOf(away.getMessage()));
                } catch (RuntimeException bug) { // the root of the thread; the type may be somebody else's code
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    progress.state(State.FAILED, "a bug in the outlet: " + bug);
                    handover.reopen();
                }
                forget();
                var _ = closed.await(pause.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a sink that hangs
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    /// From joining the group to leaving it.
    private void follow() throws IOException, InterruptedException {
        var listener = new Revoked();
        try (var member = log.join(config.name(), config.from(), config.start(), config.events(), listener)) {
            listener.member = member;
            try {
                while (!isClosed()) {
                    step(member);
                }
            } finally {
                if (!Thread.currentThread().isInterrupted()) {
                    confirm();
                    commit(member);
                }
            }
        }
    }

    /// One turn.
    private void step(GroupMember member) throws IOException, InterruptedException {
        var wanted = wish.get();
        if (wanted.replay().number() > replayed) {
            // What is in hand is of the time before: only what is confirmed of it counts.
            confirm();
            commit(member);
            forget();
            member.replay(wanted.replay());
            replayed = wanted.replay().number();
        }
        if (wanted.paused()) {
            confirm();
            commit(member);
            member.poll(POLL, false);
            progress.state(State.PAUSED, "");
        } else if (batch.isSettled()) {
            confirm();
            commitInTime(member);
            batch = ahead == Batch.EMPTY ? read(member, POLL) : ahead;
            ahead = Batch.EMPTY;
            progress.reading();
        } else {
            send(member);
        }
        progress.lag(member.partitions(), member.lag() + batch.left() + ahead.left());
    }

    private Batch read(GroupMember member, Duration wait) throws IOException {
        var polled = member.poll(wait, true);
        if (polled.deleted() > 0) {
            watch.outletGap(config.name(), polled.deleted());
        }
        rejoin.reset();
        return polled.next().isEmpty()
                ? Batch.EMPTY
                : new Batch(polled.events().stream().filter(this::isWanted).toList(), polled.next());
    }

    private boolean isWanted(CloudEvent event) {
        return config.filter().test(event);
    }

    private void send(GroupMember member) throws IOException, InterruptedException {
        var wait = handover.patience();
        if (wait.isPositive()) {
            confirm();
            commitInTime(member);
            member.poll(wait.compareTo(POLL) < 0 ? wait : POLL, false);
            return;
        }
        sink.start(() -> handover.send(batch));
        try {
            while (!sink.await(Duration.ZERO)) {
                readAhead(member);
            }
        } finally {
            sink.finish();
        }
    }

    /// Something to do while the sink sends: the next poll, and then what keeps us in the group.
    private void readAhead(GroupMember member) throws IOException, InterruptedException {
        if (ahead == Batch.EMPTY) {
            ahead = read(member, AHEAD);
        } else if (!sink.await(ALIVE)) {
            member.poll(Duration.ZERO, false);
        }
    }

    private void confirm() {
        batch.confirmed().forEach((partition, next) -> {
            if (!next.equals(committed.get(partition))) {
                uncommitted.put(partition, next);
            }
        });
    }

    private void forget() {
        uncommitted.clear();
        committed.clear();
        batch = Batch.EMPTY;
        ahead = Batch.EMPTY;
    }

    private void commitInTime(GroupMember member) throws IOException {
        if (time.nanos() - committedAt > COMMIT.toNanos()) {
            commit(member);
        }
    }

    private void commit(GroupMember member) throws IOException {
        if (uncommitted.isEmpty() || member.commit(uncommitted)) {
            committed.putAll(uncommitted);
            uncommitted.clear();
        }
        committedAt = time.nanos();
    }

    /// Asks the loop to end. Any thread.
    @Override
    public void close() {
        closed.countDown();
    }

    private final class Revoked implements GroupMember.Listener {
        private @Nullable GroupMember member;

        @Override
        public void revoked(Set<Integer> partitions, boolean mayCommit) {
            finish();
            confirm();
            if (mayCommit && member != null) {
                try {
                    commit(member);
                } catch (IOException late) {
                    // The next owner sends again what was not committed.
                }
            }
            uncommitted.keySet().removeAll(partitions);
            committed.keySet().removeAll(partitions);
            batch.drop(partitions);
            ahead.drop(partitions);
        }

        /// What is on its way is settled first; what the call threw comes out where it was begun.
        private void finish() {
            try {
                while (!sink.await(ALIVE)) {
                    // It takes no longer than a sink may block.
                }
            } catch (InterruptedException stop) {
                sink.close();
                Thread.currentThread().interrupt();
            }
        }
    }
}
