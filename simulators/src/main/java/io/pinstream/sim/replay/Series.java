package io.pinstream.sim.replay;

import io.pinstream.sim.signal.Signal;
import java.time.Instant;
import java.util.Arrays;

/// One recorded column: figures at times, in order. Grows while it is read; a signal once it is not.
final class Series implements Signal {
    private long[] micros = new long[64];
    private double[] figures = new double[64];
    private int size;
    private boolean steps;

    boolean isBefore(long time) {
        return size == 0 || micros[size - 1] < time;
    }

    /// @param time later than what is there
    void add(long time, double figure) {
        if (size == micros.length) {
            micros = Arrays.copyOf(micros, 2 * size);
            figures = Arrays.copyOf(figures, 2 * size);
        }
        micros[size] = time;
        figures[size++] = figure;
    }

    /// It is a state, which changes at once, and no figure that goes from one value to the next.
    void changesInSteps() {
        steps = true;
    }

    /// Between two rows straight from one to the other, or the former of them; before the first row what that one
    /// says, and behind the last the same.
    @Override
    public double at(Instant time) {
        long when = Recorded.micros(time);
        int found = Arrays.binarySearch(micros, 0, size, when);
        if (found >= 0) {
            return figures[found];
        }
        int after = -found - 1;
        if (after == 0 || after == size) {
            return figures[Math.clamp(after, 0, size - 1)];
        }
        double before = figures[after - 1];
        return steps
                ? before
                : before + (figures[after] - before) * (when - micros[after - 1]) / (micros[after] - micros[after - 1]);
    }
}
