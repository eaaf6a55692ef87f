package io.pinstream.sim.device;

import io.pinstream.sim.board.Connection;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.Faults;
import io.pinstream.sim.chip.Wire;
import io.pinstream.sim.chip.WireFault;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What can go wrong with a sensor's hardware, and be mended. Which trouble there can be depends on what it hangs
/// on.
public enum Trouble {
    /// No power and no wire; a line floats to where the board pulls it. Plugged in again, a chip starts anew.
    UNPLUGGED("unplugged"),
    /// The chip does not acknowledge; one that the kernel shows has an empty file.
    NAK("does not answer"),
    /// Somebody holds the I²C bus: nobody on it gets through.
    STUCK_BUS("bus hangs"),
    /// A bit of everything that is read arrives wrong.
    FLIPPED_BIT("flips bits"),
    /// The kernel sees that the checksum does not fit.
    CRC_ERROR("has crc errors"),
    /// The chip begins to measure and never ends.
    STUCK_BUSY("hangs"),
    /// The supply dips once: the chip forgets everything.
    BROWN_OUT("browns out"),
    /// A contact goes back and forth before it stays.
    BOUNCE("bounces"),
    /// The GPIO chip is gone.
    LINE_GONE("line is gone"),
    /// A wire of its thermocouple is off.
    PROBE_OPEN("probe comes off"),
    /// Its thermocouple touches ground.
    PROBE_GROUNDED("probe touches ground"),
    /// Its thermocouple touches the supply.
    PROBE_AT_SUPPLY("probe touches the supply");

    private static final int BOUNCES = 4;

    private final String text;

    Trouble(String text) {
        this.text = text;
    }

    /// As it stands in a scenario behind the sensor's name.
    public String text() {
        return text;
    }

    public static Optional<Trouble> parse(String text) {
        return Arrays.stream(values()).filter(one -> one.text.equals(text)).findFirst();
    }

    /// Whether it can happen to this.
    public boolean appliesTo(Hardware hardware) {
        boolean onI2c = hardware.connections(Connection.I2c.class).findAny().isPresent();
        boolean onSpi = hardware.connections(Connection.Spi.class).findAny().isPresent();
        boolean inKernel = !hardware.kernelChips().isEmpty();
        boolean isLine = !hardware.lines().isEmpty();
        return switch (this) {
            case UNPLUGGED -> onI2c || onSpi || inKernel || isLine;
            case NAK -> onI2c || inKernel;
            case STUCK_BUS, STUCK_BUSY -> onI2c;
            case FLIPPED_BIT, BROWN_OUT -> onI2c || onSpi || this == BROWN_OUT && inKernel;
            case CRC_ERROR -> inKernel;
            case BOUNCE, LINE_GONE -> isLine;
            case PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY ->
                hardware.chips().stream().anyMatch(chip -> chip.areOf(probeFault()));
        };
    }

    /// What the chip has of a trouble with its thermocouple.
    private Fault probeFault() {
        return switch (this) {
            case PROBE_OPEN -> Fault.OPEN;
            case PROBE_GROUNDED -> Fault.SHORT_TO_GROUND;
            case PROBE_AT_SUPPLY -> Fault.SHORT_TO_SUPPLY;
            default ->
                throw new IllegalStateException("%s is of no probe; this is a bug in the simulators".formatted(this));
        };
    }

    /// Lets it happen; nothing where it cannot.
    public void begin(Hardware hardware) {
        switch (this) {
            case UNPLUGGED -> {
                wires(hardware, WireFault.DISCONNECTED);
                hardware.kernelChips().forEach(chip -> chip.set(Fault.UNPLUGGED));
                hardware.lines().forEach(line -> line.line().disconnect());
            }
            case NAK -> {
                wires(hardware, WireFault.NAK);
                hardware.kernelChips().forEach(chip -> chip.set(Fault.NAK));
            }
            case STUCK_BUS ->
                hardware.connections(Connection.I2c.class)
                        .forEach(at -> at.whole().set(WireFault.STUCK_BUS));
            case FLIPPED_BIT -> wires(hardware, WireFault.FLIPPED_BIT);
            case CRC_ERROR -> hardware.kernelChips().forEach(chip -> chip.set(Fault.WRONG_CRC));
            case STUCK_BUSY -> hardware.chips().forEach(chip -> chip.set(Fault.STUCK_BUSY));
            case BROWN_OUT -> hardware.chips().forEach(Faults::brownOut);
            case BOUNCE -> hardware.lines().forEach(line -> line.line().bounce(BOUNCES));
            case LINE_GONE ->
                hardware.lines().forEach(line -> line.line().faults().set(Fault.UNPLUGGED));
            case PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY ->
                hardware.chips().forEach(chip -> chip.set(probeFault()));
        }
    }

