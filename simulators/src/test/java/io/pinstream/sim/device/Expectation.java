package io.pinstream.sim.device;

import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.sim.board.Connection;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;

/// What readings must look like while something is wrong.
///
/// @param flaws what the quality must say
/// @param orRight whether a reading may also be good, if its value is right
/// @param orAnything why a wrong value cannot be told from a right one; empty where it must be
record Expectation(Set<Flaw> flaws, boolean orRight, String orAnything) {
    /// What a sensor hangs on, as its driver opens it.
    enum Bus {
        I2C,
        SPI,
        LINE,
        KERNEL,
        FILES
    }

    /// Types whose every transfer carries a checksum: a flipped bit must be found out.
    private static final Set<String> CHECKED = Set.of("sht31", "sht4x", "scd41", "sgp40", "am2320", "sen5x");

    /// Types on whose bus nothing carries a checksum: a flipped bit may pass for a value.
    private static final Set<String> UNCHECKED = Set.of(
            "ads1115", "bh1750", "bme280", "bmp280", "ina219", "lm75", "max31855", "mcp3008", "mpu6050", "tmp102");

    /// Types that are read from files which nothing in the simulators breaks, with the reason.
    static final Map<String, String> UNBROKEN =
            Map.of("host", "it reads this very machine's files, and leaves out what is not there");

    /// Types whose checksum the kernel checks: it then gives an I/O error and does not say why.
    private static final Set<String> KERNEL_CHECKS = Set.of("iio", "hwmon");

    /// Types whose state lasts longer than the line's: not every move of it is an event.
    static final Set<String> HOLDING = Set.of("pir");

    /// Types that take long for a measurement: their world goes faster.
    static final Set<String> SLOW = Set.of("scd41", "bh1750", "lm75");

    /// What a chip that converts by itself shows with its next conversion, and not before.
    static final Set<Trouble> SEEN_BY_CONVERTING =
            Set.of(Trouble.PROBE_OPEN, Trouble.PROBE_GROUNDED, Trouble.PROBE_AT_SUPPLY);

    private static final String NO_CHECKSUM = "nothing on its bus carries a checksum";
    private static final String NO_BUSY_BIT = "it has no busy bit, and what it has not measured is dark";
    private static final String LIKE_OPEN = "a wire that is off looks like a contact that is open";

    static Bus bus(Hardware hardware) {
        if (hardware.connections(Connection.I2c.class).findAny().isPresent()) {
            return Bus.I2C;
        }
        if (hardware.connections(Connection.Spi.class).findAny().isPresent()) {
            return Bus.SPI;
        }
        if (!hardware.lines().isEmpty()) {
            return Bus.LINE;
        }
        return hardware.kernelChips().isEmpty() ? Bus.FILES : Bus.KERNEL;
    }

    /// The expectation; fails where nobody has thought about it yet.
    static Expectation of(Hardware hardware, Trouble trouble) {
        var driver = hardware.sensor().driver();
        return switch (bus(hardware)) {
            case I2C -> onI2c(driver, trouble);
            case SPI -> onSpi(driver, trouble);
            case LINE -> onLine(driver, trouble);
            case KERNEL -> inKernel(driver, trouble);
            case FILES -> throw unthought(driver, trouble);
        };
    }

    private static Expectation onI2c(DriverConfig driver, Trouble trouble) {
        return switch (trouble) {
            case UNPLUGGED, NAK, STUCK_BUS -> says(Flaw.NO_ANSWER);
            case FLIPPED_BIT -> flipped(driver, trouble);
            case STUCK_BUSY ->
                driver.type().equals("bh1750")
                        ? undetectable(NO_BUSY_BIT)
                        : saysOrIsRight(Flaw.NOT_READY); // some convert whether or not somebody waits
            case BROWN_OUT -> saysOrIsRight(Flaw.NOT_READY, Flaw.NO_ANSWER);
            case CRC_ERROR, BOUNCE, LINE_GONE, PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY ->
                throw unthought(driver, trouble);
        };
    }

    private static Expectation onSpi(DriverConfig driver, Trouble trouble) {
        return switch (trouble) {
            case UNPLUGGED -> says(Flaw.NO_ANSWER);
            case FLIPPED_BIT -> flipped(driver, trouble);
            case BROWN_OUT -> saysOrIsRight(Flaw.NOT_READY, Flaw.NO_ANSWER);
            case PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY -> says(Flaw.NO_ANSWER);
            case NAK, STUCK_BUS, STUCK_BUSY, CRC_ERROR, BOUNCE, LINE_GONE ->
                throw new AssertionError("%s makes no sense on SPI".formatted(trouble));
        };
    }

    private static Expectation onLine(DriverConfig driver, Trouble trouble) {
        boolean echo = driver.type().equals("hc-sr04"); // it answers, and its pulse has a length
        return switch (trouble) {
            case UNPLUGGED -> echo ? says(Flaw.NO_ANSWER) : undetectable(LIKE_OPEN);
            case BOUNCE -> echo ? says(Flaw.OUT_OF_RANGE) : saysOrIsRight();
            case LINE_GONE -> says(Flaw.NO_ANSWER);
            case NAK,
                    STUCK_BUS,
                    FLIPPED_BIT,
                    CRC_ERROR,
                    STUCK_BUSY,
                    BROWN_OUT,
                    PROBE_OPEN,
                    PROBE_GROUNDED,
                    PROBE_AT_SUPPLY -> throw new AssertionError("%s makes no sense on a line".formatted(trouble));
        };
    }

    private static Expectation inKernel(DriverConfig driver, Trouble trouble) {
        return switch (trouble) {
            case UNPLUGGED, NAK -> says(Flaw.NO_ANSWER);
            case CRC_ERROR -> says(KERNEL_CHECKS.contains(driver.type()) ? Flaw.NO_ANSWER : Flaw.CHECKSUM);
            case BROWN_OUT -> saysOrIsRight(Flaw.NOT_READY, Flaw.NO_ANSWER);
            case STUCK_BUS, FLIPPED_BIT, STUCK_BUSY, BOUNCE, LINE_GONE, PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY ->
                throw new AssertionError("%s makes no sense on what the kernel shows".formatted(trouble));
        };
    }

    private static Expectation flipped(DriverConfig driver, Trouble trouble) {
        if (CHECKED.contains(driver.type())) {
            return says(Flaw.CHECKSUM);
        }
        if (UNCHECKED.contains(driver.type())) {
            return undetectable(NO_CHECKSUM);
        }
        throw unthought(driver, trouble);
    }

    private static Expectation says(Flaw... flaws) {
        return new Expectation(Set.of(flaws), false, "");
    }

    private static Expectation saysOrIsRight(Flaw... flaws) {
        return new Expectation(Set.of(flaws), true, "");
    }

    private static Expectation undetectable(String why) {
        return new Expectation(Set.of(Flaw.values()), true, why);
    }

    private static AssertionError unthought(DriverConfig driver, Trouble trouble) {
        return new AssertionError("nobody has said yet what a %s does when it %s: add it to this table (of %s)"
                .formatted(driver.type(), trouble.text(), Arrays.toString(Trouble.values())));
    }
}
