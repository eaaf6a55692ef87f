package io.pinstream.sim.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What a process has used so far, from `/proc`.
///
/// @param cpuSeconds of all its threads
/// @param resident KiB of its pages that are in memory, those of files that others map as well included
/// @param privateDirty KiB that nobody else has and that no file has: what it really costs where memory is short
/// @param writtenBytes that it has made the kernel write to disks, in whole pages
record ProcessFigures(double cpuSeconds, long resident, long privateDirty, long writtenBytes) {
    /// The kernel counts in ticks of USER_HZ, which is 100 on every Linux that we build for.
    private static final double TICKS_PER_SECOND = 100;

    static ProcessFigures of(long pid) throws IOException {
        var process = Path.of("/proc", Long.toString(pid));
        var stat = Files.readString(process.resolve("stat"));
        // The second field is the command in brackets, which may hold spaces; utime and stime are fields 14 and 15.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        double ticks = Double.parseDouble(fields[11]) + Double.parseDouble(fields[12]);
        var memory = figures(process.resolve("smaps_rollup"));
        return new ProcessFigures(
                ticks / TICKS_PER_SECOND,
                memory.getOrDefault("Rss", 0L),
                memory.getOrDefault("Private_Dirty", 0L),
                figures(process.resolve("io")).getOrDefault("write_bytes", 0L));
    }

    /// The lines `name: number` of a file, with or without a unit behind them.
    private static Map<String, Long> figures(Path file) throws IOException {
        var figures = new HashMap<String, Long>();
        for (var line : Files.readAllLines(file)) {
            var words = line.split(":?\\s+");
            if (words.length >= 2 && words[1].matches("\\d{1,18}")) {
                figures.put(words[0], Long.parseLong(words[1]));
            }
        }
        return figures;
    }

    long residentMiB() {
        return Math.round(resident / 1024.0);
    }

    long privateDirtyMiB() {
        return Math.round(privateDirty / 1024.0);
    }

    double cpuSecondsSince(ProcessFigures before) {
        return cpuSeconds - before.cpuSeconds;
    }

    long writtenSince(ProcessFigures before) {
        return writtenBytes - before.writtenBytes;
    }
}
