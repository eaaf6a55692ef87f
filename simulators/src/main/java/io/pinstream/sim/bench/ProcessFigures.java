package io.pinstream.sim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What a process has used so far, from `/proc`: CPU seconds of all its threads, and its resident memory.
record ProcessFigures(double cpuSeconds, long residentMiB) {
    /// The kernel counts in ticks of USER_HZ, which is 100 on every Linux that we build for.
    private static final double TICKS_PER_SECOND = 100;

    static ProcessFigures of(long pid) throws IOException {
        var stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
        // The second field is the command in brackets, which may hold spaces; utime and stime are fields 14 and 15.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        long pages = Long.parseLong(fields[21]);
        return new ProcessFigures(ticks / TICKS_PER_SECOND, pages * 4096 / (1024 * 1024));
    }

    double cpuSecondsSince(ProcessFigures before) {
        return cpuSeconds - before.cpuSeconds;
    }
}
