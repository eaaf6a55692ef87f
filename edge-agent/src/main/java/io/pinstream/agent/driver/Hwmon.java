package io.pinstream.agent.driver;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// Any hardware monitor of the kernel, or a thermal zone: temperatures, voltages, currents, power, fans, humidity.
///
/// Files and units are those of the kernel's Documentation/hwmon/sysfs-interface.rst and
/// Documentation/driver-api/thermal/sysfs-api.rst. Channels are called as the kernel counts them, `temperature1`;
/// the only one of its kind has the plain name. Belongs to the thread that reads it.
final class Hwmon implements Driver.Polled {
    private static final Pattern MONITOR = Pattern.compile("hwmon\\d{1,4}");
    private static final Pattern ZONE = Pattern.compile("thermal_zone\\d{1,4}");
    private static final Pattern CHANNEL = Pattern.compile("([a-z]{2,8})(\\d{1,3})_(?:input|average)");
    private static final Pattern NAMED = Pattern.compile("([a-z]{2,8})(\\d{1,3})");
    private static final String REMEDY = "load its driver, or look below /sys/class/hwmon for what there is";
    private static final double ABSOLUTE_ZERO = -273.15;

    /// What we call a kind, and how many of our units one of the kernel's is.
    private record Kind(Quantity quantity, double factor) {}

    private static final Kind CELSIUS = new Kind(Quantity.TEMPERATURE, 1e-3); // millidegrees
    private static final Map<String, Kind> KINDS = new TreeMap<>(Map.of(
            "temp", CELSIUS,
            "in", new Kind(Quantity.VOLTAGE, 1e-3), // millivolts
            "curr", new Kind(Quantity.CURRENT, 1e-3), // milliamperes
            "power", new Kind(Quantity.POWER, 1e-6), // microwatts
            "humidity", new Kind(Quantity.HUMIDITY, 1e-3), // milli percent
            "fan", new Kind(new Quantity("fan_speed", new Unit("1/min")), 1))); // revolutions a minute

    /// Every quantity that a monitor can have.
    static final List<Quantity> QUANTITIES =
            KINDS.values().stream().map(Kind::quantity).toList();

    private final KernelFiles files;
    private final KernelDevices monitors;
    private final KernelDevices zones;
    private final Optional<String> device;
    private final List<String> channels;

    private record Channel(String file, Kind kind, String number) {
        String name() {
            return file.substring(0, file.indexOf('_'));
        }
    }

    /// @param device a monitor's name or entry, or a thermal zone's type; empty for the only monitor
    /// @param channels which of its channels, such as `temp1`; empty for all
    Hwmon(KernelFiles files, Optional<String> device, List<String> channels) {
        this.files = files;
        this.device = device;
        this.channels = channels;
        this.monitors = new KernelDevices(files, "hardware monitor", "/sys/class/hwmon", MONITOR, "name", REMEDY);
        this.zones = new KernelDevices(files, "thermal zone", "/sys/class/thermal", ZONE, "type", REMEDY);
    }

    /// What a channel of this name gives, where it is one of several of its kind.
    static Optional<Quantity> quantity(String channel) {
        var parts = NAMED.matcher(channel);
        return parts.matches() && KINDS.containsKey(parts.group(1))
                ? Optional.of(numbered(KINDS.get(parts.group(1)), parts.group(2)))
                : Optional.empty();
    }

    private static Quantity numbered(Kind kind, String number) {
        return new Quantity(kind.quantity.name() + number, kind.quantity.unit());
    }

    @Override
    public Reading read() throws ReadFailed {
        var zone = device.flatMap(this::zone);
        if (zone.isPresent()) {
            return Reading.good(Measurement.of(Quantity.TEMPERATURE, value(zone.get(), "temp", CELSIUS)));
        }
        var found = monitors.find(device);
        var present = channels(found);
        var measurements = new ArrayList<Measurement>();
        for (var channel : present) {
            boolean only = channels.isEmpty()
                    && present.stream()
                                    .filter(one -> one.kind.equals(channel.kind))
                                    .count()
                            == 1;
            var quantity = only ? channel.kind.quantity : numbered(channel.kind, channel.number);
            if (monitors.optional("%s/%s_fault".formatted(found.folder(), channel.name()))
                            .orElse(0)
                    != 0) {
                throw new ReadFailed(
                        Flaw.NO_ANSWER,
                        "%s of %s: the kernel says that it is broken or missing"
                                .formatted(channel.name(), found.name()));
            }
            measurements.add(Measurement.of(quantity, value(found, channel.file, channel.kind)));
        }
        return new Reading(measurements, Quality.GOOD);
    }

    private Optional<KernelDevices.Found> zone(String type) {
        return zones.all().stream().filter(one -> one.name().equals(type)).findFirst();
    }

    private List<Channel> channels(KernelDevices.Found found) throws ReadFailed {
        List<String> entries;
        try {
            entries = files.list(found.folder());
        } catch (IOException gone) {
            throw silent(found, "anything", gone);
        }
        var byName = new TreeMap<String, Channel>();
        for (var entry : entries.stream().sorted().toList()) {
            var file = CHANNEL.matcher(entry);
            if (file.matches() && KINDS.containsKey(file.group(1))) {
                var channel = new Channel(entry, KINDS.get(file.group(1)), file.group(2));
                if (channels.isEmpty() || channels.contains(channel.name())) {
                    // What it is now takes the place of its average, which sorts first.
                    byName.put("%s%03d".formatted(file.group(1), Integer.parseInt(file.group(2))), channel);
                }
            }
        }
        var names = byName.values().stream().map(Channel::name).toList();
        var missing = channels.stream().filter(name -> !names.contains(name)).findFirst();
        if (byName.isEmpty() || missing.isPresent()) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "hardware monitor %s has no channel %s"
                            .formatted(found.name(), missing.orElse("that is known; known are " + KINDS.keySet())));
        }
        return List.copyOf(byName.values());
    }

    private double value(KernelDevices.Found found, String file, Kind kind) throws ReadFailed {
        double value;
        try {
            value = monitors.figure(found.folder() + "/" + file) * kind.factor;
        } catch (IOException failed) {
            throw silent(found, file, failed);
        }
        if (kind.quantity.equals(Quantity.TEMPERATURE) && value < ABSOLUTE_ZERO) {
            throw new ReadFailed(
                    Flaw.OUT_OF_RANGE,
                    "%s of %s says %.1f °C, which nothing is: it has no sensor".formatted(file, found.name(), value));
        }
        return value;
    }

    private static ReadFailed silent(KernelDevices.Found found, String what, IOException failed) {
        return new ReadFailed(
                Flaw.NO_ANSWER,
                "hardware monitor %s does not give %s (%s)".formatted(found.name(), what, failed.getMessage()),
                failed);
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
