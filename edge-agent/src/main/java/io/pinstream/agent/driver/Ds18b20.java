package io.pinstream.agent.driver;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// Maxim DS18B20: a thermometer on the 1-Wire bus, read through the kernel's driver `w1_therm`.
///
/// Sections are those of the data sheet, 19-7487. A reading takes the conversion time, up to 750 ms (the kernel
/// waits for it and gives up by itself). `w1_slave` has two lines:
/// ```
/// 72 01 4b 46 7f ff 0e 10 57 : crc=57 YES
/// 72 01 4b 46 7f ff 0e 10 57 t=23125
/// ```
/// The nine bytes are the scratchpad; the value is taken from them and not from `t=`, because what the chip says
/// of itself tells its lies from the truth. Belongs to the thread that reads it.
final class Ds18b20 implements Driver.Polled {
    static final Pattern ID = Pattern.compile("28-[0-9a-f]{12}");

    private static final String DEVICES = "/sys/bus/w1/devices";
    private static final String REMEDY =
            "wire it to the 1-Wire line, set dtoverlay=w1-gpio in /boot/firmware/config.txt and start the board anew";
    private static final int SCRATCHPAD_LENGTH = 9;
    private static final int POWER_ON = 0x0550; // "Measuring temperature": the register holds +85 °C after power-on
    private static final int UNDERFED = 0x07FF; // 127.94 °C: what clones say when parasite power fails in a conversion
    private static final int POWER_ON_RESERVED = 0x0C; // "Memory", figure 9: byte 6 before the first conversion
    private static final double NEAR = 10; // K: how near the reading before must be to believe in exactly 85 °C

    private final KernelFiles files;
    private final Optional<String> id;
    private OptionalDouble before = OptionalDouble.empty();

    /// @param id the device's name below /sys/bus/w1/devices; empty for the only one
    Ds18b20(KernelFiles files, Optional<String> id) {
        this.files = files;
        this.id = id;
    }

    @Override
    public Reading read() throws ReadFailed {
        boolean done = false;
        try {
            var device = device();
            double temperature = temperature(device, scratchpad(device));
            before = OptionalDouble.of(temperature);
            done = true;
            boolean inRange = temperature >= -55 && temperature <= 125; // "Features"
            return new Reading(
                    List.of(Measurement.of(Quantity.TEMPERATURE, temperature)),
                    inRange ? Quality.GOOD : Quality.of(Flaw.OUT_OF_RANGE));
        } finally {
            if (!done) {
                before = OptionalDouble.empty();
            }
        }
    }

    private String device() throws ReadFailed {
        List<String> present;
        try {
            present = files.list(DEVICES).stream()
                    .filter(name -> ID.matcher(name).matches())
                    .sorted()
                    .toList();
        } catch (IOException absent) {
            throw new ReadFailed(Flaw.NO_ANSWER, "this board has no 1-Wire bus: " + REMEDY, absent);
        }
        if (id.isPresent()) {
            if (!present.contains(id.get())) {
                throw new ReadFailed(
                        Flaw.NO_ANSWER,
                        "no DS18B20 %s below %s (%s): %s".formatted(id.get(), DEVICES, listed(present), REMEDY));
            }
            return id.get();
        }
        if (present.size() != 1) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    present.isEmpty()
                            ? "no DS18B20 below %s: %s".formatted(DEVICES, REMEDY)
                            : "%s: name one of them with id".formatted(listed(present)));
        }
        return present.getFirst();
    }

    private static String listed(List<String> present) {
        var some = String.join(", ", present.subList(0, Math.min(4, present.size())));
        return "there are %d%s%s"
                .formatted(present.size(), present.isEmpty() ? "" : ": " + some, present.size() > 4 ? ", …" : "");
    }

    private int[] scratchpad(String device) throws ReadFailed {
        String text;
        try {
            text = files.read(DEVICES + "/" + device + "/w1_slave");
        } catch (IOException failed) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "DS18B20 %s does not answer (%s): check its wiring and the 4.7 kΩ pull-up"
                            .formatted(device, failed.getMessage()),
                    failed);
        }
        var line = text.lines().findFirst().orElse("").strip();
        var words = line.split("\\s+");
        var bytes = new int[SCRATCHPAD_LENGTH];
        for (int i = 0; i < SCRATCHPAD_LENGTH; i++) {
            if (i >= words.length || !words[i].matches("[0-9a-f]{2}")) {
                throw new ReadFailed(
                        Flaw.NO_ANSWER,
                        "DS18B20 %s gave no scratchpad (%d characters of w1_slave): check its wiring and the 4.7 kΩ pull-up"
                                .formatted(device, text.length()));
            }
            bytes[i] = Integer.parseInt(words[i], 16);
        }
        // A line that nobody drives reads all ones; one that is shorted all zeros, and the CRC of zeros is 0: YES.
        for (int silent : new int[] {0xff, 0}) {
            if (Arrays.stream(bytes).allMatch(b -> b == silent)) {
                throw new ReadFailed(
                        Flaw.NO_ANSWER,
                        "DS18B20 %s does not answer (every bit is %d): the line is %s"
                                .formatted(device, silent & 1, silent == 0 ? "shorted to ground" : "open"));
            }
        }
        int crc = crc(bytes, SCRATCHPAD_LENGTH - 1);
        if (!line.endsWith("YES") || crc != bytes[SCRATCHPAD_LENGTH - 1]) {
            throw new ReadFailed(
                    Flaw.CHECKSUM,
                    "checksum of DS18B20 %s does not fit (it says 0x%02x, its bytes give 0x%02x): long or disturbed cable, or a weak pull-up"
                            .formatted(device, bytes[SCRATCHPAD_LENGTH - 1], crc));
        }
        return bytes;
    }

    private double temperature(String device, int[] scratchpad) throws ReadFailed {
        int raw = scratchpad[1] << 8 | scratchpad[0];
        boolean wasNear =
                before.isPresent() && Math.abs(before.getAsDouble() - 85) <= NEAR && scratchpad[6] != POWER_ON_RESERVED;
        if (raw == POWER_ON && !wasNear) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "DS18B20 %s says exactly 85 °C, its power-on value: it has not measured; check its power supply"
                            .formatted(device));
        }
        if (raw == UNDERFED) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "DS18B20 %s says 127.94 °C, beyond its range: its power fails while it measures; feed it by its VDD pin"
                            .formatted(device));
        }
        return celsius(raw, scratchpad[4]);
    }

    /// Temperature in °C. "Memory", figure 4: sixteenths, two's complement; below 12 bits the lowest are
    /// undefined.
    ///
    /// @param configuration byte 4: R1 and R0 in bits 6 and 5 give the resolution (figure 10, table 2)
    static double celsius(int raw, int configuration) {
        int undefined = 3 - (configuration >> 5 & 0b11);
        return ((short) raw >> undefined << undefined) / 16.0;
    }

    /// "CRC generation", figure 11: X⁸ + X⁵ + X⁴ + 1, lowest bit first.
    static int crc(int[] bytes, int length) {
        int crc = 0;
        for (int i = 0; i < length; i++) {
            crc ^= bytes[i];
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 1) == 0 ? crc >> 1 : crc >> 1 ^ 0x8c;
            }
        }
        return crc;
    }

    @Override
    public void close() {
        // Nothing is kept open.
    }
}
