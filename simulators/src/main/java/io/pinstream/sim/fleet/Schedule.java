package io.pinstream.sim.fleet;

import java.util.SplittableRandom;

/// When a device of a fleet does what: a pure function of the plan. Times are nanoseconds after the start of the
/// world.
final class Schedule {
    static final long NEVER = Long.MAX_VALUE;

    /// At noon a device sends nearly twice as much as on the mean, at midnight a fifth.
    private static final double SWING = 0.8;
    /// A straggler is silent for a third of the time.
    private static final int CYCLE = 3;

    private final Plan plan;
    private final long seed;
    private final long begins;
    /// Into its cycle, or [#NEVER] for a device that is no straggler.
    private final long silentFrom;

    Schedule(Plan plan, long salt, int device) {
        this.plan = plan;
        this.seed = new SplittableRandom(salt + device).nextLong();
        var dice = dice(1);
        double period = 1e9 / plan.load().packsPerSecond();
        // Devices that are switched on together do not send in step.
        this.begins = micros((double) plan.load().rampUp().toNanos() * device / plan.devices()
                + dice.nextDouble() * Math.min(period, 1e9));
        this.silentFrom = dice.nextDouble() < plan.trouble().stragglers()
                ? (long) (dice.nextDouble()
                        * (CYCLE - 1)
                        * plan.trouble().silence().toNanos())
                : NEVER;
    }

    /// Random figures of this device, another run of them for each purpose.
    SplittableRandom dice(long purpose) {
        return new SplittableRandom(seed + purpose * 0x9E3779B97F4A7C15L);
    }

    /// When the device is switched on, and takes its first reading.
    long begins() {
        return begins;
    }

    /// How long a pack that begins at this time lasts until the next one does.
    long lasts(long pack) {
        return micros(1e9 / plan.load().packsPerSecond() / briskness(pack));
    }

    /// Whole microseconds, which is what travels, and at least one for each event of a pack.
    private long micros(double nanos) {
        return Math.max((long) (nanos / 1_000), plan.load().eventsPerPack()) * 1_000;
    }

    private double briskness(long at) {
        long day = plan.load().day().toNanos();
        if (day == 0) {
            return 1;
        }
        return 1
                + SWING
                        * Math.sin(
                                2 * Math.PI * Math.floorMod(at, day) / day); // the world begins at six in the morning
    }

    /// Until when the device is silent; 0 if it is not.
    long silentUntil(long now) {
        if (silentFrom == NEVER) {
            return 0;
        }
        long silence = plan.trouble().silence().toNanos();
        long position = Math.floorMod(now - begins - silentFrom, CYCLE * silence);
        return position < silence ? now - position + silence : 0;
    }

    /// When the device falls silent the next time.
    long nextSilence(long now) {
        if (silentFrom == NEVER) {
            return NEVER;
        }
        long cycle = CYCLE * plan.trouble().silence().toNanos();
        return now + cycle - Math.floorMod(now - begins - silentFrom, cycle);
    }

    /// The next storm that drops this device's connection.
    long nextStorm(long now) {
        long every = plan.trouble().stormEvery().toNanos();
        if (every == 0 || plan.trouble().stormShare() == 0) {
            return NEVER;
        }
        long storm = Math.floorDiv(now, every) + 1;
        for (int i = 0; i < 1_000; i++, storm++) {
            if (dice(1_000 + storm).nextDouble() < plan.trouble().stormShare()) {
                return storm * every;
            }
        }
        return NEVER;
    }
}
