package io.pinstream.agent.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A GPIO chip of this machine: its device file, what its driver calls it, and how many lines it has.
record ChipInfo(Path path, String label, int lines) {
    /// The chip behind the header of Raspberry Pi 5, 4, and the ones before.
    private static final List<String> RASPBERRY_PI = List.of("pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835");

    /// Chooses by label, never by number: a kernel update made the Raspberry Pi 5's gpiochip4 the gpiochip0.
    ///
    /// @param wanted a label or how it begins; empty: the Raspberry Pi's own chip
    /// @throws IOException that names the labels there are, if there is no such chip, or more than one
    static ChipInfo choose(List<ChipInfo> chips, Optional<String> wanted) throws IOException {
        for (var label : wanted.map(List::of).orElse(RASPBERRY_PI)) {
            var found = labelled(chips, label);
            if (found.size() == 1) {
                return found.getFirst();
            }
            if (found.size() > 1) {
                throw new IOException("more than one GPIO chip has the label %s: %s".formatted(label, list(found)));
            }
        }
        throw new IOException("no GPIO chip has the label %s; there are: %s. Set board.chip to the one with the lines"
                .formatted(
                        wanted.orElseGet(() -> String.join(" or ", RASPBERRY_PI)),
                        chips.isEmpty() ? "none" : list(chips)));
    }

    private static List<ChipInfo> labelled(List<ChipInfo> chips, String label) {
        var same = matching(chips, chip -> chip.label.equals(label));
        return same.isEmpty() ? matching(chips, chip -> chip.label.startsWith(label)) : same;
    }

    private static List<ChipInfo> matching(List<ChipInfo> chips, Predicate<ChipInfo> wanted) {
        return chips.stream().filter(wanted).toList();
    }

    private static String list(List<ChipInfo> chips) {
        return chips.stream().map(ChipInfo::toString).collect(Collectors.joining(", "));
    }

    @Override
    public String toString() {
        return "%s (%s, %d lines)".formatted(label, path.getFileName(), lines);
    }
}
