package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// InvenSense MPU-6050: acceleration and angular velocity in three axes.
///
/// @param bus the I²C bus, the n of /dev/i2c-n
/// @param address 0x68 or 0x69, as its AD0 pin says
/// @param accelerationRange the full scale in multiples of 9.80665 m/s², to both sides: one of
///     [#ACCELERATION_RANGES]
/// @param rotationRange the full scale in degrees a second, to both sides: one of [#ROTATION_RANGES]
public record Mpu6050Config(int bus, int address, int accelerationRange, int rotationRange) implements DriverConfig {
    public static final int BUS = 1;
    public static final int ADDRESS = 0x68;
    public static final int ACCELERATION_RANGE = 2;
    public static final int ROTATION_RANGE = 250;
    /// In the order of the chip's own codes (register map, 4.5).
    public static final List<Integer> ACCELERATION_RANGES = List.of(2, 4, 8, 16);
    /// In the order of the chip's own codes (register map, 4.4).
    public static final List<Integer> ROTATION_RANGES = List.of(250, 500, 1000, 2000);

    public Mpu6050Config {
        Place.bus(bus);
        Place.address(address, 0x68, 0x69);
        if (!ACCELERATION_RANGES.contains(accelerationRange)) {
            throw new IllegalArgumentException("acceleration-range must be one of %s (times 9.80665 m/s2), but was %d"
                    .formatted(ACCELERATION_RANGES, accelerationRange));
        }
        if (!ROTATION_RANGES.contains(rotationRange)) {
            throw new IllegalArgumentException("rotation-range must be one of %s (degrees a second), but was %d"
                    .formatted(ROTATION_RANGES, rotationRange));
        }
    }

    @Override
    public String type() {
        return "mpu6050";
    }

    @Override
    public List<Quantity> quantities() {
        return Mpu6050.QUANTITIES;
    }

    @Override
    public String where() {
        return Place.i2c(bus, address);
    }

    @Override
    public Driver open(Board board) throws IOException {
        return new Mpu6050(board.i2c(bus, address), this);
    }
}
