package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Quantity;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// A device of the kernel's Industrial I/O.
///
/// @param device its name as in `/sys/bus/iio/devices/iio:device0/name`, or that entry; empty for the only one
/// @param channels which of its channels, in the kernel's words, such as `temp`; empty for all
public record IioConfig(Optional<String> device, List<String> channels) implements DriverConfig {
    public IioConfig {
        channels = List.copyOf(channels);
        for (var channel : channels) {
            if (Iio.quantity(channel).isEmpty()) {
                throw new IllegalArgumentException(
                        "channels may be %s, with number or axis as the kernel has them, but one is \"%s\""
                                .formatted(String.join(", ", new TreeSet<>(Iio.KNOWN)), channel));
            }
        }
        if (Set.copyOf(channels).size() < channels.size()) {
            throw new IllegalArgumentException("channels must each stand once, but were " + channels);
        }
    }

    @Override
    public String type() {
        return "iio";
    }

    @Override
    public List<Quantity> quantities() {
        var named = channels.isEmpty() ? Iio.KNOWN : channels;
        return named.stream().flatMap(channel -> Iio.quantity(channel).stream()).toList();
    }

    @Override
    public String where() {
        return device.map(name -> "IIO device " + name).orElse("the IIO device");
    }

    @Override
    public Driver open(Board board) {
        return new Iio(board.files(), device, channels);
    }
}
