package io.pinstream.agent.driver;

import java.util.List;

/// What of the board a sensor needs: so that somebody can look whether it is there before a reading fails.
public sealed interface Needed {
    /// `/dev/i2c-<bus>`.
    record I2cBus(int bus) implements Needed {}

    /// `/dev/spidev<bus>.<chip select>`.
    record SpiChip(int bus, int chipSelect) implements Needed {}

    /// A GPIO line, by its number on the board's chip.
    record Line(int line) implements Needed {}

    /// A serial port, such as `/dev/serial0`.
    record SerialPort(String device) implements Needed {}

    /// `/sys/class/pwm/pwmchip<chip>`.
    record PwmChip(int chip) implements Needed {}

    /// The kernel's 1-Wire bus.
    record OneWire() implements Needed {}

    /// The kernel's Industrial I/O.
    record Iio() implements Needed {}

    /// The kernel's hardware monitors.
    record Hwmon() implements Needed {}

    /// What one sensor needs; nothing for one that the machine has itself.
    static List<Needed> by(DriverConfig sensor) {
        return switch (sensor) {
            case Ads1115Config chip -> List.of(new I2cBus(chip.bus()));
            case Bh1750Config chip -> List.of(new I2cBus(chip.bus()));
            case Bme280Config chip -> List.of(new I2cBus(chip.bus()));
            case Bmp280Config chip -> List.of(new I2cBus(chip.bus()));
            case Ina219Config chip -> List.of(new I2cBus(chip.bus()));
            case Lm75Config chip -> List.of(new I2cBus(chip.bus()));
            case Mpu6050Config chip -> List.of(new I2cBus(chip.bus()));
            case Scd41Config chip -> List.of(new I2cBus(chip.bus()));
            case Sht31Config chip -> List.of(new I2cBus(chip.bus()));
            case Tmp102Config chip -> List.of(new I2cBus(chip.bus()));
            case Max31855Config chip -> List.of(new SpiChip(chip.bus(), chip.chipSelect()));
            case Mcp3008Config chip -> List.of(new SpiChip(chip.bus(), chip.chipSelect()));
            case ButtonConfig button -> List.of(new Line(button.line()));
            case ContactConfig contact -> List.of(new Line(contact.line()));
            case PirConfig pir -> List.of(new Line(pir.line()));
            case PulseCounterConfig counter -> List.of(new Line(counter.line()));
            case HcSr04Config sonar -> List.of(new Line(sonar.trigger()), new Line(sonar.echo()));
            case RotaryEncoderConfig knob -> List.of(new Line(knob.lineA()), new Line(knob.lineB()));
            case GpsConfig gps -> List.of(new SerialPort(gps.port()));
            case Pms5003Config counter -> List.of(new SerialPort(counter.port()));
            case Ds18b20Config _ -> List.of(new OneWire());
            case IioConfig _ -> List.of(new Iio());
            case HwmonConfig _ -> List.of(new Hwmon());
            case HostConfig _ -> List.of();
        };
    }
}
