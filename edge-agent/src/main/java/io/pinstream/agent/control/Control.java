package io.pinstream.agent.control;

import io.pinstream.agent.time.EventTimes;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Between the samplers and the flow: doubts each reading, lets the local rules hear it, and has done what they
/// want.
///
/// A reading is heard by its sampler's own thread before the sampler offers it to the flow; that waits for
/// nothing. The thread `control` does the rest: it switches, tries again what could not be switched, looks at
/// what is due without a reading, and hands on the events that come of it (what was switched, which sensor fell
/// silent), does what people command ([Orders]) and answers it. It never waits for outbox or network: while the
/// flow takes nothing, up to [#WAITING] events wait here. If more come, the oldest go and are counted, and the
/// next of that actuator says so (`edges-missed`).
///
/// It is ended by [#close], not by interruption, which would break off what is being switched.
public final class Control implements Runnable, Loop, AutoCloseable {
    /// Does what a rule wants, for the thread `control`; the event of it. One whose value is not good says that it
    /// could not be done.
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

    /// @param doubts a sensor without one is believed
    /// @param actuators begin and end in their safe state
    /// @param holds for an actuator, how long it stays as it is while its sensor fails, if not [LocalRules#HOLD]
    public record Config(
            Map<SensorId, Doubt.Config> doubts,
            List<LocalRule> rules,
            List<Driven> actuators,
            Map<SensorId, Duration> holds) {
        public Config {
            doubts = Map.copyOf(doubts);
            rules = List.copyOf(rules);
            actuators = List.copyOf(actuators);
            holds = Map.copyOf(holds);
        }
    }

    static final int WAITING = 1_000;
    /// So many commands may wait to be done.
    static final int MOST_ORDERS = 16;
    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration LONGEST_LOOK = Duration.ofSeconds(10);

    /// What could not be switched.
    private record Failed(Switch wanted, long nextTry, Duration pause) {}

    private final Config config;
    private final Map<SensorId, Doubt> doubts = new LinkedHashMap<>();
    private final LocalRules rules;
    private final Switching switching;
    private final Taker taker;
    private final TimeSource time;
    private final AgentWatch watch;
    private final Map<SensorId, Failed> failed = new LinkedHashMap<>(); // of the thread `control`
    private final Orders orders; // likewise

    private final AtomicLong rounds = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Deque<Switch> wanted = new ArrayDeque<>(); // guarded by lock, as is what follows
    private final Deque<Order> ordered = new ArrayDeque<>();
    private final Deque<Event> waiting = new ArrayDeque<>();
    private final Set<SensorId> lost = new HashSet<>();
    private boolean changed;
    private boolean blocked;
    private boolean closing;

    public Control(Config config, Switching switching, Taker taker, TimeSource time, AgentWatch watch) {
        this.config = config;
        this.rules = new LocalRules(config.rules, config.holds);
        this.switching = switching;
        this.taker = taker;
        this.time = time;
        this.watch = watch;
        long now = time.nanos();
        config.doubts.forEach((sensor, doubt) -> this.doubts.put(sensor, new Doubt(doubt, now)));
        config.actuators.forEach(one -> wanted.add(new Switch(one.id(), Optional.empty(), "start")));
        this.orders = new Orders(config.actuators, new Ordering(), watch);
    }

    /// Hears a reading, and has done what is to be done. For any thread; never waits for another stage.
    ///
    /// @return the event as it is to be believed
    public Event hear(Event event) {
        lock.lock();
        try {
            long now = time.nanos();
            var doubt = doubts.get(event.sensor());
            var judged = doubt == null ? event : doubt.judged(event, now);
            long before = rules.waitNanos(now);
            want(rules.hear(judged, now));
            if (rules.waitNanos(now) < before) { // it began a time that is to be waited for
                changed = true;
                news.signalAll();
            }
            return judged;
        } finally {
            lock.unlock();
        }
    }

