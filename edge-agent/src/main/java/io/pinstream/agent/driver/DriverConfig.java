package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// Which chip, and where it is wired. A new chip is one driver, one record here, one simulated chip; the compiler
/// and the tests then name every place that does not know it yet.
///
/// Each record checks itself and throws [IllegalArgumentException] with the key, the range and the value.
public sealed interface DriverConfig
        permits Ads1115Config,
                Bh1750Config,
                Bme280Config,
                Bmp280Config,
                ButtonConfig,
                ContactConfig,
                Ds18b20Config,
                GpsConfig,
                HcSr04Config,
                HostConfig,
                HwmonConfig,
                IioConfig,
                Ina219Config,
                Lm75Config,
                Max31855Config,
                Mcp3008Config,
                Mpu6050Config,
                PirConfig,
                Pms5003Config,
                PulseCounterConfig,
                RotaryEncoderConfig,
                Scd41Config,
                Sht31Config,
                Tmp102Config {
    /// Its type as it stands in a configuration.
    String type();

    /// What it can give, with the units, for the device's state message. A reading may hold less.
    List<Quantity> quantities();

    /// Where it is wired, in words for messages.
    String where();

    /// Whether it speaks by interrupt; else it is asked.
    default boolean isEdgeDriven() {
        return false;
    }

    /// Opens the bus or the line. A chip that does not answer is no failure here: its readings say so, and it may
    /// be plugged in later.
    ///
    /// @throws IOException if this board has no such bus or line, or somebody else holds it
    Driver open(Board board) throws IOException;

    /// The same, for a sensor whose count goes on where it was left.
    ///
    /// @param keeper closed with the driver, if it takes it
    default Driver open(Board board, CountKeeper keeper) throws IOException {
        return open(board);
    }

    /// A driver that opens its bus or line when it is first used. If that fails, a reading says so, and the next
    /// one tries again.
    default Driver openLate(Board board) {
        return openLate(board, CountKeeper.NONE);
    }

    /// The same, for a sensor whose count goes on where it was left.
    default Driver openLate(Board board, CountKeeper keeper) {
        LateDriver.Opening opening = () -> open(board, keeper);
        return isEdgeDriven() ? new LateDriver.Speaking(where(), opening) : new LateDriver.Asked(where(), opening);
    }
}
