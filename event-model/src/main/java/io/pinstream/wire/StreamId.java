package io.pinstream.wire;

import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// The random name of a stream: 128 bits, written as 32 lower-case hex digits.
public record StreamId(long high, long low) {
    private static final int DIGITS = 32;

    public static StreamId random(RandomGenerator random) {
        return new StreamId(random.nextLong(), random.nextLong());
    }

    /// Reads 32 lower-case hex digits; empty if the text is anything else.
    public static Optional<StreamId> parse(String text) {
        if (text.length() != DIGITS) {
            return Optional.empty();
        }
        for (int i = 0; i < DIGITS; i++) {
            char c = text.charAt(i);
            if (!(c >= '0' && c <= '9' || c >= 'a' && c <= 'f')) {
                return Optional.empty();
            }
        }
        return Optional.of(new StreamId(
                HexFormat.fromHexDigitsToLong(text, 0, DIGITS / 2),
                HexFormat.fromHexDigitsToLong(text, DIGITS / 2, DIGITS)));
    }

    @Override
    public String toString() {
        return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
    }
}
