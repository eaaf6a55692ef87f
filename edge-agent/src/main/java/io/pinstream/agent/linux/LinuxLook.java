package io.pinstream.agent.linux;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// What this machine's kernel says of itself to somebody who only looks. Safe for use by many threads.
public final class LinuxLook {
    private static final int NOT_SYNCHRONISED = 5; // TIME_ERROR of sys/timex.h

    private final Kernel kernel;
    private final Path root;

    LinuxLook(Kernel kernel, Path root) {
        this.kernel = kernel;
        this.root = root;
    }

    /// @param root what stands for `/` in front of /dev
    public static LinuxLook at(Path root) {
        return new LinuxLook(new SystemCalls(), root);
    }

    /// Whether somebody keeps the wall clock right, by adjtimex(2); empty if the kernel does not say.
    public Optional<Boolean> clockIsSynchronised() {
        int state = kernel.clockState();
        return state < 0 ? Optional.empty() : Optional.of(state != NOT_SYNCHRONISED);
    }

    /// Who has a GPIO line.
    ///
    /// @param chip its label, or how that begins; empty: the Raspberry Pi's own
    /// @return the name that its user gave, which may have no letters; empty: nobody
    /// @throws IOException if there is no such chip or line, or it cannot be opened
    public Optional<String> userOf(Optional<String> chip, int line) throws IOException {
        return new GpioChips(kernel, root).user(chip, line);
    }
}