    /// Mends it.
    public void end(Hardware hardware) {
        switch (this) {
            case UNPLUGGED -> {
                if (mendWires(hardware, WireFault.DISCONNECTED)) {
                    hardware.chips().forEach(Faults::brownOut); // plugged in is powered on
                }
                hardware.kernelChips().forEach(chip -> chip.mend(Fault.UNPLUGGED));
                hardware.lines().forEach(line -> line.line().connect());
            }
            case NAK -> {
                boolean ignored = mendWires(hardware, WireFault.NAK);
                hardware.kernelChips().forEach(chip -> chip.mend(Fault.NAK));
            }
            case STUCK_BUS ->
                hardware.connections(Connection.I2c.class)
                        .forEach(at -> at.whole().mend(WireFault.STUCK_BUS));
            case FLIPPED_BIT -> {
                boolean ignored = mendWires(hardware, WireFault.FLIPPED_BIT);
            }
            case CRC_ERROR -> hardware.kernelChips().forEach(chip -> chip.mend(Fault.WRONG_CRC));
            case STUCK_BUSY -> hardware.chips().forEach(chip -> chip.mend(Fault.STUCK_BUSY));
            case BROWN_OUT -> {
                // It is over before anybody can mend it.
            }
            case BOUNCE -> hardware.lines().forEach(line -> line.line().bounce(0));
            case LINE_GONE ->
                hardware.lines().forEach(line -> line.line().faults().mend(Fault.UNPLUGGED));
            case PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY ->
                hardware.chips().forEach(chip -> chip.mend(probeFault()));
        }
    }

    /// Whether it is there now.
    public boolean isOn(Hardware hardware) {
        var chips = hardware.chips();
        return switch (this) {
            case UNPLUGGED ->
                wires(hardware).anyMatch(wire -> wire.has(WireFault.DISCONNECTED))
                        || hardware.kernelChips().stream().anyMatch(chip -> chip.has(Fault.UNPLUGGED))
                        || hardware.lines().stream()
                                .anyMatch(line -> !line.line().isConnected());
            case NAK ->
                wires(hardware).anyMatch(wire -> wire.has(WireFault.NAK))
                        || hardware.kernelChips().stream().anyMatch(chip -> chip.has(Fault.NAK));
            case STUCK_BUS ->
                hardware.connections(Connection.I2c.class)
                        .anyMatch(at -> at.whole().has(WireFault.STUCK_BUS));
            case FLIPPED_BIT -> wires(hardware).anyMatch(wire -> wire.has(WireFault.FLIPPED_BIT));
            case CRC_ERROR -> hardware.kernelChips().stream().anyMatch(chip -> chip.has(Fault.WRONG_CRC));
            case STUCK_BUSY -> chips.stream().anyMatch(chip -> chip.has(Fault.STUCK_BUSY));
            case BROWN_OUT -> false;
            case BOUNCE ->
                hardware.lines().stream().anyMatch(line -> line.line().isBouncing());
            case LINE_GONE ->
                hardware.lines().stream().anyMatch(line -> line.line().faults().has(Fault.UNPLUGGED));
            case PROBE_OPEN, PROBE_GROUNDED, PROBE_AT_SUPPLY -> chips.stream().anyMatch(chip -> chip.has(probeFault()));
        };
    }

    /// Everything that can happen to this.
    public static List<Trouble> of(Hardware hardware) {
        return Arrays.stream(values())
                .filter(trouble -> trouble.appliesTo(hardware))
                .toList();
    }

    private static Stream<Wire> wires(Hardware hardware) {
        return Stream.concat(
                hardware.connections(Connection.I2c.class).map(Connection.I2c::wire),
                hardware.connections(Connection.Spi.class).map(Connection.Spi::wire));
    }

    private static void wires(Hardware hardware, WireFault fault) {
        wires(hardware).forEach(wire -> wire.set(fault));
    }

    private static boolean mendWires(Hardware hardware, WireFault fault) {
        return wires(hardware).filter(wire -> wire.mend(fault)).count() > 0;
    }
}
