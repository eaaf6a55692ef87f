package io.pinstream.hub.watch;

import io.pinstream.event.DeviceId;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Map;
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
    public record Look(
            int devices, long events, double eventsPerSecond, long duplicates, long deadLetters, int lanes) {}

    private static final int SECONDS = 10;

    private final TimeSource time;
    private final Map<Integer, Integer> devices = new ConcurrentHashMap<>();
    private final LongAdder events = new LongAdder();
    private final LongAdder duplicates = new LongAdder();
    private final LongAdder letters = new LongAdder();
    private final long began;
    // One slot a second, guarded by this.
    private final long[] counts = new long[SECONDS + 1];
    private long second;

    public Figures(TimeSource time) {
        this.time = time;
        this.began = time.nanos();
    }

    /// The numbers now. Any thread.
    public Look look() {
        int known = devices.values().stream().mapToInt(n -> n).sum();
        return new Look(known, events.sum(), perSecond(), duplicates.sum(), letters.sum(), devices.size());
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
    }
}
