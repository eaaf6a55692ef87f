package io.pinstream.agent.scan;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.board.NoAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// Looks what is at a board: chips on I²C buses, and what the kernel shows of 1-Wire, IIO and hardware monitors.
///
/// An address is asked as i2cdetect asks it: by a write of nothing, except where that could set off a write
/// protection or an EEPROM (0x30 to 0x37, 0x50 to 0x5F), where a byte is read. 0x00 to 0x07 and 0x78 to 0x7F are
/// not for chips and are left alone.
public final class Scan {
    static final int FIRST = 0x08;
    static final int LAST = 0x77;

    private static final Pattern BUS = Pattern.compile("i2c-(\\d{1,3})");
    private static final Pattern W1_THERMOMETER = Pattern.compile("28-[0-9a-f]{12}");
    private static final Pattern IIO = Pattern.compile("iio:device\\d{1,4}");
    private static final Pattern HWMON = Pattern.compile("hwmon\\d{1,4}");
    /// Buses to screens and memory modules: nobody wires a sensor there, and not everything there likes questions.
    private static final Pattern OTHERS = Pattern.compile("(?i).*(hdmi|ddc|smbus|i915|nvidia|amdgpu|dpaux|aux).*");

    /// The hardware monitor that w1_therm makes of each thermometer that 1-Wire shows already.
    private static final String W1_THERMOMETER_AGAIN = "w1_slave_temp";

    private static final int LONGEST_NAME = 60;

    /// So many addresses that fail in another way than by silence: the bus is not usable.
    private static final int MOST_FAILURES = 2;

    private final Board board;
    private final KernelFiles files;
    private final SequencedMap<String, I2cSign> signs;

    /// What there is, and what could not be looked at.
    ///
    /// @param notes sentences
    public record Report(List<Found> found, List<String> notes) {}

    /// @param signs by the type's name, in the order in which they are listed
    public Scan(Board board, SequencedMap<String, I2cSign> signs) {
        this.board = board;
        this.files = board.files();
        this.signs = signs;
    }

    /// Looks at everything.
    ///
    /// @param only this I²C bus, even if nobody would wire a sensor there; empty: all that there are
    public Report run(OptionalInt only) {
        List<Found> found = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        for (int bus : only.isPresent() ? List.of(only.getAsInt()) : buses(notes)) {
            i2c(bus, found, notes);
        }
        w1(found, notes);
        kernel("iio", "/sys/bus/iio/devices", IIO, found);
        kernel("hwmon", "/sys/class/hwmon", HWMON, found);
        return new Report(found, notes);
    }

    private List<Integer> buses(List<String> notes) {
        var numbers = list("/dev").stream()
                .map(BUS::matcher)
                .filter(one -> one.matches())
                .map(one -> Integer.parseInt(one.group(1)))
                .sorted()
                .toList();
        if (numbers.isEmpty()) {
            notes.add("there is no I2C bus (/dev/i2c-*): put dtparam=i2c_arm=on into /boot/firmware/config.txt and"
                    + " restart");
        }
        var wired = new ArrayList<Integer>();
        for (int bus : numbers) {
            var name = text("/sys/class/i2c-dev/i2c-%d/name".formatted(bus));
            if (OTHERS.matcher(name).matches()) {
                notes.add("bus %d (%s) was left out: --bus %d looks at it".formatted(bus, name, bus));
            } else {
                wired.add(bus);
            }
        }
        return wired;
    }

    private void i2c(int bus, List<Found> found, List<String> notes) {
        int failures = 0;
        for (int address = FIRST; address <= LAST; address++) {
            try (var chip = board.i2c(bus, address)) {
                ask(address, chip);
                found.add(recognised(bus, address, chip));
            } catch (NoAnswer nobody) {
                failures = 0;
            } catch (IOException failed) {
                if (String.valueOf(failed.getMessage()).contains("a driver of the kernel has the chip")) {
                    found.add(taken(bus, address));
                    continue;
                }
                notes.add(String.valueOf(failed.getMessage()));
                if (++failures == MOST_FAILURES || address == FIRST) {
                    notes.add("bus %d was looked at up to address 0x%02x only".formatted(bus, address));
                    return;
                }
            }
        }
    }

