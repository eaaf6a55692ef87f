package io.pinstream.sim.fleet;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.signal.Signal;
import io.pinstream.wire.DeviceState;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What one device of a fleet measures: the air, as a BME280 would show it. A pure function of the plan and the
/// time, so that a pack that waits or is sent again is made again and never kept.
final class Readings {
    private static final SensorId SENSOR = new SensorId("air");
    private static final Duration WANDER = Duration.ofHours(6);
    private static final double DAY_NANOS = Duration.ofDays(1).toNanos();
    private static final long DAWN_HOUR = 6;

    private final Plan plan;
    private final DeviceId device;
    private final Signal celsius;
    private final Signal humidity;
    private final Signal pascal;

    Readings(Plan plan, DeviceId device, Schedule schedule) {
        this.plan = plan;
        this.device = device;
        var dice = schedule.dice(2);
        long seed = dice.nextLong();
        double garden = dice.nextDouble(); // some are in the shade
        this.celsius = Signal.daily(11 + 3 * garden, 4 + 2 * garden, 15)
                .plus(Signal.walk(seed, 2, WANDER))
                .plus(Signal.noise(seed, 0.03));
        this.humidity = Signal.daily(70 - 5 * garden, 12, 5)
                .plus(Signal.walk(seed + 1, 10, WANDER))
                .plus(Signal.noise(seed + 1, 0.2))
                .within(5, 99);
        this.pascal = Signal.walk(seed + 2, 1_500, Duration.ofDays(3))
                .plus(Signal.constant(101_325))
                .plus(Signal.noise(seed + 2, 2));
    }

    /// The pack that begins at this time.
    ///
    /// @param lasts until the next one begins
    Payload pack(long begins, long lasts) {
        int count = plan.load().eventsPerPack();
        var events = new ArrayList<Event>(count);
        for (int i = 0; i < count; i++) {
            long at = begins + lasts / 1_000 / count * i * 1_000;
            var shown = shown(at);
            events.add(Event.sample(
                    SENSOR,
                    time(at),
                    Quality.GOOD,
                    List.of(
                            Measurement.of(Quantity.TEMPERATURE, rounded(celsius.at(shown), 100)),
                            Measurement.of(Quantity.HUMIDITY, rounded(humidity.at(shown), 10)),
                            Measurement.of(Quantity.PRESSURE, rounded(pascal.at(shown), 1)))));
        }
        return SenmlCodec.encode(device, events, Payload.Format.CBOR);
    }

    /// No chip shows more, and so no difference between two machines' sines does.
    private static double rounded(double figure, double steps) {
        return Math.rint(figure * steps) / steps;
    }

    Instant time(long at) {
        return plan.world().start().plusNanos(at);
    }

    /// The time of day that the figures are of: where a day lasts ten minutes, it is soon evening.
    private Instant shown(long at) {
        long day = plan.load().day().toNanos();
        if (day == 0) {
            return time(at);
        }
        var dawn = plan.world().start().truncatedTo(ChronoUnit.DAYS).plus(DAWN_HOUR, ChronoUnit.HOURS);
        return dawn.plusNanos((long) (at * (DAY_NANOS / day)));
    }

    /// What the device says of itself.
    DeviceState state(boolean online, long since) {
        var every = Duration.ofNanos(
                (long) (1e9 / plan.load().packsPerSecond() / plan.load().eventsPerPack()));
        var sensor = new DeviceState.Sensor(
                SENSOR,
                "bme280",
                Optional.of(every),
                List.of(Quantity.TEMPERATURE, Quantity.HUMIDITY, Quantity.PRESSURE));
        return new DeviceState(
                device,
                online,
                time(since),
                "pinstream-sim",
                "simulated, site " + plan.site(),
                "pinstream-sim fleet",
                List.of(sensor),
                List.of(),
                new TreeMap<>());
    }
}
