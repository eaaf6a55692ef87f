package io.pinstream.agent.actuator;

/// A pulse as Pi4J can make it: whole percents of a whole number of hertz.
///
/// A servo wants a pulse of 1 to 2 ms about 50 times a second, and does not mind how often exactly. Among 45 to
/// 66 Hz some frequency has a whole percent of nearly that length: at most 19 µs off between 0.5 and 2.5 ms, 15
/// µs between 1 and 2 ms, which is about a degree.
///
/// @param percent how much of the time it is high
/// @param hertz how often it comes
record ServoPulse(int percent, int hertz) {
    private static final int SLOWEST = 45;
    private static final int FASTEST = 66;
    private static final double MICROS_A_SECOND = 1e6;

    /// The nearest that there is.
    static ServoPulse nearest(double micros) {
        var nearest = new ServoPulse(0, SLOWEST);
        for (int hertz = SLOWEST; hertz <= FASTEST; hertz++) {
            int percent = (int) Math.round(micros * hertz * 100 / MICROS_A_SECOND);
            var pulse = new ServoPulse(percent, hertz);
            if (Math.abs(pulse.micros() - micros) < Math.abs(nearest.micros() - micros)) {
                nearest = pulse;
            }
        }
        return nearest;
    }

    double micros() {
        return percent / 100.0 / hertz * MICROS_A_SECOND;
    }
}
