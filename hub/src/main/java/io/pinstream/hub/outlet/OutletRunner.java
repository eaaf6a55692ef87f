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
/// settled. The loop of the thread `outlet-<name>`, which alone touches consumer and sink.
///
/// | | |
/// |---|---|
/// | in memory | one poll: at most `events` events; nothing is read before all of them are settled |
/// | committed | four times a second, before it rests, and when a partition is taken away; never past what is not
/// settled |
/// | paused, or waiting to try again | it polls on without reading, so that it stays in its group |
/// | a partition is taken away | what was in hand of it is dropped; the next owner sends it |
/// | Kafka refuses | it leaves the group and joins anew |
final class OutletRunner implements Runnable, AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration COMMIT = Duration.ofMillis(250);
    private static final Duration ALIVE = Duration.ofSeconds(1);
    private static final Duration AFTER_BUG = Duration.ofSeconds(30);

    private final OutletConfig config;
    private final OutletLog log;
    private final Supplier<Wish> wish;
    private final TimeSource time;
    private final HubWatch watch;
    private final Progress progress;
    private final Handover handover;
    private final Backoff rejoin = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), new Random());
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Map<Integer, Long> uncommitted = new HashMap<>();
    private final Map<Integer, Long> committed = new HashMap<>();
    private Batch batch = Batch.EMPTY;
    private long replayed;
    private long committedAt;
    private long polledAt;

    OutletRunner(OutletConfig config, OutletLog log, Supplier<Wish> wish, TimeSource time, HubWatch watch) {
        this.config = config;
        this.log = log;
        this.wish = wish;
        this.time = time;
        this.watch = watch;
        this.progress = new Progress(config, time, watch);
        this.handover = new Handover(config, log, time, progress);
    }

    OutletStatus status() {
        return progress.status();
    }

    @Override
    public void run() {
        try (handover) {
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
            poll(member, POLL, false);
            progress.state(State.PAUSED, "");
        } else if (batch.isSettled()) {
            confirm();
            commitInTime(member);
            take(poll(member, POLL, true));
            progress.reading();
        } else {
            send(member);
        }
        progress.lag(member.partitions(), member.lag() + batch.left());
    }

    private void take(GroupMember.Polled polled) {
        if (polled.deleted() > 0) {
            watch.outletGap(config.name(), polled.deleted());
        }
        batch = new Batch(polled.events().stream().filter(this::isWanted).toList(), polled.next());
        rejoin.reset();
    }

    private boolean isWanted(CloudEvent event) {
        return config.filter().test(event);
    }

    private void send(GroupMember member) throws IOException, InterruptedException {
        var wait = handover.patience();
        if (wait.isPositive()) {
            confirm();
            commitInTime(member);
            poll(member, wait.compareTo(POLL) < 0 ? wait : POLL, false);
            return;
        }
        handover.send(batch);
        if (time.nanos() - polledAt > ALIVE.toNanos()) {
            poll(member, Duration.ZERO, false);
        }
    }

    private GroupMember.Polled poll(GroupMember member, Duration wait, boolean read) throws IOException {
        var polled = member.poll(wait, read);
        polledAt = time.nanos();
        return polled;
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
        }
    }
}
