package io.pinstream.sim.device;

import io.pinstream.agent.SensorConfig;
import io.pinstream.agent.driver.ButtonConfig;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.PirConfig;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.event.SensorId;
import io.pinstream.sim.board.Connection;
import io.pinstream.sim.chip.Faults;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.signal.Disturbed;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What stands behind one sensor of a simulated board: its wires, its chip, what the chip feels. Safe for use by
/// many threads.
///
/// @param connections what its driver opens on the board; none where the kernel does it
/// @param kernelChips chips that the kernel shows as files
/// @param signals what its chip feels, by quantity, where the world can spoil it
public record Hardware(
        SensorConfig sensor, List<Connection> connections, List<Faults> kernelChips, Map<String, Disturbed> signals) {
    public Hardware {
        connections = List.copyOf(connections);
        kernelChips = List.copyOf(kernelChips);
    }

    public SensorId id() {
        return sensor.id();
    }

    /// Such as `bme280 at i2c-1 0x76`.
    public String place() {
        return connections.isEmpty()
                ? sensor.driver().where()
                : connections.stream().map(Connection::place).collect(Collectors.joining(", "));
    }

    public <T extends Connection> Stream<T> connections(Class<T> kind) {
        return connections.stream().filter(kind::isInstance).map(kind::cast);
    }

    /// Its lines, if it has nothing else; a chip may have lines beside its bus.
    public List<Connection.Line> lines() {
        var lines = connections(Connection.Line.class).toList();
        return lines.size() == connections.size() ? lines : List.of();
    }

    /// Its line, where a hand can close and open it: a contact, a button, a motion detector.
    public Optional<SimulatedLine> contact() {
        return sensor.driver().isEdgeDriven() ? onlyLine() : Optional.empty();
    }

    /// Its line, where every pulse counts.
    public Optional<SimulatedLine> counted() {
        return sensor.driver() instanceof PulseCounterConfig ? onlyLine() : Optional.empty();
    }

    private Optional<SimulatedLine> onlyLine() {
        var lines = lines();
        return lines.size() == 1 ? Optional.of(lines.getFirst().line()) : Optional.empty();
    }

    /// Whether its low level is the active one.
    public boolean isActiveLow() {
        return switch (sensor.driver()) {
            case ContactConfig contact -> contact.activeLow();
            case ButtonConfig button -> button.activeLow();
            case PirConfig detector -> detector.activeLow();
            default -> false;
        };
    }

    /// The faults of every chip that is there at the moment.
    List<Faults> chips() {
        var chips = new ArrayList<>(kernelChips);
        connections(Connection.I2c.class).forEach(at -> at.chip().get().ifPresent(chip -> chips.add(chip.faults())));
        connections(Connection.Spi.class).forEach(at -> at.chip().get().ifPresent(chip -> chips.add(chip.faults())));
        return chips;
    }

    /// What is wrong with it at the moment, as it stands in a scenario.
    public List<String> troubles() {
        return Stream.of(Trouble.values())
                .filter(trouble -> trouble.isOn(this))
                .map(Trouble::text)
                .toList();
    }
}
