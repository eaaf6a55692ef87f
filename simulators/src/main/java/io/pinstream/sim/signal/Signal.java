package io.pinstream.sim.signal;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/// A figure of the world as a pure function of time: the same time and seed give the same figure, on every
/// machine, in any order of asking. Safe for use by many threads.
///
/// ```java
/// Signal.daily(18, 4, 15).plus(Signal.walk(seed, 2, Duration.ofHours(6))).plus(Signal.noise(seed, 0.05))
/// ```
@FunctionalInterface
public interface Signal {
    /// The figure at a time; always finite.
    double at(Instant time);

    static Signal constant(double figure) {
        return new Constant(figure);
    }

    /// A curve that repeats every day (UTC).
    ///
    /// @param amplitude how far the highest is above the mean
    /// @param highestHour the hour of the day of the highest, such as 15 or 14.5
    static Signal daily(double mean, double amplitude, double highestHour) {
        return new Daily(mean, amplitude, highestHour);
    }

    /// A random walk that stays around 0: it drifts over `period` and is smooth within a 32nd of it.
    ///
    /// @param reach how far it goes to each side, at most
    static Signal walk(long seed, double reach, Duration period) {
        return new Walk(seed, reach, period);
    }

    /// White noise of normal distribution around 0, another figure each millisecond.
    ///
    /// @param deviation its standard deviation; no figure is beyond 8.5 of them
    static Signal noise(long seed, double deviation) {
        return new Noise(seed, deviation);
    }

    /// The figures one after the other, each for `each`, over and over, counted from the epoch.
    static Signal steps(Duration each, double... figures) {
        return new Steps(each, figures.clone());
    }

    default Signal plus(Signal other) {
        return time -> at(time) + other.at(time);
    }

    default Signal times(double factor) {
        return time -> at(time) * factor;
    }

    /// This signal where it is within, and the nearest limit where it is not.
    default Signal within(double least, double most) {
        return time -> Math.clamp(at(time), least, most);
    }

    /// See [Signal#constant].
    record Constant(double figure) implements Signal {
        public Constant {
            Figures.check("figure", figure);
        }

        @Override
        public double at(Instant time) {
            return figure;
        }
    }

    /// See [Signal#daily].
    record Daily(double mean, double amplitude, double highestHour) implements Signal {
        private static final double DAY_MILLIS = Duration.ofDays(1).toMillis();
        private static final double HOUR_MILLIS = Duration.ofHours(1).toMillis();

        public Daily {
            Figures.check("mean", mean);
            Figures.check("amplitude", amplitude);
            if (!(highestHour >= 0 && highestHour < 24)) {
                throw new IllegalArgumentException("highest hour must be 0 to 24, but was " + highestHour);
            }
        }

        @Override
        public double at(Instant time) {
            double turn = (time.toEpochMilli() % DAY_MILLIS - highestHour * HOUR_MILLIS) / DAY_MILLIS;
            return mean + amplitude * Math.cos(2 * Math.PI * turn);
        }
    }

    /// See [Signal#walk]. A true random walk must be walked step by step; this is a sum of six smoothed noises,
    /// each twice as fast and smaller by the root of two, which has the same spectrum and can be asked at any
    /// time.
    record Walk(long seed, double reach, Duration period) implements Signal {
        private static final int OCTAVES = 6;

        public Walk {
            Figures.check("reach", reach);
            Figures.positive("period", period);
        }

        @Override
        public double at(Instant time) {
            double position = (double) time.toEpochMilli() / period.toMillis();
            double sum = 0;
            double most = 0;
            double size = 1;
            for (int octave = 0; octave < OCTAVES; octave++) {
                sum += size * smooth(seed + octave, position);
                most += size;
                position *= 2;
                size /= Math.sqrt(2);
            }
            return reach * sum / most;
        }

        private static double smooth(long seed, double position) {
            double before = Math.floor(position);
            double part = position - before;
            double weight = part * part * (3 - 2 * part);
            double from = 2 * Dice.uniform(seed, (long) before) - 1;
            double to = 2 * Dice.uniform(seed, (long) before + 1) - 1;
            return from + (to - from) * weight;
        }
    }

    /// See [Signal#noise].
    record Noise(long seed, double deviation) implements Signal {
        public Noise {
            Figures.check("deviation", deviation);
        }

        @Override
        public double at(Instant time) {
            return deviation * Dice.normal(seed, time.toEpochMilli());
        }
    }

    /// See [Signal#steps].
    record Steps(Duration each, double[] figures) implements Signal {
        public Steps {
            Figures.positive("each", each);
            if (figures.length == 0) {
                throw new IllegalArgumentException("steps need at least one figure, but there is none");
            }
            Arrays.stream(figures).forEach(figure -> Figures.check("figure", figure));
        }

        @Override
        public double at(Instant time) {
            long step = Math.floorDiv(time.toEpochMilli(), each.toMillis());
            return figures[Math.floorMod(step, figures.length)];
        }
    }
}
