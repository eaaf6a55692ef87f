package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/// A chip as a driver of the kernel shows it: a folder below `/sys` with its name, its constants and what it
/// measures. Units are those of the kernel's Documentation/ABI/testing/sysfs-bus-iio and
/// Documentation/hwmon/sysfs-interface.rst.
///
/// Owned by whoever calls [#refresh].
public final class KernelDevice {
    /// What it measures.
    ///
    /// @param file such as `in_temp_raw`
    /// @param counts how many of the file's counts one unit of the signal is
    public record Figure(String file, Signal signal, double counts) {}

    private final KernelTree tree;
    private final String folder;
    private final Map<String, String> constants;
    private final List<Figure> figures;
    private final InstantSource world;
    private final Faults faults = new Faults(() -> {});

    /// @param folder its own, such as `sys/bus/iio/devices/iio:device0`
    /// @param constants files that never change, its name among them
    public KernelDevice(
            Path root, String folder, Map<String, String> constants, List<Figure> figures, InstantSource world) {
        this.tree = new KernelTree(root);
        this.folder = folder;
        this.constants = Map.copyOf(constants);
        this.figures = List.copyOf(figures);
        this.world = world;
    }

    /// A DHT22 by the kernel's driver dht11: milli degrees and milli percent, in steps of 0.1.
    public static KernelDevice dht22(
            Path root, int number, String name, Signal celsius, Signal humidity, InstantSource world) {
        return new KernelDevice(
                root,
                "sys/bus/iio/devices/iio:device" + number,
                Map.of("name", name),
                List.of(
                        new Figure("in_temp_input", celsius, 1000),
                        new Figure("in_humidityrelative_input", humidity, 1000)),
                world);
    }

    /// An INA219 by the kernel's driver ina2xx: millivolts, milliamperes, microwatts.
    public static KernelDevice ina219(
            Path root, int number, String name, Signal volts, Signal amperes, InstantSource world) {
        return new KernelDevice(
                root,
                "sys/class/hwmon/hwmon" + number,
                Map.of("name", name),
                List.of(
                        new Figure("in1_input", volts, 1000),
                        new Figure("curr1_input", amperes, 1000),
                        new Figure("power1_input", time -> volts.at(time) * amperes.at(time), 1e6)),
                world);
    }

    /// [Fault#UNPLUGGED]: the kernel shows no such device. [Fault#NAK] and [Fault#WRONG_CRC]: reading it fails.
    public Faults faults() {
        return faults;
    }

    /// Measures, and shows what came of it.
    public synchronized void refresh() throws IOException {
        if (faults.has(Fault.UNPLUGGED)) {
            tree.removeFolder(folder);
            return;
        }
        for (var constant : constants.entrySet()) {
            tree.write(folder + "/" + constant.getKey(), constant.getValue() + "\n");
        }
        boolean fails = faults.has(Fault.NAK) || faults.has(Fault.WRONG_CRC);
        var now = world.instant();
        for (var figure : figures) {
            var path = folder + "/" + figure.file;
            if (fails) {
                tree.unreadable(path);
            } else {
                tree.write(path, Math.round(figure.signal.at(now) * figure.counts) + "\n");
            }
        }
    }
}
