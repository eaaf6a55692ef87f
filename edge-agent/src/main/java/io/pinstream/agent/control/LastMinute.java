package io.pinstream.agent.control;

/// The figures of the last minute, as the least and the largest of each twelfth of it: memory does not grow with
/// their number. For one thread.
final class LastMinute {
    private static final int PARTS = 12;
    private static final long PART_NANOS = 5_000_000_000L;
    private static final double NANOS_A_MINUTE = 60e9;

    private final double[] least = new double[PARTS];
    private final double[] largest = new double[PARTS];
    private final long[] part = new long[PARTS];
    private boolean empty = true;
    private double last;
    private long lastNanos;

    void add(double figure, long nanos) {
        long now = Math.floorDiv(nanos, PART_NANOS);
        int at = Math.floorMod(now, PARTS);
        boolean fresh = empty || part[at] != now;
        least[at] = fresh ? figure : Math.min(least[at], figure);
        largest[at] = fresh ? figure : Math.max(largest[at], figure);
        if (empty) { // the other parts are of no minute
            for (int i = 0; i < PARTS; i++) {
                part[i] = now - PARTS;
            }
        }
        part[at] = now;
        empty = false;
        last = figure;
        lastNanos = nanos;
    }

    /// How far a figure is from any of the last minute; if there is none, from the last one before, for each
    /// minute since. Nought if there was none at all.
    double change(double figure, long nanos) {
        if (empty) {
            return 0;
        }
        double minutes = (nanos - lastNanos) / NANOS_A_MINUTE;
        if (minutes >= 1) {
            return Math.abs(figure - last) / minutes;
        }
        double change = Math.abs(figure - last);
        long now = Math.floorDiv(nanos, PART_NANOS);
        for (int i = 0; i < PARTS; i++) {
            if (now - part[i] < PARTS) {
                change = Math.max(change, Math.max(figure - least[i], largest[i] - figure));
            }
        }
        return change;
    }
}
