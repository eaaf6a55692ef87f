package io.pinstream.wire;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// What makes a command one command, however often it is delivered: the correlation data of its request, 1 to 64
/// bytes that nobody else takes. The hub takes 16 random ones.
///
/// @param hex the bytes in lower-case hex digits
public record CommandId(String hex) {
    public static final int MOST_BYTES = 64;
    private static final int OURS = 16;

    public CommandId {
        if (hex.isEmpty()
                || hex.length() > 2 * MOST_BYTES
                || hex.length() % 2 != 0
                || !hex.chars().allMatch(c -> c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
            throw new IllegalArgumentException(
                    "a command's id must be 1 to %d bytes in lower-case hex digits, but was \"%s\""
                            .formatted(MOST_BYTES, Printable.text(hex)));
        }
    }

    public static CommandId random(RandomGenerator random) {
        var bytes = new byte[OURS];
        random.nextBytes(bytes);
        return new CommandId(HexFormat.of().formatHex(bytes));
    }

    /// The id that these bytes are; empty if they are none or too many.
    public static Optional<CommandId> of(byte[] bytes) {
        return bytes.length == 0 || bytes.length > MOST_BYTES
                ? Optional.empty()
                : Optional.of(new CommandId(HexFormat.of().formatHex(bytes)));
    }

    public byte[] bytes() {
        return HexFormat.of().parseHex(hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
