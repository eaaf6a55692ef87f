package io.pinstream.sim.fleet;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;

/// How many files this process may have open: each connection is one. Windows has no such limit, and is asked for
/// none.
final class OpenFiles {
    /// For jars, logs and whatever is opened later.
    private static final int SPARE = 64;

    private OpenFiles() {}

    /// @throws IOException if so many connections cannot be opened; says the remedy
    static void require(int connections) throws IOException {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            long most = unix.getMaxFileDescriptorCount();
            long needed = connections + unix.getOpenFileDescriptorCount() + SPARE;
            if (most > 0 && needed > most) {
                throw new IOException(
                        ("%,d devices need %,d open files, one for each connection and some more, but this process may"
                                        + " open %,d: raise the limit with ulimit -n %d before the start"
                                        + " (LimitNOFILE= in a systemd unit), or use fewer --devices")
                                .formatted(connections, needed, most, needed));
            }
        }
    }

    /// What to say when it happened all the same.
    static String used() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? "this process has %,d files open and may not open more than %,d: raise the limit with ulimit -n"
                        .formatted(unix.getOpenFileDescriptorCount(), unix.getMaxFileDescriptorCount())
                : "this process may not open more files: use fewer --devices";
    }
}
