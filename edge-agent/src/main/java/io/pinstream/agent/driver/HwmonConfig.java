package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// A hardware monitor of the kernel, or a thermal zone.
///
/// @param device its name as in `/sys/class/hwmon/hwmon0/name`, that entry, or a thermal zone's type; empty for
///     the only monitor
/// @param channels which of its channels, in the kernel's words, such as `temp1`; empty for all
public record HwmonConfig(Optional<String> device, List<String> channels) implements DriverConfig {
    public HwmonConfig {
        channels = List.copyOf(channels);
        for (var channel : channels) {
            if (Hwmon.quantity(channel).isEmpty()) {
                throw new IllegalArgumentException(
                        "channels may be temp1, in0, curr1, power1, fan1, humidity1 and so on, but one is \"%s\""
                                .formatted(channel));
            }
        }
        if (Set.copyOf(channels).size() < channels.size()) {
            throw new IllegalArgumentException("channels must each stand once, but were " + channels);
        }
    }

    @Override
    public String type() {
        return "hwmon";
    }

    @Override
    public List<Quantity> quantities() {
        return channels.isEmpty()
                ? Hwmon.QUANTITIES
                : channels.stream()
                        .flatMap(channel -> Hwmon.quantity(channel).stream())
                        .toList();
    }

    @Override
    public String where() {
        return device.map(name -> "hardware monitor " + name).orElse("the hardware monitor");
    }

    @Override
    public Driver open(Board board) {
        return new Hwmon(board.files(), device, channels);
    }
}
