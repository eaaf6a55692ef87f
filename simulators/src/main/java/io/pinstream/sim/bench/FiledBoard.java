package io.pinstream.sim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A board's chips as the kernel shows them in files, which stay as they are: enough to measure who reads them.
final class FiledBoard {
    /// What an agent's configuration says of them.
    static final String SENSORS = """
            sensors:
              air: {type: iio, device: bme280, every: 1s}
              probe: {type: ds18b20, every: 10s}
              in0: {type: iio, device: ads1015, channels: [voltage0], every: 100ms}
              in1: {type: iio, device: ads1015, channels: [voltage1], every: 100ms}
              in2: {type: iio, device: ads1015, channels: [voltage2], every: 100ms}
              in3: {type: iio, device: ads1015, channels: [voltage3], every: 100ms}
            """;

    private FiledBoard() {}

    /// What a configuration says of so many sensors of one channel each, read as often as is allowed.
    static String sensors(int count) {
        return IntStream.range(0, count)
                .mapToObj("  s%d: {type: iio, device: ads1015, channels: [voltage0], every: 10ms}%n"::formatted)
                .collect(Collectors.joining("", "sensors:\n", ""));
    }

    /// @return what stands for `/`
    static Path make(Path root) throws IOException {
        var climate = Files.createDirectories(root.resolve("sys/bus/iio/devices/iio:device0"));
        Files.writeString(climate.resolve("name"), "bme280\n");
        Files.writeString(climate.resolve("in_temp_input"), "21500\n");
        Files.writeString(climate.resolve("in_humidityrelative_input"), "46200\n");
        Files.writeString(climate.resolve("in_pressure_input"), "101.325\n");
        var converter = Files.createDirectories(root.resolve("sys/bus/iio/devices/iio:device1"));
        Files.writeString(converter.resolve("name"), "ads1015\n");
        for (int i = 0; i < 4; i++) {
            Files.writeString(converter.resolve("in_voltage" + i + "_raw"), 400 + i + "\n");
            Files.writeString(converter.resolve("in_voltage" + i + "_scale"), "3\n");
        }
        var thermometer = Files.createDirectories(root.resolve("sys/bus/w1/devices/28-0316a2798bff"));
        Files.writeString(thermometer.resolve("w1_slave"), """
                72 01 4b 46 7f ff 0e 10 57 : crc=57 YES
                72 01 4b 46 7f ff 0e 10 57 t=23125
                """);
        return root;
    }
}
