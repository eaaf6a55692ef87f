package io.pinstream.agent.driver;

/// The curve of a type K thermocouple, both ways: NIST Monograph 175 (ITS-90), reference junction at 0 °C.
final class ThermocoupleK {
    // Voltage in mV of a temperature in °C, −270 to 0 and 0 to 1372 °C.
    private static final double[] COLD = {
        0,
        0.394501280250e-1,
        0.236223735980e-4,
        -0.328589067840e-6,
        -0.499048287770e-8,
        -0.675090591730e-10,
        -0.574103274280e-12,
        -0.310888728940e-14,
        -0.104516093650e-16,
        -0.198892668780e-19,
        -0.163226974860e-22
    };
    private static final double[] WARM = {
        -0.176004136860e-1,
        0.389212049750e-1,
        0.185587700320e-4,
        -0.994575928740e-7,
        0.318409457190e-9,
        -0.560728448890e-12,
        0.560750590590e-15,
        -0.320207200030e-18,
        0.971511471520e-22,
        -0.121047212750e-25
    };
    private static final double[] BUMP = {0.118597600000, -0.118343200000e-3, 0.126968600000e3};

    // Temperature in °C of a voltage in mV: −200 to 0, 0 to 500, 500 to 1372 °C.
    private static final double[] INVERSE_COLD = {
        0,
        2.5173462e1,
        -1.1662878,
        -1.0833638,
        -8.9773540e-1,
        -3.7342377e-1,
        -8.6632643e-2,
        -1.0450598e-2,
        -5.1920577e-4
    };
    private static final double[] INVERSE_WARM = {
        0,
        2.508355e1,
        7.860106e-2,
        -2.503131e-1,
        8.315270e-2,
        -1.228034e-2,
        9.804036e-4,
        -4.413030e-5,
        1.057734e-6,
        -1.052755e-8
    };
    private static final double[] INVERSE_HOT = {
        -1.318058e2, 4.830222e1, -1.646031, 5.464731e-2, -9.650715e-4, 8.802193e-6, -3.110810e-8
    };
    private static final double HOT_FROM_MILLIVOLTS = 20.644;

    // The ends of the inverse functions, and how steep the curve is there, in °C for a mV.
    private static final double COLDEST_MILLIVOLTS = -5.891;
    private static final double COLDEST_STEEPNESS = 65.5;
    private static final double HOTTEST_MILLIVOLTS = 54.886;
    private static final double HOTTEST_STEEPNESS = 28.4;

    private ThermocoupleK() {}

    static double millivolts(double celsius) {
        if (celsius < 0) {
            return polynomial(COLD, celsius);
        }
        double away = celsius - BUMP[2];
        return polynomial(WARM, celsius) + BUMP[0] * Math.exp(BUMP[1] * away * away);
    }

    /// True to 0.06 °C from −200 to 1372 °C; beyond, a straight line that only says how far outside it is.
    static double celsius(double millivolts) {
        double inside = Math.clamp(millivolts, COLDEST_MILLIVOLTS, HOTTEST_MILLIVOLTS);
        if (inside < 0) {
            return polynomial(INVERSE_COLD, inside) + (millivolts - inside) * COLDEST_STEEPNESS;
        }
        return polynomial(inside < HOT_FROM_MILLIVOLTS ? INVERSE_WARM : INVERSE_HOT, inside)
                + (millivolts - inside) * HOTTEST_STEEPNESS;
    }

    private static double polynomial(double[] coefficients, double x) {
        double sum = 0;
        for (int i = coefficients.length - 1; i >= 0; i--) {
            sum = sum * x + coefficients[i];
        }
        return sum;
    }
}
