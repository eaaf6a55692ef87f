package io.pinstream.sim;

/// Whether somebody sees a line change.
final class Terminal {
    private Terminal() {}

    // A runtime image without the module jdk.internal.le has no console.
    @SuppressWarnings("SystemConsoleNull")
    static boolean isOne() {
        var console = System.console();
        return console != null && console.isTerminal();
    }
}
