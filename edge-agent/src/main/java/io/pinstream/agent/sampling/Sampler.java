package io.pinstream.agent.sampling;

import static java.util.Objects.requireNonNull;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.time.EventTimes;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The loop that reads one sensor.
///
/// Paced by the monotonic clock: a small board without a battery sets its wall clock by years when the network
/// comes up. Readings that were missed are skipped and counted, never caught up. A reading that failed is an
/// event, too: its quality has the flaw, its `fault` the reason, and it holds no value. A sensor that fails again
/// and again is asked less often, at least every 30 s or every period, whichever is longer.
///
/// Runs on a thread of its own, which owns the driver.
public final class Sampler implements Runnable {
    /// How often a sensor is read.
    ///
    /// @param every time between two readings
    /// @param tolerance how late a reading may be before it is reported as late
    public record Config(Duration every, Duration tolerance) {
        public static final Duration EVERY = Duration.ofSeconds(1);
        static final Duration SHORTEST = Duration.ofMillis(10);
        static final Duration LONGEST = Duration.ofDays(1);

        public Config {
            requireNonNull(every, "every is null");
            requireNonNull(tolerance, "tolerance is null");
            if (every.compareTo(SHORTEST) < 0 || every.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("every must be at least %d ms and at most %d h, but was %s"
                        .formatted(SHORTEST.toMillis(), LONGEST.toHours(), shown(every)));
            }
            if (tolerance.isNegative() || tolerance.isZero()) {
                throw new IllegalArgumentException("tolerance must be more than 0 ms, but was " + shown(tolerance));
            }
        }

        /// A period, with half of it as tolerance.
        public static Config of(Duration every) {
            return new Config(every, every.dividedBy(2));
        }

        private static String shown(Duration duration) {
            return duration.toMillis() + " ms";
        }
    }

    /// Where a sample goes.
    @FunctionalInterface
    public interface Taker {
        /// Takes the event, waiting for room at most that long.
        ///
        /// @return false if it was not taken: the reading is then lost, and is counted
        boolean offer(Event event, Duration atMost) throws InterruptedException;
    }

    /// Failures before the sensor is asked less often.
    static final int PATIENCE = 3;
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final SensorId sensor;
    private final Driver.Polled driver;
    private final Config config;
    private final TimeSource time;
    private final Taker taker;
    private final AgentWatch watch;
    private final EventTimes times;
    private int failures;

    public Sampler(
            SensorId sensor, Driver.Polled driver, Config config, TimeSource time, Taker taker, AgentWatch watch) {
        this.sensor = sensor;
        this.driver = driver;
        this.config = config;
        this.time = time;
        this.taker = taker;
        this.watch = watch;
        this.times = new EventTimes(time);
    }

    @Override
    public void run() {
        try {
            long due = time.nanos();
            while (true) {
                due = step(due);
                time.sleep(Duration.ofNanos(due - time.nanos()));
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // interruption is how the agent ends this loop
        }
    }

    /// Takes the reading that was due, and returns when the next one is due.
    long step(long due) throws InterruptedException {
        long begun = time.nanos();
        var late = Duration.ofNanos(begun - due);
        watch.readingBegan(sensor, late);
        if (late.compareTo(config.tolerance) > 0) {
            watch.lateReading(sensor, late);
        }
        var event = read(begun);
        if (event.isPresent()) {
            var left = config.every.minusNanos(time.nanos() - begun);
            if (!taker.offer(event.get(), left.isNegative() ? Duration.ZERO : left)) {
                watch.readingsSkipped(sensor, 1);
            }
        }
        return failures > PATIENCE ? afterPause(due) : next(due);
    }

    /// One reading, whatever came of it, for `read-once`; no event where the driver has nothing to say.
    public Optional<Event> readOnce() throws InterruptedException {
        return read(time.nanos());
    }

    private Optional<Event> read(long begun) throws InterruptedException {
        var stamp = times.at(begun);
        try {
            var reading = driver.read();
            watch.sensorRead(sensor, Duration.ofNanos(time.nanos() - begun));
            if (failures > 0) {
                failures = 0;
                watch.readRecovered(sensor);
            }
            return reading.measurements().isEmpty()
                    ? Optional.empty()
                    : Optional.of(Event.sample(
                            sensor, stamp.time(), reading.quality().with(stamp.quality()), reading.measurements()));
        } catch (ReadFailed failed) {
            if (Thread.interrupted()) {
                // The agent ends and broke the reading off, in a lock, a file or a bus: that says nothing of the
                // sensor.
                throw new InterruptedException("a reading of %s was broken off".formatted(sensor));
            }
            failures = Math.min(failures + 1, 1_000);
            var reason = String.valueOf(failed.getMessage());
            watch.readFailed(sensor, failed.flaw().text(), reason);
            return Optional.of(Event.sample(
                    sensor,
                    stamp.time(),
                    stamp.quality().with(failed.flaw()),
                    List.of(Measurement.of(Quantity.FAULT, limited(reason)))));
        }
    }

    /// The next moment of the grid that is not over yet.
    private long next(long due) {
        long every = config.every.toNanos();
        long over = Math.max(0, time.nanos() - due) / every;
        if (over > 0) {
            watch.readingsSkipped(sensor, over);
        }
        return due + (over + 1) * every;
    }

    /// The first moment of the grid behind a pause that doubles with every failure. What it leaves out is no
    /// reading that was skipped: there would have been none.
    private long afterPause(long due) {
        long every = config.every.toNanos();
        long longest = Math.max(LONGEST_PAUSE.toNanos(), every);
        int doublings = Math.min(failures - PATIENCE, 20);
        long pause = Math.min(longest, every * (1L << doublings));
        long steps = Math.max(1, (time.nanos() - due + pause) / every);
        return due + steps * every;
    }

    static String limited(String text) {
        return text.length() <= Value.Text.LONGEST ? text : text.substring(0, Value.Text.LONGEST);
    }
}
