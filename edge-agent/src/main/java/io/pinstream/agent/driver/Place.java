package io.pinstream.agent.driver;

import java.time.Duration;
import java.util.regex.Pattern;

/// Checks where a chip is said to be, and says it in words.
final class Place {
    // Below /dev, with folders such as serial/by-id, and no way out of it.
    private static final Pattern PORT = Pattern.compile("/dev(/[A-Za-z0-9_:+-][A-Za-z0-9._:+-]{0,100}){1,4}");
    private static final Duration LONGEST_DEBOUNCE = Duration.ofSeconds(10);

    private Place() {}

    static void bus(int bus) {
        within("bus", bus, 0, 255);
    }

    static void chipSelect(int bus, int chipSelect) {
        within("bus", bus, 0, 255);
        within("chip-select", chipSelect, 0, 15);
    }

    static void line(int line) {
        within("line", line, 0, 1023);
    }

    static void port(String port) {
        if (!PORT.matcher(port).matches()) {
            throw new IllegalArgumentException(
                    "port must be a device such as /dev/serial0, but was \"%s\"".formatted(port));
        }
    }

    static void baud(int baud) {
        within("baud", baud, 300, 4_000_000);
    }

    static void lines(String one, int first, String other, int second) {
        within(one, first, 0, 1023);
        within(other, second, 0, 1023);
        if (first == second) {
            throw new IllegalArgumentException(
                    "%s and %s must be two lines, but are both %d".formatted(one, other, first));
        }
    }

    static void within(String key, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new IllegalArgumentException("%s must be %d to %d ms, but was %d ms"
                    .formatted(key, least.toMillis(), most.toMillis(), value.toMillis()));
        }
    }

    static void debounce(Duration debounce) {
        if (debounce.isNegative() || debounce.compareTo(LONGEST_DEBOUNCE) > 0) {
            throw new IllegalArgumentException("debounce must be 0 to %d ms, but was %d ms"
                    .formatted(LONGEST_DEBOUNCE.toMillis(), debounce.toMillis()));
        }
    }

    static void address(int address, int first, int last) {
        if (address < first || address > last) {
            throw new IllegalArgumentException(
                    "address must be 0x%02x to 0x%02x, but was 0x%02x".formatted(first, last, address));
        }
    }

    static String i2c(int bus, int address) {
        return "bus %d address 0x%02x".formatted(bus, address);
    }

    static String spi(int bus, int chipSelect) {
        return "SPI bus %d chip select %d".formatted(bus, chipSelect);
    }

    private static void within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(key, least, most, value));
        }
    }
}
