package io.pinstream.event;

/// What a measurement says: a finite number, a truth, or a short text.
public sealed interface Value {
    /// A number in the quantity's unit; never NaN or infinite, which no format on the way can carry.
    record Decimal(double number) implements Value {
        public Decimal {
            if (!Double.isFinite(number)) {
                throw new IllegalArgumentException("a value must be finite, but was " + number);
            }
        }
    }

    /// A state: on or off, open or closed.
    record Truth(boolean truth) implements Value {}

    /// A short text, at most 256 characters.
    record Text(String text) implements Value {
        public static final int LONGEST = 256;

        public Text {
            if (text.length() > LONGEST) {
                throw new IllegalArgumentException(
                        "a text value must have at most %d characters, but has %d".formatted(LONGEST, text.length()));
            }
        }
    }
}
