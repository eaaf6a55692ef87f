package io.pinstream.sim.chip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A 1-Wire bus as the kernel shows it: `sys/bus/w1/devices/28-…/w1_slave` below a root. Safe for use by many
/// threads.
///
/// Files cannot measure when they are read, so [#refresh] measures for all: whoever owns the bus calls it often.
public final class W1Bus {
    private static final String DEVICES = "sys/bus/w1/devices";

    private final KernelTree tree;
    private final InstantSource world;
    private final List<Ds18b20Chip> chips = new CopyOnWriteArrayList<>();

    public W1Bus(Path root, InstantSource world) throws IOException {
        this.tree = new KernelTree(root);
        this.world = world;
        Files.createDirectories(root.resolve(DEVICES));
    }

    public void attach(Ds18b20Chip chip) throws IOException {
        chips.add(chip);
        refresh();
    }

    public boolean isEmpty() {
        return chips.isEmpty();
    }

    /// Lets every chip measure and shows what it says.
    public synchronized void refresh() throws IOException {
        for (var chip : chips) {
            var path = DEVICES + "/" + chip.id() + "/w1_slave";
            var text = chip.slaveFile(world.instant());
            if (text.isPresent()) {
                tree.write(path, text.get());
            } else {
                tree.remove(path);
            }
        }
    }
}
