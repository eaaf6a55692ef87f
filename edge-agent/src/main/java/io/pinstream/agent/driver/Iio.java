package io.pinstream.agent.driver;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Any device of the kernel's Industrial I/O: DHT22, BME680, light, gas and motion chips, converters.
///
/// Files and units are those of the kernel's Documentation/ABI/testing/sysfs-bus-iio: a channel is
/// `in_<type>_input`, which is in the type's unit, or `in_<type>_raw`, which is so after `(raw + offset) ×
/// scale`. Scale and offset may be the channel's own or those of all channels of its type. A DHT22 (driver
/// `dht11`) often misses its moment, and the read ends in a time-out after 300 ms or in an I/O error: it is asked
/// once more. Belongs to the thread that reads it.
final class Iio implements Driver.Polled {
    private static final Pattern DEVICE = Pattern.compile("iio:device\\d{1,4}");
    private static final Pattern CHANNEL = Pattern.compile("in_([a-z0-9_-]{1,60})_(input|raw)");
    /// A type, its index or two for a differential channel, a modifier such as `x`.
    private static final Pattern NAME = Pattern.compile("([a-z]+)(\\d{0,3})(?:-[a-z]+(\\d{0,3}))?(?:_([a-z0-9_]+))?");
    private static final String REMEDY =
            "load its driver, such as dtoverlay=dht11,gpiopin=4 in /boot/firmware/config.txt, and start the board anew";

    /// What we call a type, and how many of our units one of the ABI's is.
    private record Type(Quantity quantity, double factor) {
        static Type of(String name, String unit, double factor) {
            return new Type(new Quantity(name, new Unit(unit)), factor);
        }
    }

    private static final Map<String, Type> TYPES = new TreeMap<>(Map.ofEntries(
            Map.entry("temp", new Type(Quantity.TEMPERATURE, 1e-3)), // milli degrees Celsius
            Map.entry("humidityrelative", new Type(Quantity.HUMIDITY, 1e-3)), // milli percent
            Map.entry("pressure", new Type(Quantity.PRESSURE, 1e3)), // kilopascal
            Map.entry("illuminance", new Type(Quantity.ILLUMINANCE, 1)), // lux
            Map.entry("voltage", new Type(Quantity.VOLTAGE, 1e-3)), // millivolts
            Map.entry("current", new Type(Quantity.CURRENT, 1e-3)), // milliamps
            Map.entry("power", new Type(Quantity.POWER, 1e-3)), // milliwatts
            Map.entry("distance", new Type(Quantity.DISTANCE, 1)), // metres
            Map.entry("concentration_co2", new Type(Quantity.CO2, 1e4)), // percent
            Map.entry("resistance", Type.of("resistance", "Ohm", 1)), // ohms
            Map.entry("accel", Type.of("acceleration", "m/s2", 1)), // m/s²
            Map.entry("anglvel", Type.of("rotation", "rad/s", 1)), // radians per second
            Map.entry("magn", Type.of("magnetic_flux", "T", 1e-4)))); // gauss

    /// What channels a device can have, in the ABI's words.
    static final Set<String> KNOWN = TYPES.keySet();

    private final KernelDevices devices;
    private final KernelFiles files;
    private final Optional<String> device;
    private final List<String> channels;

    /// A channel that the device has.
    ///
    /// @param name between `in_` and the last underscore, such as `voltage0` or `accel_x`
    /// @param type what scale and offset of all such channels are named by
    /// @param done whether the kernel has scaled it
    private record Channel(String name, String type, boolean done, Quantity quantity, double factor) {}

    /// A channel and the files that it has.
    private record Wired(Channel channel, String figure, Optional<String> offset, Optional<String> scale) {}

    /// What was found when it was last looked for: at ten readings a second, looking costs more than reading.
    private record Known(KernelDevices.Found device, List<Wired> channels) {}

    private Optional<Known> known = Optional.empty();

    /// @param device its name, or its entry such as `iio:device0`; empty for the only one
    /// @param channels which of its channels, such as `temp`; empty for all that are known
    Iio(KernelFiles files, Optional<String> device, List<String> channels) {
        this.files = files;
        this.device = device;
        this.channels = channels;
        this.devices = new KernelDevices(files, "IIO device", "/sys/bus/iio/devices", DEVICE, "name", REMEDY);
    }

    /// What a channel of this name is called and measured in by us; empty if nobody knows.
    static Optional<Quantity> quantity(String channel) {
        return channel(channel, true).map(Channel::quantity);
    }