    /// @throws NoAnswer if nobody is there
    private static void ask(int address, I2cDevice chip) throws IOException {
        boolean byReading = address >= 0x30 && address <= 0x37 || address >= 0x50 && address <= 0x5F;
        if (!byReading) {
            try {
                chip.write();
                return;
            } catch (NoAnswer nobody) {
                throw nobody;
            } catch (IOException unknown) {
                // An adapter that has no transfer without bytes, such as the Raspberry Pi 5's.
            }
        }
        chip.read(1);
    }

    private Found recognised(int bus, int address, I2cDevice chip) {
        List<String> perhaps = new ArrayList<>();
        for (var each : signs.entrySet()) {
            switch (each.getValue().of(address, chip)) {
                case YES -> {
                    return found(bus, address, List.of(each.getKey()), true, "it says so itself");
                }
                case PERHAPS -> perhaps.add(each.getKey());
                case NO -> {}
            }
        }
        return found(
                bus,
                address,
                perhaps,
                false,
                switch (perhaps.size()) {
                    case 0 -> "a chip that is none of ours";
                    case 1 -> "by its address: it does not say what it is";
                    default -> "one of these: they do not say which";
                });
    }

    private Found taken(int bus, int address) {
        return found(
                bus, address, List.of(), false, "a driver of the kernel has it: look for it under iio or hwmon below");
    }

    private Found found(int bus, int address, List<String> types, boolean certain, String says) {
        var hex = "0x%02x".formatted(address);
        var keys = new LinkedHashMap<String, String>();
        keys.put("bus", Integer.toString(bus));
        if (types.isEmpty() || hasAddresses(types.getFirst())) {
            keys.put("address", hex);
        }
        var name = "%s-%d-%02x".formatted(types.isEmpty() ? "chip" : types.getFirst(), bus, address);
        return new Found("i2c", "bus %d address %s".formatted(bus, hex), types, certain, says, name, keys);
    }

    /// One with a single address has no such key.
    private boolean hasAddresses(String type) {
        var sign = signs.get(type);
        return sign == null || sign.addresses().size() > 1;
    }

    private void w1(List<Found> found, List<String> notes) {
        for (var id : list("/sys/bus/w1/devices")) {
            if (W1_THERMOMETER.matcher(id).matches()) {
                var keys = new LinkedHashMap<>(Map.of("id", id));
                found.add(new Found(
                        "1-wire", id, List.of("ds18b20"), true, "its family code is 28", "probe-" + id, keys));
            } else if (id.matches("00-[0-9a-f]{12}")) {
                notes.add("1-Wire shows %s, which no chip is: check the pull-up resistor of 4.7 kOhm".formatted(id));
            }
        }
    }

    /// Devices by their file `name`; by their entry where two have the same.
    private void kernel(String type, String folder, Pattern entry, List<Found> found) {
        var named = new LinkedHashMap<String, String>();
        list(folder).stream()
                .filter(name -> entry.matcher(name).matches())
                .sorted()
                .forEach(name -> named.put(name, text(folder + "/" + name + "/name")));
        named.forEach((device, name) -> {
            boolean only = named.values().stream().filter(name::equals).count() == 1;
            if (name.isEmpty() || name.equals(W1_THERMOMETER_AGAIN)) {
                return;
            }
            var keys = new LinkedHashMap<>(Map.of("device", only ? name : device));
            var sensor = "%s-%s".formatted(type, only ? name : device).replaceAll("[^A-Za-z0-9._-]", "-");
            sensor = sensor.substring(0, Math.min(sensor.length(), LONGEST_NAME));
            found.add(new Found(
                    type,
                    "%s/%s".formatted(folder, device),
                    List.of(type),
                    true,
                    "it is called " + name,
                    sensor,
                    keys));
        });
    }

    private List<String> list(String folder) {
        try {
            return files.list(folder).stream().sorted().toList();
        } catch (IOException none) {
            return List.of();
        }
    }

    /// A name that the kernel gives, in printable characters.
    private String text(String path) {
        try {
            return files.read(path).replaceAll("[^\\x20-\\x7e]", "").strip();
        } catch (IOException none) {
            return "";
        }
    }
}
