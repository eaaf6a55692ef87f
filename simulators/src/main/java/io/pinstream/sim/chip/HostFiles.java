package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// A small board as its kernel shows it: thermal zone, load, memory and network below a root.
///
/// Owned by whoever calls [#refresh].
public final class HostFiles {
    /// What the machine does.
    ///
    /// @param celsius the processor's temperature
    /// @param load the mean length of the run queue
    /// @param memory available memory in bytes
    /// @param network bytes in a second, each way
    public record Machine(Signal celsius, Signal load, Signal memory, Signal network) {}

    private final Machine machine;
    private final KernelTree tree;
    private final InstantSource world;
    private Instant last;
    private double bytes;

    public HostFiles(Path root, Machine machine, InstantSource world) throws IOException {
        this.machine = machine;
        this.tree = new KernelTree(root);
        this.world = world;
        this.last = world.instant();
        refresh();
    }

    public synchronized void refresh() throws IOException {
        var now = world.instant();
        double seconds = Math.max(0, now.toEpochMilli() - last.toEpochMilli()) / 1000.0;
        bytes += Math.max(0, machine.network().at(now)) * seconds;
        last = now;
        double load = Math.max(0, machine.load().at(now));
        tree.write(
                "sys/class/thermal/thermal_zone0/temp",
                Math.round(machine.celsius().at(now) * 1000) + "\n");
        tree.write("proc/loadavg", "%s.%02d 0.00 0.00 1/100 1000\n".formatted((long) load, (long) (load * 100) % 100));
        tree.write(
                "proc/meminfo",
                "MemAvailable:   %d kB\n"
                        .formatted((long) Math.max(0, machine.memory().at(now)) >> 10));
        tree.write("proc/net/dev", """
                Inter-|   Receive                          |  Transmit
                 face |bytes packets errs drop fifo frame compressed multicast|bytes packets errs drop fifo colls
                  eth0: %1$d 0 0 0 0 0 0 0 %1$d 0 0 0 0 0 0 0
                """.formatted((long) bytes));
    }
}
