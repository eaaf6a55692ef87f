package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.sampling.EdgeSampler;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;

/// One reading of one sensor, for a person who has just wired it.
final class OneReading {
    private OneReading() {}

    /// What the sensor says; of a line its state. Empty if it says nothing in time.
    static Optional<Event> of(SensorConfig sensor, Board board, Duration atMost) throws InterruptedException {
        var time = TimeSource.system();
        try (var driver = sensor.driver().openLate(board)) {
            return switch (driver) {
                case Driver.Polled asked -> polled(sensor, asked, atMost, time);
                case Driver.EdgeDriven speaking -> {
                    var heard = new ArrayBlockingQueue<Event>(16);
                    var sampler = new EdgeSampler(sensor.id(), speaking, time, heard::offer, AgentWatch.NONE);
                    if (sampler.listen()) {
                        sampler.step();
                    }
                    yield Optional.ofNullable(heard.poll(atMost.toNanos(), TimeUnit.NANOSECONDS));
                }
            };
        }
    }

    /// Some drivers have nothing to say at first, such as a rate that needs two looks.
    private static Optional<Event> polled(SensorConfig sensor, Driver.Polled driver, Duration atMost, TimeSource time)
            throws InterruptedException {
        var sampler = new Sampler(sensor.id(), driver, sensor.sampling(), time, (_, _) -> true, AgentWatch.NONE);
        long end = time.nanos() + atMost.toNanos();
        var event = sampler.readOnce();
        while (event.isEmpty() && time.nanos() < end) {
            Thread.sleep(sensor.sampling().every());
            event = sampler.readOnce();
        }
        return event;
    }
}
