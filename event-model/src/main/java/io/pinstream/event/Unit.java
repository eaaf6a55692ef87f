package io.pinstream.event;

/// A unit by its SenML symbol (RFC 8428 section 12.1, RFC 8798), such as `Cel`, `%RH` or `Pa`: 1 to 16 printable
/// ASCII characters.
public record Unit(String symbol) {
    public static final int LONGEST = 16;
    /// No unit: a state, a text. SenML then leaves the label `u` out.
    public static final Unit NONE = new Unit("/");

    public Unit {
        if (symbol.isEmpty() || symbol.length() > LONGEST || !symbol.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException("unit must be 1 to %d printable ASCII characters, but was \"%s\""
                    .formatted(LONGEST, Names.printable(symbol)));
        }
    }

    @Override
    public String toString() {
        return symbol;
    }
}
