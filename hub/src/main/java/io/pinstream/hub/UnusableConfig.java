package io.pinstream.hub;

import java.util.List;

/// A configuration that cannot be used, with everything that is wrong with it. Ends the command with 78.
final class UnusableConfig extends Exception {
    private static final long serialVersionUID = 1;

    private final transient List<String> problems;

    /// @param problems whole sentences with their remedies
    UnusableConfig(List<String> problems) {
        super(String.join("; ", problems), null, false, false); // a user's mistake: no stack trace
        this.problems = List.copyOf(problems);
    }

    List<String> problems() {
        return problems;
    }
}
