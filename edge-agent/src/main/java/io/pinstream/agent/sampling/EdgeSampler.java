package io.pinstream.agent.sampling;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.time.EventTimes;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;

/// Turns what a line says by interrupt into edge events.
///
/// The board's thread only stamps an edge and hands it over; this loop waits for the stages behind it as long as
/// it takes. Up to [#WAITING] edges wait here. Further ones are given up, and the next one that is taken says so
/// (`edges-missed`).
///
/// Runs on a thread of its own.
public final class EdgeSampler implements Runnable {
    /// Where an edge goes.
    @FunctionalInterface
    public interface Taker {
        /// Takes the event, waiting for room as long as it takes.
        void put(Event event) throws InterruptedException;
    }

    static final int WAITING = 4096;
    static final Duration RETRY = Duration.ofSeconds(30);
    static final Duration CHECK = Duration.ofSeconds(10);

    private final SensorId sensor;
    private final Driver.EdgeDriven driver;
    private final TimeSource time;
    private final Taker taker;
    private final AgentWatch watch;
    private final EventTimes times;
    private final BlockingQueue<Event> waiting = new ArrayBlockingQueue<>(WAITING);
    private final AtomicBoolean gaveUp = new AtomicBoolean();
    private boolean failed;

    public EdgeSampler(SensorId sensor, Driver.EdgeDriven driver, TimeSource time, Taker taker, AgentWatch watch) {
        this.sensor = sensor;
        this.driver = driver;
        this.time = time;
        this.taker = taker;
        this.watch = watch;
        this.times = new EventTimes(time);
    }

    @Override
    public void run() {
        try {
            while (!listen()) {
                time.sleep(RETRY);
            }
            while (true) {
                step();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // interruption is how the agent ends this loop
            handOnTheRest();
        }
    }

    /// Edges that were heard before the end, as far as there is room for them.
    private void handOnTheRest() {
        try {
            for (var edge = waiting.poll(); edge != null; edge = waiting.poll()) {
                taker.put(edge);
            }
        } catch (InterruptedException full) {
            Thread.currentThread().interrupt();
        }
    }

    /// Begins to listen; false, and an event that says why, if that failed.
    public boolean listen() throws InterruptedException {
        try {
            driver.listen(this::heard);
            if (failed) {
                failed = false;
                watch.readRecovered(sensor);
            }
            return true;
        } catch (ReadFailed failure) {
            fails(failure);
            return false;
        }
    }

    /// Hands on one edge, waiting for room as long as it takes. When the line has been quiet for a while, looks
    /// whether it is still there, because a GPIO chip that goes away tells nobody, and lets the driver say what
    /// comes of no edge, such as that a press has become long.
    public void step() throws InterruptedException {
        var edge = time.poll(waiting, driver.checkWithin(CHECK).toNanos());
        if (edge != null) {
            taker.put(edge);
        } else {
            check();
        }
    }

    /// Says once that the line is gone, and once that it is back.
    void check() throws InterruptedException {
        try {
            driver.check();
            if (failed) {
                failed = false;
                watch.readRecovered(sensor);
            }
        } catch (ReadFailed gone) {
            fails(gone);
        }
    }

    private void fails(ReadFailed failure) throws InterruptedException {
        if (Thread.interrupted()) { // as in Sampler
            throw new InterruptedException("listening to %s was broken off".formatted(sensor));
        }
        var reason = String.valueOf(failure.getMessage());
        watch.readFailed(sensor, failure.flaw().text(), reason);
        if (!failed) {
            failed = true;
            taker.put(fault(failure.flaw(), reason));
        }
    }

    /// Edges that wait to be handed on.
    int waiting() {
        return waiting.size();
    }

    /// Called by a thread of the board's, or from within [#check]; one at a time. Never waits.
    private void heard(List<Measurement> measurements, long monotonicNanos, boolean missed) {
        boolean gap = gaveUp.getAndSet(false) || missed;
        Event event;
        synchronized (times) {
            var stamp = times.at(monotonicNanos);
            var quality = gap ? stamp.quality().with(Flaw.EDGES_MISSED) : stamp.quality();
            event = Event.edge(sensor, stamp.time(), quality, measurements);
        }
        if (waiting.offer(event)) {
            watch.sensorRead(sensor, Duration.ofNanos(Math.max(0, time.nanos() - monotonicNanos)));
        } else {
            gaveUp.set(true);
            watch.readingsSkipped(sensor, 1);
        }
    }

    private Event fault(Flaw flaw, String reason) {
        synchronized (times) {
            var stamp = times.at(time.nanos());
            Quality quality = stamp.quality().with(flaw);
            return Event.sample(
                    sensor, stamp.time(), quality, List.of(Measurement.of(Quantity.FAULT, Sampler.limited(reason))));
        }
    }
}
