package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// One input of a Texas Instruments ADS1115: voltage.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x48 to 0x4B, as its ADDR pin says
/// @param range the full scale in volts, to both sides: one of [#RANGES]
/// @param rate conversions in a second: one of [#RATES]; a slower one is quieter
/// @param scale what a volt stands for
public record Ads1115Config(int bus, int address, Input input, double range, int rate, Optional<Scale> scale)
        implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x48;
    public static final double RANGE = 4.096;
    public static final int RATE = 128;
    /// In the order of the chip's own codes (SBAS444D, 9.6.3, PGA).
    public static final List<Double> RANGES = List.of(6.144, 4.096, 2.048, 1.024, 0.512, 0.256);
    /// In the order of the chip's own codes (SBAS444D, 9.6.3, DR).
    public static final List<Integer> RATES = List.of(8, 16, 32, 64, 128, 250, 475, 860);

    /// What is measured: an input against ground, or one against another, with the chip's own
    /// code (SBAS444D, 9.6.3, MUX).
    public enum Input {
        A0_A1(0),
        A0_A3(1),
        A1_A3(2),
        A2_A3(3),
        A0(4),
        A1(5),
        A2(6),
        A3(7);

        private final int code;

        Input(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    public Ads1115Config {
        Place.bus(bus);
        Place.address(address, 0x48, 0x4B);
        if (!RANGES.contains(range)) {
            throw new IllegalArgumentException("range must be one of %s V, but was %s".formatted(RANGES, range));
        }
        if (!RATES.contains(rate)) {
            throw new IllegalArgumentException("rate must be one of %s, but was %d".formatted(RATES, rate));
        }
    }

    @Override
    public String type() {
        return "ads1115";
    }

    @Override
    public List<Quantity> quantities() {
        return Scale.quantities(Quantity.VOLTAGE, scale);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Ads1115(board.i2c(bus, address), this, ChipLocks.of(board, where()), board.time());
    }
}
