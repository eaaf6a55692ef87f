package io.pinstream.agent.driver;

import io.pinstream.agent.board.SpiDevice;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import java.io.IOException;

/// Microchip MCP3008: one channel of a 10 bit analogue-digital converter over SPI, measured against ground.
///
/// Sections are those of the data sheet, DS21295D. Belongs to the thread that reads it.
final class Mcp3008 implements Driver.Polled {
    /// 1.0: at most 1.35 MHz at 2.7 V.
    static final int BAUD = 1_000_000;
    /// 6.1: the chip speaks modes 0,0 and 1,1.
    static final int MODE = 0;

    private static final int STEPS = 1024; // 4.1: 10 bits
    private static final int START = 0b1; // 5.0, figure 5-1; placed by 6.1, figure 6-1, so that the answer is aligned
    private static final int SINGLE_ENDED = 0b1000_0000; // 5.0, table 5-2
    private static final int NULL_BIT = 0b100;

    private final SpiDevice chip;
    private final Mcp3008Config config;

    Mcp3008(SpiDevice chip, Mcp3008Config config) {
        this.chip = chip;
        this.config = config;
    }

    @Override
    public Reading read() throws ReadFailed {
        byte[] in;
        try {
            in = chip.transfer((byte) START, (byte) (SINGLE_ENDED | config.channel() << 4), (byte) 0);
        } catch (IOException failed) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "SPI transfer with the MCP3008 at %s failed (%s)".formatted(config.where(), failed.getMessage()),
                    failed);
        }
        // 5.0: the chip pulls its output low for one bit before the value; a line that nobody drives stays high. One
        // that
        // is held low looks like 0 V, and nothing tells them apart.
        if ((in[1] & NULL_BIT) != 0) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "no MCP3008 answers at %s (null bit is 1, bytes %02x %02x): check its wiring, its power and dtparam=spi=on"
                            .formatted(config.where(), in[1] & 0xff, in[2] & 0xff));
        }
        int code = (in[1] & 0b11) << 8 | in[2] & 0xff;
        var quality = code == STEPS - 1 ? Quality.of(Flaw.SATURATED) : Quality.GOOD;
        return new Reading(Scale.voltage(volts(code, config.referenceVolts()), config.scale()), quality);
    }

    /// Equation 4-2 turned round: code = 1024 × input ÷ reference.
    static double volts(int code, double reference) {
        return code * reference / STEPS;
    }

    @Override
    public void close() {
        chip.close();
    }
}
