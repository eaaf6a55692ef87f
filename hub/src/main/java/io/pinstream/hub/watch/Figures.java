package io.pinstream.hub.watch;

import io.pinstream.event.DeviceId;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// The few numbers that a person looks at while the hub runs.
public final class Figures implements HubWatch {
    /// One look.
    ///
    /// @param devices that the open lanes know
    /// @param events committed since the start
    /// @param eventsPerSecond committed, over the last ten seconds
    /// @param duplicates packs dropped because they had been accepted before
    /// @param deadLetters what could not be used
    /// @param lanes that are open here
    /// @param latency from events' own times to their commits; none if there were none within the last minute
    /// @param lately what may be trouble
    public record Look(
            int devices,
            long events,
            double eventsPerSecond,
            long duplicates,
            long deadLetters,
            int lanes,
            Optional<Latency> latency,
            Trouble lately) {}

    /// How long it took within the last minute, from a sample of the events: the newest one of each pack.
    public record Latency(long count, Duration p50, Duration p99) {}

    /// What may be trouble, within the last ten minutes.
    ///
    /// @param shed messages that were dropped because a lane's queue was full; agents send them again
    /// @param failedCommits transactions that did not commit
    /// @param foreignLost messages of foreign devices that are lost
    public record Trouble(long deadLetters, long shed, long failedCommits, long foreignLost) {}

    private static final int SECONDS = 10;
    private static final Duration LATELY = Duration.ofMinutes(10);

    private final TimeSource time;
    private final Map<Integer, Integer> devices = new ConcurrentHashMap<>();
    private final LongAdder events = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder letters = new LongAdder();
    private final LatencyWindow latencies;
    private final Lately lettersLately;
    private final Lately shedLately;
    private final Lately failedLately;
    private final Lately lostLately;
    private final long began;
    // One slot a second, guarded by this.
    private final long[] counts = new long[SECONDS + 1];
    private long second;

    public Figures(TimeSource time) {
        this.time = time;
        this.latencies = new LatencyWindow(time);
        this.lettersLately = new Lately(LATELY, time);
        this.shedLately = new Lately(LATELY, time);
        this.failedLately = new Lately(LATELY, time);
        this.lostLately = new Lately(LATELY, time);
        this.began = time.nanos();
    }

    /// The numbers now. Any thread.
    public Look look() {
        int known = devices.values().stream().mapToInt(n -> n).sum();
        return new Look(
                known,
                events.sum(),
                perSecond(),
                duplicates.sum(),
                letters.sum(),
                devices.size(),
                latencies.look(),
                new Trouble(lettersLately.sum(), shedLately.sum(), failedLately.sum(), lostLately.sum()));
    }

    private synchronized double perSecond() {
        turn();
        long sum = 0;
        for (int i = 0; i <= SECONDS; i++) {
            sum += i == slot(second) ? 0 : counts[i]; // the second that has just begun says nothing yet
        }
        return second == 0 ? 0 : (double) sum / Math.min(SECONDS, second);
    }

    private synchronized void count(int more) {
        turn();
        counts[slot(second)] += more;
        events.add(more);
    }

    private void turn() {
        long now = Duration.ofNanos(time.nanos() - began).toSeconds();
        for (long s = Math.max(second + 1, now - SECONDS); s <= now; s++) {
            counts[slot(s)] = 0;
        }
        second = now;
    }

    private static int slot(long second) {
        return (int) (second % (SECONDS + 1));
    }

    @Override
    public void laneOpened(int lane, int known) {
        devices.put(lane, known);
    }

    @Override
    public void laneClosed(int lane, String reason) {
        devices.remove(lane);
    }

    @Override
    public void devices(int lane, int known) {
        devices.replace(lane, known);
    }

    @Override
    public void committed(int lane, int packs, int eventsIn, Duration took) {
        count(eventsIn);
    }

    @Override
    public void foreignCommitted(int eventsIn, Duration took) {
        count(eventsIn);
    }

    @Override
    public void repeated(int lane, DeviceId device) {
        duplicates.increment();
    }

    @Override
    public void deadLetter(String topic, String reason) {
        letters.increment();
        lettersLately.add(1);
    }

    @Override
    public void shed(int lane, int messages) {
        shedLately.add(messages);
    }

    @Override
    public void commitFailed(int lane, String outcome, String reason) {
        failedLately.add(1);
    }

    @Override
    public void foreignLost(int messages) {
        lostLately.add(messages);
    }

    @Override
    public void endToEnd(Duration latency) {
        latencies.add(latency);
    }
}