    /// Has a command done and answered by the thread `control`. For any thread; returns at once.
    ///
    /// @return false if too many wait, or this stage ends: then it is neither done nor answered
    public boolean command(Order order) {
        lock.lock();
        try {
            if (closing || ordered.size() >= MOST_ORDERS) {
                return false;
            }
            ordered.add(order);
            news.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void wake() {
        lock.lock();
        try {
            changed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long rounds() {
        return rounds.get();
    }

    /// Ends the thread once it has set everything to its safe state and handed on what there is room for. Returns
    /// at once. For any thread.
    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void run() {
        try {
            while (step()) {
                // on
            }
            config.actuators.forEach(one -> does(new Switch(one.id(), Optional.empty(), "end"), FIRST_PAUSE));
            handOn();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Waits for what is due or has come, does it, and hands on what waits.
    ///
    /// @return false when this stage is closed, and everything is done
    boolean step() throws InterruptedException {
        List<Switch> todo;
        List<Order> commanded;
        boolean goesOn;
        lock.lockInterruptibly();
        try {
            time.await(lock, news, this::hasNews, waitNanos());
            changed = false;
            due();
            todo = new ArrayList<>(wanted);
            wanted.clear();
            commanded = new ArrayList<>(ordered);
            ordered.clear();
            goesOn = !closing;
        } finally {
            lock.unlock();
        }
        todo.stream().filter(one -> !orders.isHeld(one.actuator())).forEach(one -> does(one, FIRST_PAUSE));
        commanded.forEach(order -> orders.obey(order, time.nanos()));
        orders.ended(time.nanos()).forEach(over -> does(byRule(over), FIRST_PAUSE));
        tryAgain();
        handOn();
        rounds.incrementAndGet();
        return goesOn;
    }

    private boolean hasNews() {
        return changed || closing || !wanted.isEmpty() || !ordered.isEmpty() || !blocked && !waiting.isEmpty();
    }

    /// What an actuator that was held is to be set to: as its rules want by now, if it has any.
    private Switch byRule(Switch over) {
        lock.lock();
        try {
            return rules.present(over.actuator()).orElse(over);
        } finally {
            lock.unlock();
        }
    }

    private void due() {
        long now = time.nanos();
        doubts.forEach((sensor, doubt) -> {
            if (doubt.becomesStale(now)) {
                var silent = stale(sensor, doubt.staleAfter());
                want(rules.hear(silent, now));
                tell(silent);
            }
        });
        want(rules.due(now));
    }

    private void want(List<Switch> switches) {
        for (var one : switches) {
            // What comes later counts: with so many of them nobody could see a switch of the first.
            if (wanted.size() >= WAITING) {
                watch.readingsSkipped(wanted.remove().actuator(), 1);
            }
            wanted.add(one);
            news.signalAll();
        }
    }

    private void does(Switch one, Duration pause) {
        var before = failed.remove(one.actuator());
        var event = switching.set(one);
        boolean again = before != null && before.wanted.equals(one);
        if (!event.quality().isValueGood()) {
            failed.put(one.actuator(), new Failed(one, time.nanos() + pause.toNanos(), pause));
            if (again) {
                return; // it has been said
            }
        }
        lock.lock();
        try {
            tell(event);
        } finally {
            lock.unlock();
        }
    }

    /// What commands need of this stage.
    private final class Ordering implements Orders.Stage {
        @Override
        public Optional<String> ruling(SensorId actuator) {
            lock.lock();
            try {
                return rules.ruling(actuator);
            } finally {
                lock.unlock();
            }
        }

        /// What a rule could not have switched before stays due, unless the command could do better.
        @Override
        public Event set(Switch wanted) {
            var event = switching.set(wanted);
            if (event.quality().isValueGood()) {
                failed.remove(wanted.actuator());
            }
            lock.lock();
            try {
                tell(event);
            } finally {
                lock.unlock();
            }
            return event;
        }
    }

    private void tryAgain() {
        long now = time.nanos();
        for (var each : List.copyOf(failed.values())) {
            if (each.nextTry <= now) {
                var doubled = each.pause.multipliedBy(2);
                does(each.wanted, doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled);
            }
        }
    }

    /// Has an event handed on.
    private void tell(Event event) {
        if (waiting.size() >= WAITING) {
            var oldest = waiting.remove().sensor();
            lost.add(oldest);
            watch.readingsSkipped(oldest, 1);
        }
        waiting.add(lost.remove(event.sensor()) ? missed(event) : event);
    }

    private static Event missed(Event event) {
        return new Event(
                event.kind(),
                event.sensor(),
                event.time(),
                event.quality().with(Flaw.EDGES_MISSED),
                event.measurements());
    }

    private void handOn() throws InterruptedException {
        for (var event = peek(); event != null; event = peek()) {
            boolean taken = taker.offer(event, Duration.ZERO);
            lock.lock();
            try {
                blocked = !taken;
                if (blocked) {
                    return; // what is due comes first again
                }
                waiting.remove();
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Event peek() {
        lock.lock();
        try {
            return waiting.peek();
        } finally {
            lock.unlock();
        }
    }

    private long waitNanos() {
        long now = time.nanos();
        long wait = Math.min(rules.waitNanos(now), (blocked ? TURN : LONGEST_LOOK).toNanos());
        wait = Math.min(wait, orders.waitNanos(now));
        for (var doubt : doubts.values()) {
            wait = Math.min(wait, doubt.waitNanos(now));
        }
        for (var each : failed.values()) {
            wait = Math.min(wait, Math.max(0, each.nextTry - now));
        }
        return wait;
    }

    private Event stale(SensorId sensor, Duration after) {
        var stamp = new EventTimes(time).at(time.nanos());
        return Event.sample(
                sensor,
                stamp.time(),
                stamp.quality().with(Flaw.STALE),
                List.of(Measurement.of(
                        Quantity.FAULT, "no good reading for %.3f s".formatted(after.toMillis() / 1000.0))));
    }
}
