package io.pinstream.agent.board;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the firmware and the system say that this board is.
final class Serial {
    private static final Pattern NUMBER = Pattern.compile("[0-9A-Za-z-]{4,64}");
    private static final Pattern ONLY_ZEROS = Pattern.compile("0*");
    private static final Pattern IN_CPUINFO = Pattern.compile("(?m)^Serial\\s*:\\s*(\\S+)\\s*$");
    private static final int LONGEST_MODEL = 64;
    private static final int HASHED_BYTES = 8;

    private Serial() {}

    static Optional<String> of(KernelFiles files) {
        return text(files, "/proc/device-tree/serial-number")
                .flatMap(Serial::number)
                .or(() -> text(files, "/proc/cpuinfo").flatMap(Serial::inCpuInfo))
                .or(() -> text(files, "/etc/machine-id").flatMap(Serial::number).map(Serial::hashed));
    }

    /// The kernel's random name of this boot (random(4)).
    static Optional<String> boot(KernelFiles files) {
        return text(files, "/proc/sys/kernel/random/boot_id").flatMap(Serial::number);
    }

    /// The model, in printable characters only.
    static Optional<String> model(KernelFiles files) {
        return text(files, "/proc/device-tree/model")
                .map(model -> model.substring(0, Math.min(model.length(), LONGEST_MODEL)))
                .filter(model -> !model.isEmpty());
    }

    private static Optional<String> inCpuInfo(String cpuInfo) {
        var found = IN_CPUINFO.matcher(cpuInfo);
        return found.find() ? number(found.group(1)) : Optional.empty();
    }

    private static Optional<String> number(String text) {
        return NUMBER.matcher(text).matches() && !ONLY_ZEROS.matcher(text).matches()
                ? Optional.of(text)
                : Optional.empty();
    }

    /// machine-id(5) asks that the id itself never leaves the machine, only a hash of it.
    private static String hashed(String machineId) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            var hash = sha.digest(("io.pinstream:" + machineId).getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(hash, 0, HASHED_BYTES);
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java has SHA-256; this is a bug in the agent", absent);
        }
    }

    /// Device-tree strings end in a zero byte; anything else that does not print is none of ours.
    private static Optional<String> text(KernelFiles files, String path) {
        try {
            return Optional.of(
                    files.read(path).replaceAll("[^\\x20-\\x7e\\n\\t]", "").strip());
        } catch (IOException absent) {
            return Optional.empty(); // each source is there on some boards only
        }
    }
}
