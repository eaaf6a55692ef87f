package io.pinstream.hub.lane;

import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// One lane: from the messages that arrive for its devices to committed transactions and their answers. The loop
/// of the thread `lane-<n>`.
///
/// ```
///              open log, read marks, listen                 batch committed: answers go out
///   [closed] ─────────────────────────────▶ [open] ◀──────────────────────────┐
///      ▲                                      │ └─ take what waits, commit once ┘
///      │ outcome unknown, Kafka away          │    batch aborted: forget it, agents send again
///      └──────────────────────────────────────┤
///                                             ▼ fenced: another hub owns the lane
///                                          [ended]   (assigned anew = a new Lane)
/// ```
///
/// A batch is what came while the last commit ran: commits as soon as there is something, and a slow Kafka makes
/// the next batch bigger by itself. While the log is away the lane tries again, ever more slowly; its queue
/// fills, then sheds, and agents send again.
public final class Lane implements Runnable {
    /// How much a lane may hold.
    ///
    /// @param topics of this installation
    /// @param payloads what the payload of a pack may cost
    /// @param queueMessages the most messages that wait; what arrives beyond is shed
    /// @param queueBytes the most bytes that wait
    /// @param batchMessages the most messages in one transaction
    /// @param batchBytes the most bytes in one transaction
    public record Config(
            Topics topics,
            SenmlCodec.Limits payloads,
            int queueMessages,
            long queueBytes,
            int batchMessages,
            long batchBytes) {
        public static final Config DEFAULT = new Config(
                new Topics(Topics.DEFAULT_PREFIX),
                SenmlCodec.Limits.DEFAULT,
                20_000,
                16L * 1024 * 1024,
                5_000,
                4L * 1024 * 1024);

        public Config {
            atLeastOne("queue messages", queueMessages);
            atLeastOne("queue bytes", queueBytes);
            atLeastOne("batch messages", batchMessages);
            atLeastOne("batch bytes", batchBytes);
        }

        private static void atLeastOne(String what, long value) {
            if (value < 1) {
                throw new IllegalArgumentException("%s must be at least 1, but was %d".formatted(what, value));
            }
        }
    }

    /// Opens the log behind a lane: fences the older owners and reads the marks (hub rule 5).
    @FunctionalInterface
    public interface Opener {
        /// @throws IOException if Kafka does not answer or refuses; the lane tries again
        LaneLog open(int lane) throws IOException, InterruptedException;
    }

    private static final Duration IDLE = Duration.ofSeconds(1);

    // A transaction costs Kafka and the hub some milliseconds of work, whatever is in it, and messages some
    // microseconds. The more a lane had to do in the last transaction, the longer it lets messages come together for
    // the next one; a lane with little to do commits at once.
    private static final int BUSY = 16;
    private static final int ENOUGH = 4_000;
    private static final Duration GATHER_PER_MESSAGE = Duration.ofNanos(250_000);
    private static final Duration LONGEST_GATHER = Duration.ofMillis(250);

    private final int number;
    private final Config config;
    private final Opener opener;
    private final LaneLink link;
    private final TimeSource time;
    private final HubWatch watch;
    private final LaneQueue queue;
    private final Backoff backoff;
    private final List<Envelope> batch = new ArrayList<>();
    private @Nullable Intake intake;
    private boolean ended;

    public Lane(int number, Config config, Opener opener, LaneLink link, TimeSource time, HubWatch watch) {
        this.number = number;
        this.config = config;
        this.opener = opener;
        this.link = link;
        this.time = time;
        this.watch = watch;
        this.queue = new LaneQueue(config.queueMessages(), config.queueBytes());
        this.backoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random());
    }

    /// Takes a message in without waiting, or sheds it because the queue is full. Called by any thread.
    public boolean offer(Envelope envelope) {
        if (queue.offer(envelope)) {
            return true;
        }
        watch.shed(number, 1);
        return false;
    }

    /// Asks the lane to finish the batch at hand and end. Called by any thread.
    public void stop() {
        queue.close();
    }

    @Override
    public void run() {
        try {
            while (!ended && !queue.isClosed()) {
                queue.pause(step());
            }
            close("stopped");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a lane that hangs in Kafka
            close("interrupted");
        }
    }

    /// Opens the log if it is closed, else brings what waits through one transaction.
    ///
    /// @return how long to wait before the next step
    Duration step() throws InterruptedException {
        try {
            return intake == null ? open() : batch(intake);
        } catch (IOException away) {
            watch.commitFailed(number, "not open", String.valueOf(away.getMessage()));
            return backoff.next();
        } catch (RuntimeException bug) { // the root of the thread: whatever broke, the log is opened anew
            close("%s; this is a bug in the hub".formatted(bug));
            return backoff.next();
        }
    }

    /// Whether another hub fenced this one off.
    boolean isEnded() {
        return ended;
    }

    private Duration open() throws IOException, InterruptedException {
        var opened = new Intake(number, opener.open(number), config.topics(), config.payloads(), watch);
        intake = opened;
        watch.laneOpened(number, opened.devices());
        link.listen(number);
        return Duration.ZERO;
    }

    private Duration batch(Intake open) throws InterruptedException {
        if (batch.size() >= BUSY) {
            var wait = GATHER_PER_MESSAGE.multipliedBy(batch.size());
            queue.gather(
                    Math.min(ENOUGH, config.batchMessages()),
                    wait.compareTo(LONGEST_GATHER) < 0 ? wait : LONGEST_GATHER);
        }
        batch.clear();
        queue.take(batch, config.batchMessages(), config.batchBytes(), IDLE);
        if (batch.isEmpty()) {
            return Duration.ZERO;
        }
        long began = time.nanos();
        open.take(batch, time.instant());
        link.answer(open.dropAnswers());
        if (open.isEmpty()) {
            return Duration.ZERO;
        }
        return switch (open.commit()) {
            case COMMITTED -> {
                backoff.reset();
                link.answer(open.committed(time.instant(), Duration.ofNanos(time.nanos() - began)));
                yield Duration.ZERO;
            }
            case ABORTED -> {
                open.aborted();
                watch.commitFailed(number, "aborted", "agents send again");
                yield backoff.next();
            }
            case UNKNOWN -> {
                // Rule 2: going on with the old marks would make duplicates.
                watch.commitFailed(number, "unknown", "the lane is opened anew");
                close("the outcome of a commit is not known");
                yield backoff.next();
            }
            case FENCED -> {
                ended = true;
                close("another hub took it over (fenced); this is normal during a roll-out");
                yield Duration.ZERO;
            }
        };
    }

    private void close(String reason) {
        var open = intake;
        if (open != null) {
            intake = null;
            link.leave(number);
            watch.laneClosed(number, reason);
            open.close();
        }
    }
}
