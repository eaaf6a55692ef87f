package io.pinstream.event;

/// One quantity with its value, as one sensor saw it at one time.
public record Measurement(Quantity quantity, Value value) {
    public static Measurement of(Quantity quantity, double number) {
        return new Measurement(quantity, new Value.Decimal(number));
    }

    public static Measurement of(Quantity quantity, boolean truth) {
        return new Measurement(quantity, new Value.Truth(truth));
    }

    public static Measurement of(Quantity quantity, String text) {
        return new Measurement(quantity, new Value.Text(text));
    }
}
