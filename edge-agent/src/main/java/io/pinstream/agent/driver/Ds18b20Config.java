package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.util.List;
import java.util.Optional;

/// Maxim DS18B20 on the kernel's 1-Wire bus: temperature.
///
/// @param id its name below /sys/bus/w1/devices, such as `28-00000a1b2c3d`; empty for the only one there
public record Ds18b20Config(Optional<String> id) implements DriverConfig {
    public Ds18b20Config {
        if (id.isPresent() && !Ds18b20.ID.matcher(id.get()).matches()) {
            throw new IllegalArgumentException(
                    "id must be 28- and 12 of 0-9 a-f, as below /sys/bus/w1/devices, but was \"%s\""
                            .formatted(id.get()));
        }
    }

    @Override
    public String type() {
        return "ds18b20";
    }

    @Override
    public List<Quantity> quantities() {
        return List.of(Quantity.TEMPERATURE);
    }

    @Override
    public String where() {
        return "1-Wire " + id.orElse("bus");
    }

    @Override
    public Driver open(Board board) {
        return new Ds18b20(board.files(), id);
    }
}
