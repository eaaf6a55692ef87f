package io.pinstream.sim.chip;

/// What a thermocouple of type K gives, by the table of NIST Monograph 175 (reference junction at 0 °C), and not
/// by the functions that the driver uses: a mistake there must not be repeated here.
final class TypeK {
    private static final double COLDEST = -200;
    private static final double STEP = 50;

    /// In mV, from −200 °C on, each 50 °C.
    private static final double[] MILLIVOLTS = {
        -5.891, -4.913, -3.554, -1.889, 0.000, 2.023, 4.096, 6.138, 8.138, 10.153, 12.209, 14.293, 16.397, 18.516,
        20.644, 22.776, 24.905, 27.025, 29.129, 31.213, 33.275, 35.313, 37.326, 39.314, 41.276, 43.211, 45.119, 46.995,
        48.838, 50.644, 52.410, 54.138
    };

    private static final int NEIGHBOURS = 4;

    private TypeK() {}

    /// By the cubic through four neighbours, true to 0.1 °C; beyond the table it goes on as it came.
    static double millivolts(double celsius) {
        double place = Math.clamp((celsius - COLDEST) / STEP, -1, MILLIVOLTS.length);
        int first = Math.clamp((int) Math.floor(place) - 1, 0, MILLIVOLTS.length - NEIGHBOURS);
        double sum = 0;
        for (int i = first; i < first + NEIGHBOURS; i++) {
            double weight = 1;
            for (int other = first; other < first + NEIGHBOURS; other++) {
                weight *= other == i ? 1 : (place - other) / (i - other);
            }
            sum += weight * MILLIVOLTS[i];
        }
        return sum;
    }
}
