package io.pinstream.agent.outbox;

import io.pinstream.event.DeviceId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/// Whose outbox it is: the device that its packs name, and the board that it was written on.
///
/// @param serial what tells the board from others; empty if nothing does
public record Owner(DeviceId device, Optional<String> serial) {
    private static final String FILE = "owner";

    /// Who wrote the outbox in this folder; empty if nobody has yet.
    static Optional<Owner> of(Path folder) throws IOException {
        var file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readString(file, StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty() || DeviceId.problemWith(lines.getFirst()).isPresent()) {
            return Optional.empty(); // damaged: what it said is not worth more than a new stream
        }
        return Optional.of(new Owner(
                new DeviceId(lines.getFirst()),
                lines.stream().skip(1).findFirst().filter(text -> !text.isBlank())));
    }

    /// Whether this is another board than the other: a copied card. A board that cannot be told from others is
    /// taken for the same.
    boolean isAnotherBoardThan(Owner other) {
        return serial.isPresent() && other.serial.isPresent() && !serial.equals(other.serial);
    }

    void write(Path folder, Disk disk) throws IOException {
        var draft = folder.resolve(FILE + ".tmp");
        Files.writeString(draft, "%s%n%s%n".formatted(device, serial.orElse("")));
        Files.move(draft, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        disk.forceFolder(folder);
    }
}
