package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// An LM75 of any maker: temperature.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x48 to 0x4F, as its pins A2 to A0 say
/// @param bits how many bits of the value its maker defines: 9 (0.5 °C) with the LM75 of National, Texas
///     Instruments, Maxim and ST, 11 (0.125 °C) with the LM75A and LM75B of NXP. 9 is right for all of them
public record Lm75Config(int bus, int address, int bits) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x48;
    public static final int BITS = 9;

    public Lm75Config {
        Place.bus(bus);
        Place.address(address, 0x48, 0x4F);
        if (bits != 9 && bits != 11) {
            throw new IllegalArgumentException(
                    "bits must be 9 (LM75) or 11 (LM75A and LM75B of NXP), but was %d".formatted(bits));
        }
    }

    @Override
    public String type() {
        return "lm75";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.TEMPERATURE);
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Lm75(board.i2c(bus, address), this);
    }
}
