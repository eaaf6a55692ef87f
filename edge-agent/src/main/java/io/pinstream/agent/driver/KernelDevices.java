package io.pinstream.agent.driver;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Quality.Flaw;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// Finds a device among those that the kernel shows as folders, by what it calls itself, and reads its figures.
///
/// @param what the kind of device in words, such as `IIO device`
/// @param folder where they are
/// @param entry which of the entries are devices
/// @param label the file of an entry that holds its name
/// @param remedy what to do where there is none
record KernelDevices(KernelFiles files, String what, String folder, Pattern entry, String label, String remedy) {
    private static final Pattern FIGURE = Pattern.compile("-?\\d{1,18}(\\.\\d{1,18})?");
    private static final int MOST_SHOWN = 4;

    /// A device that is there.
    ///
    /// @param folder without a slash at its end
    record Found(String name, String folder) {}

    /// Everything that is there, in the order of the entries' numbers.
    List<Found> all() {
        List<String> entries;
        try {
            entries = files.list(folder);
        } catch (IOException none) {
            return List.of();
        }
        var found = new ArrayList<Found>();
        entries.stream()
                .filter(name -> entry.matcher(name).matches())
                .sorted(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()))
                .forEach(name -> text(folder + "/" + name + "/" + label)
                        .ifPresent(named -> found.add(new Found(named, folder + "/" + name))));
        return found;
    }

    /// The one of that name, or of that entry, such as `iio:device1`; the only one where no name is given.
    Found find(Optional<String> wanted) throws ReadFailed {
        var all = all();
        var matching = all.stream()
                .filter(one -> wanted.isEmpty()
                        || one.name.equals(wanted.get())
                        || one.folder.equals(folder + "/" + wanted.get()))
                .toList();
        if (matching.size() == 1) {
            return matching.getFirst();
        }
        throw new ReadFailed(
                Flaw.NO_ANSWER,
                matching.isEmpty()
                        ? "no %s%s (%s): %s"
                                .formatted(what, wanted.map(name -> " " + name).orElse(""), shown(all), remedy)
                        : "more than one %s fits (%s): name one with device".formatted(what, shown(matching)));
    }

    /// Whether a device that was found is still there, and no other one in its place.
    boolean isStill(Found found) {
        return text(found.folder + "/" + label).filter(found.name::equals).isPresent();
    }

    private static String shown(List<Found> found) {
        if (found.isEmpty()) {
            return "there is none";
        }
        var some = found.stream()
                .limit(MOST_SHOWN)
                .map(one -> "%s at %s".formatted(one.name, one.folder.substring(one.folder.lastIndexOf('/') + 1)))
                .toList();
        return String.join(", ", some) + (found.size() > MOST_SHOWN ? ", …" : "");
    }

    private Optional<String> text(String path) {
        try {
            return Optional.of(files.read(path).strip()).filter(text -> !text.isEmpty());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /// A figure that need not be there, such as a scale.
    OptionalDouble optional(String path) {
        return text(path)
                .filter(text -> FIGURE.matcher(text).matches())
                .map(text -> OptionalDouble.of(Double.parseDouble(text)))
                .orElse(OptionalDouble.empty());
    }

    /// A figure that must be there.
    ///
    /// @throws IOException if the kernel does not give it: the chip does not answer it
    double figure(String path) throws IOException {
        var text = files.read(path).strip();
        if (!FIGURE.matcher(text).matches()) {
            throw new IOException("%d characters, which are no number".formatted(text.length()));
        }
        return Double.parseDouble(text);
    }
}
