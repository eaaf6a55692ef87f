package io.pinstream.agent.control;

import io.pinstream.agent.time.EventTimes;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Between the samplers and the flow: doubts each reading, lets the local rules hear it, and has done what they
/// want.
///
/// Nothing here waits for outbox or network: a reading is heard by its sampler's own thread before the sampler
/// offers it to the flow. Events that come of it (what was switched, which sensor fell silent) wait here for the
/// thread `control`, which hands them on; it also looks at what is due without a reading. If more than [#WAITING]
/// wait, the oldest go, and are counted.
public final class Control implements Runnable {
    /// Does what a rule wants; the event of it.
    @FunctionalInterface
    public interface Switching {
        Event set(Switch wanted);
    }

    /// Where the events of this stage go.
    @FunctionalInterface
    public interface Taker {
        /// Takes the event, waiting for room at most that long.
        boolean offer(Event event, Duration atMost) throws InterruptedException;
    }

    static final int WAITING = 1_000;
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

    private final Map<SensorId, Doubt> doubts = new LinkedHashMap<>();
    private final LocalRules rules;
    private final Switching switching;
    private final Taker taker;
    private final TimeSource time;
    private final AgentWatch watch;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<Event> waiting = new ArrayDeque<>();
    private boolean changed;

    /// @param doubts a sensor without one is believed
    public Control(
            Map<SensorId, Doubt.Config> doubts,
            List<LocalRule> rules,
            Switching switching,
            Taker taker,
            TimeSource time,
            AgentWatch watch) {
        long now = time.nanos();
        doubts.forEach((sensor, config) -> this.doubts.put(sensor, new Doubt(config, now)));
        this.rules = new LocalRules(rules);
        this.switching = switching;
        this.taker = taker;
        this.time = time;
        this.watch = watch;
    }

    /// Hears a reading, and does what is to be done. For any thread; never waits for another stage.
    ///
    /// @return the event as it is to be believed
    public Event hear(Event event) {
        lock.lock();
        try {
            long now = time.nanos();
            var doubt = doubts.get(event.sensor());
            var judged = doubt == null ? event : doubt.judged(event, now);
            long before = rules.waitNanos(now);
            does(rules.hear(judged, now));
            if (rules.waitNanos(now) < before) { // it began a time that is to be waited for
                changed = true;
                news.signalAll();
            }
            return judged;
        } finally {
            lock.unlock();
        }
    }

    /// Has an event handed on that came of no reading. For any thread.
    public void tell(Event event) {
        lock.lock();
        try {
            if (waiting.size() >= WAITING) {
                watch.readingsSkipped(waiting.remove().sensor(), 1);
            }
            waiting.add(event);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                step();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // interruption is how the agent ends this loop
        }
    }

    /// Waits for what is due or has come, does it, and hands on what waits.
    void step() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long wait = Math.min(waitNanos(), LONGEST_LOOK.toNanos());
            while (!changed && waiting.isEmpty() && wait > 0) {
                wait = news.awaitNanos(wait);
            }
            changed = false;
            due();
        } finally {
            lock.unlock();
        }
        handOn();
    }

    private void handOn() throws InterruptedException {
        for (var event = next(); event != null; event = next()) {
            if (!taker.offer(event, TURN)) {
                lock.lock();
                try {
                    waiting.addFirst(event);
                } finally {
                    lock.unlock();
                }
                return; // what is due comes first again
            }
        }
    }

    private @Nullable Event next() {
        lock.lock();
        try {
            return waiting.poll();
        } finally {
            lock.unlock();
        }
    }

    private void due() {
        long now = time.nanos();
        doubts.forEach((sensor, doubt) -> {
            if (doubt.becomesStale(now)) {
                var silent = stale(sensor);
                does(rules.hear(silent, now));
                tell(silent);
            }
        });
        does(rules.due(now));
    }

    private void does(List<Switch> wanted) {
        wanted.forEach(one -> tell(switching.set(one)));
    }

    private long waitNanos() {
        long now = time.nanos();
        long wait = rules.waitNanos(now);
        for (var doubt : doubts.values()) {
            wait = Math.min(wait, doubt.waitNanos(now));
        }
        return wait;
    }

    private Event stale(SensorId sensor) {
        var stamp = new EventTimes(time).at(time.nanos());
        return Event.sample(
                sensor,
                stamp.time(),
                stamp.quality().with(Flaw.STALE),
                List.of(Measurement.of(Quantity.FAULT, "no good reading for as long as stale-after says")));
    }
}