    private static Optional<Channel> channel(String name, boolean done) {
        var parts = NAME.matcher(name);
        if (!parts.matches()) {
            return Optional.empty();
        }
        var modifier = Optional.ofNullable(parts.group(4));
        var whole = modifier.map(word -> parts.group(1) + "_" + word).orElse(parts.group(1));
        boolean modified = TYPES.containsKey(whole);
        var type = TYPES.get(modified ? whole : parts.group(1));
        if (type == null) {
            return Optional.empty();
        }
        var ours = type.quantity.name()
                + parts.group(2)
                + Optional.ofNullable(parts.group(3))
                        .map(second -> "_" + second)
                        .orElse("")
                + modifier.filter(_ -> !modified).map(word -> "_" + word).orElse("");
        var quantity = Quantity.standard(ours).orElseGet(() -> new Quantity(ours, type.quantity.unit()));
        return Optional.of(new Channel(name, parts.group(1), done, quantity, type.factor));
    }

    @Override
    public Reading read() throws ReadFailed {
        var before = known.filter(one -> devices.isStill(one.device));
        known = Optional.empty(); // unless all of it can be read
        var now = before.isPresent() ? before.get() : look();
        var measurements = new ArrayList<Measurement>();
        for (var wired : now.channels) {
            double value = value(now.device, wired) * wired.channel.factor;
            measurements.add(Measurement.of(wired.channel.quantity, value));
        }
        known = Optional.of(now);
        return new Reading(measurements, Quality.GOOD);
    }

    private Known look() throws ReadFailed {
        var found = devices.find(device);
        List<String> entries;
        try {
            entries = files.list(found.folder());
        } catch (IOException gone) {
            throw silent(found, "", gone);
        }
        var byName = new TreeMap<String, Channel>(Comparator.comparing(Iio::order));
        for (var entry : entries.stream().sorted().toList()) { // "input" comes before "raw"
            var file = CHANNEL.matcher(entry);
            if (file.matches() && (channels.isEmpty() || channels.contains(file.group(1)))) {
                channel(file.group(1), file.group(2).equals("input"))
                        .ifPresent(channel -> byName.putIfAbsent(channel.name, channel));
            }
        }
        var missing =
                channels.stream().filter(name -> !byName.containsKey(name)).findFirst();
        if (byName.isEmpty() || missing.isPresent()) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "IIO device %s has no channel %s"
                            .formatted(found.name(), missing.orElse("that is known; known are " + KNOWN)));
        }
        return new Known(
                found,
                byName.values().stream()
                        .map(channel -> wired(found.folder(), channel, entries))
                        .toList());
    }

    private static Wired wired(String folder, Channel channel, List<String> entries) {
        var own = "in_%s_".formatted(channel.name);
        var ofAll = "in_%s_".formatted(channel.type);
        return new Wired(
                channel,
                folder + "/" + own + (channel.done ? "input" : "raw"),
                first(entries, own + "offset", ofAll + "offset").map(file -> folder + "/" + file),
                first(entries, own + "scale", ofAll + "scale").map(file -> folder + "/" + file));
    }

    private static Optional<String> first(List<String> entries, String own, String ofAll) {
        return Stream.of(own, ofAll).filter(entries::contains).findFirst();
    }

    /// So that voltage10 comes behind voltage9.
    private static String order(String channel) {
        var parts = NAME.matcher(channel);
        return parts.matches() && !parts.group(2).isEmpty()
                ? "%s%03d%s".formatted(parts.group(1), Integer.parseInt(parts.group(2)), channel)
                : channel;
    }

    private double value(KernelDevices.Found found, Wired wired) throws ReadFailed {
        try {
            double figure = twice(devices::figure, wired.figure);
            return wired.channel.done ? figure : (figure + figure(wired.offset, 0)) * figure(wired.scale, 1);
        } catch (IOException failed) {
            throw silent(found, " " + wired.channel.name, failed);
        }
    }

    /// A scale that is there and cannot be read is not taken for one.
    private double figure(Optional<String> file, double otherwise) throws IOException {
        return file.isEmpty() ? otherwise : devices.figure(file.get());
    }

    /// A look at a file.
    @FunctionalInterface
    interface Look {
        double at(String path) throws IOException;
    }

    /// Once more where it failed, and no more than once.
    static double twice(Look look, String path) throws IOException {
        try {
            return look.at(path);
        } catch (IOException missed) {
            return look.at(path);
        }
    }

    private static ReadFailed silent(KernelDevices.Found found, String channel, IOException failed) {
        return new ReadFailed(
                Flaw.NO_ANSWER,
                "IIO device %s does not give%s (%s): check its wiring and its power"
                        .formatted(found.name(), channel.isEmpty() ? " anything" : channel, reason(failed)),
                failed);
    }

    private static String reason(IOException failed) {
        var message = String.valueOf(failed.getMessage());
        return failed instanceof NoSuchFileException ? "it is gone" : message;
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
