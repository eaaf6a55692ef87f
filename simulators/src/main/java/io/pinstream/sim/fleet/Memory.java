package io.pinstream.sim.fleet;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// What this process takes of the machine's memory.
///
/// @param heap what is used of the heap after a collection, in bytes
/// @param resident the whole process, in bytes; none where the system does not say so in a file (all but Linux)
record Memory(long heap, OptionalLong resident) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /// Collects garbage first, which stops the devices for some ten milliseconds.
    static Memory now() {
        System.gc();
        return new Memory(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(), ofProcess());
    }

    private static OptionalLong ofProcess() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(RESIDENT))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
                    .findFirst();
        } catch (IOException noSuchFile) {
            return OptionalLong.empty();
        }
    }
}
