package io.pinstream.agent.driver;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// The machine itself as a sensor: how warm, how busy, how full. From the kernel's files under /sys and /proc.
///
/// What a machine does not have (a thermometer, /proc on a laptop that is no Linux) is left out of the reading.
/// The temperature is that of the first thermal zone with a plausible value, which is the processor's on a
/// Raspberry Pi; a board without zones gives its first hwmon sensor. Belongs to the thread that reads it.
final class Host implements Driver.Polled {
    static final Quantity LOAD = new Quantity("load1", Unit.NONE);
    // RFC 8798 has "B", byte, among the secondary units.
    static final Quantity MEMORY_AVAILABLE = new Quantity("memory_available", new Unit("B"));
    static final Quantity DISK_FREE = new Quantity("disk_free", new Unit("B"));
    static final Quantity NETWORK_RECEIVED = new Quantity("network_received", new Unit("B"));
    static final Quantity NETWORK_SENT = new Quantity("network_sent", new Unit("B"));
    static final List<Quantity> QUANTITIES =
            List.of(Quantity.TEMPERATURE, LOAD, MEMORY_AVAILABLE, DISK_FREE, NETWORK_RECEIVED, NETWORK_SENT);

    private static final String THERMAL = "/sys/class/thermal";
    private static final String HWMON = "/sys/class/hwmon";
    private static final Pattern ZONE = Pattern.compile("thermal_zone\\d{1,4}");
    private static final Pattern MONITOR = Pattern.compile("hwmon\\d{1,4}");
    private static final Pattern MONITOR_INPUT = Pattern.compile("temp\\d{1,4}_input");
    private static final Pattern MEMORY = Pattern.compile("(?m)^MemAvailable:\\s+(\\d{1,15}) kB$");
    // Documentation/filesystems/proc.rst: the name, then 8 columns received and 8 sent; bytes are the first of each.
    private static final Pattern INTERFACE =
            Pattern.compile("(?m)^\\s*(\\S+?):\\s*(\\d{1,18})(?:\\s+\\d+){7}\\s+(\\d{1,18})\\s");

    private final KernelFiles files;
    private final Path disk;

    /// @param disk a path on the file system whose room is told
    Host(KernelFiles files, Path disk) {
        this.files = files;
        this.disk = disk;
    }

    @Override
    public Reading read() throws ReadFailed {
        var measurements = new ArrayList<Measurement>();
        temperature().ifPresent(celsius -> measurements.add(Measurement.of(Quantity.TEMPERATURE, celsius)));
        load().ifPresent(load -> measurements.add(Measurement.of(LOAD, load)));
        memory().ifPresent(bytes -> measurements.add(Measurement.of(MEMORY_AVAILABLE, bytes)));
        measurements.add(Measurement.of(DISK_FREE, room()));
        network(measurements);
        return new Reading(measurements, Quality.GOOD);
    }

    private OptionalDouble temperature() {
        for (var zone : list(THERMAL, ZONE)) {
            var celsius = milliCelsius(THERMAL + "/" + zone + "/temp");
            if (celsius.isPresent()) {
                return celsius;
            }
        }
        for (var monitor : list(HWMON, MONITOR)) {
            for (var input : list(HWMON + "/" + monitor, MONITOR_INPUT)) {
                var celsius = milliCelsius(HWMON + "/" + monitor + "/" + input);
                if (celsius.isPresent()) {
                    return celsius;
                }
            }
        }
        return OptionalDouble.empty();
    }

    /// Empty as well where the value is none that silicon survives: unwired zones say such things as -274000.
    private OptionalDouble milliCelsius(String path) {
        var text = text(path).map(String::strip).filter(word -> word.matches("-?\\d{1,9}"));
        if (text.isEmpty()) {
            return OptionalDouble.empty();
        }
        double celsius = Integer.parseInt(text.get()) / 1000.0;
        return celsius >= -60 && celsius <= 150 ? OptionalDouble.of(celsius) : OptionalDouble.empty();
    }

    private OptionalDouble load() {
        var first =
                text("/proc/loadavg").map(text -> text.split(" ", 2)[0]).filter(word -> word.matches("\\d+\\.\\d+"));
        return first.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(first.get()));
    }

    private OptionalDouble memory() {
        var line = text("/proc/meminfo").map(MEMORY::matcher).filter(found -> found.find());
        return line.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Long.parseLong(line.get().group(1)) * 1024.0);
    }

    private double room() throws ReadFailed {
        try {
            return files.disk().free(disk);
        } catch (IOException absent) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "disk %s cannot be asked (%s): set disk to a path that exists"
                            .formatted(disk, absent.getClass().getSimpleName()),
                    absent);
        }
    }

    /// All interfaces but the loopback.
    private void network(List<Measurement> measurements) {
        var text = text("/proc/net/dev");
        if (text.isEmpty()) {
            return;
        }
        double received = 0;
        double sent = 0;
        boolean any = false;
        var line = INTERFACE.matcher(text.get());
        while (line.find()) {
            if (!line.group(1).equals("lo")) {
                received += Long.parseLong(line.group(2));
                sent += Long.parseLong(line.group(3));
                any = true;
            }
        }
        if (any) {
            measurements.add(Measurement.of(NETWORK_RECEIVED, received));
            measurements.add(Measurement.of(NETWORK_SENT, sent));
        }
    }

    private Optional<String> text(String path) {
        try {
            return Optional.of(files.read(path));
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /// The entries that match, in the order of their numbers: shorter names first.
    private List<String> list(String folder, Pattern pattern) {
        try {
            return files.list(folder).stream()
                    .filter(name -> pattern.matcher(name).matches())
                    .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                    .toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
