package io.pinstream.agent.doctor;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.doctor.Finding.Mend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The machine as its files show it, below a root that a test chooses.
///
/// @param user who runs this, and is to run the agent
/// @param access whether this user may read and write a file
public record Machine(KernelFiles files, String user, Predicate<Path> access) {
    private static final String PACKAGED = "pinstream";
    private static final List<String> CONFIG = List.of("/boot/firmware/config.txt", "/boot/config.txt");

    /// This machine and this user.
    public static Machine of(Path root) {
        return new Machine(
                new KernelFiles(root),
                System.getProperty("user.name", "pinstream"),
                path -> Files.isReadable(path) && Files.isWritable(path));
    }

    /// Whom the agent runs as here: the package's user, if this is root and there is that user; else this one.
    public String agentUser() {
        boolean other = user.equals("root")
                && text("/etc/passwd").stream()
                        .flatMap(String::lines)
                        .anyMatch(line -> line.startsWith(PACKAGED + ":"));
        return other ? PACKAGED : user;
    }

    boolean has(String path) {
        return Files.exists(path(path));
    }

    boolean mayUse(String path) {
        return access.test(path(path));
    }

    private Path path(String path) {
        return files.root().resolve(path.substring(1));
    }

    /// The text of a file, in printable characters; empty if there is none.
    Optional<String> text(String path) {
        try {
            return Optional.of(
                    files.read(path).replaceAll("[^\\x20-\\x7e\\n]", "").strip());
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    /// The entries of a folder; none if there is no such folder.
    List<String> list(String folder) {
        try {
            return files.list(folder).stream().sorted().toList();
        } catch (IOException absent) {
            return List.of();
        }
    }

    Optional<String> model() {
        return text("/proc/device-tree/model").filter(model -> !model.isEmpty());
    }

    boolean isRaspberryPi() {
        return model().filter(model -> model.contains("Raspberry Pi")).isPresent();
    }

    /// Where a Raspberry Pi's firmware reads its settings.
    String firmwareConfig() {
        return CONFIG.stream().filter(this::has).findFirst().orElse(CONFIG.getFirst());
    }

    /// Whether a setting such as `dtparam=i2c_arm=on` stands there and is not behind `#`.
    boolean isSet(String setting) {
        return text(firmwareConfig()).stream()
                .flatMap(String::lines)
                .map(String::strip)
                .anyMatch(line -> line.equals(setting) || line.startsWith(setting + ","));
    }

    /// The remedy for a device file that this user may not use.
    Mend permission(String group) {
        return Mend.command(
                isMember(group)
                        ? "sudo systemctl restart pinstream-agent"
                        : "sudo usermod -aG %s %s".formatted(group, user));
    }

    /// Whether /etc/group has this user in it. A process gets its groups when it begins.
    boolean isMember(String group) {
        return text("/etc/group").stream()
                .flatMap(String::lines)
                .map(line -> line.split(":", -1))
                .filter(fields -> fields.length == 4 && fields[0].equals(group))
                .flatMap(fields -> Stream.of(fields[3].split(",", -1)))
                .anyMatch(user::equals);
    }
}
