package io.pinstream.agent.board;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What is open on a board, and by how many: each place once at a time, a chip as often as it is asked for.
///
/// Safe for use by many threads.
final class Openings {
    private final Consumer<String> shutdown;
    private final Map<String, AutoCloseable> opened = new LinkedHashMap<>(); // guarded by this, as is all below
    private final Map<String, Chip<?>> chips = new HashMap<>();
    private int handles;
    private boolean closed;

    /// @param shutdown gives up what Pi4J has under that id
    Openings(Consumer<String> shutdown) {
        this.shutdown = shutdown;
    }

    /// Opens what only one may have.
    @FunctionalInterface
    interface Opening<T> {
        T open() throws IOException;
    }

    /// A chip that is open, and how many use it.
    private static final class Chip<D> {
        private final D device;
        private int users;

        Chip(D device) {
            this.device = device;
        }
    }

    /// A place of which there is one user at a time: a line, a PWM channel, a serial port.
    ///
    /// @throws IOException if it is in use, the board is closed, or it cannot be opened
    synchronized <T extends AutoCloseable> T only(String place, Opening<T> opening) throws IOException {
        requireOpen(place);
        if (opened.containsKey(place)) {
            throw new IOException(place + " is in use by another sensor or actuator: give each its own");
        }
        try {
            var device = opening.open();
            opened.put(place, device);
            return device;
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
    }

    /// A chip. It may have several inputs, each a sensor of its own: who opens it again shares it.
    ///
    /// @param id what Pi4J has it under
    /// @param handle makes one user's handle of the chip and of what to run when it is closed
    /// @throws IOException if the board is closed, or it cannot be opened
    synchronized <D, T extends AutoCloseable> T shared(
            String place, String id, Supplier<D> opening, BiFunction<D, Runnable, T> handle) throws IOException {
        requireOpen(place);
        try {
            @SuppressWarnings("unchecked") // an id is of one kind of chip
            var chip = (Chip<D>) chips.computeIfAbsent(id, _ -> new Chip<>(opening.get()));
            chip.users++;
            var key = id + "#" + handles++;
            var device = handle.apply(chip.device, () -> leave(id, key));
            opened.put(key, device);
            return device;
        } catch (RuntimeException failed) {
            throw Failures.at(place, failed);
        }
    }

    private void leave(String id, String key) {
        synchronized (this) {
            opened.remove(key);
            var chip = chips.get(id);
            if (chip == null || --chip.users > 0) {
                return;
            }
            chips.remove(id);
        }
        shutdown.accept(id);
    }

    /// The only user has closed it: it is shut down, then free.
    void release(String place, String id) {
        shutdown.accept(id);
        forget(place);
    }

    /// The only user has closed it himself.
    synchronized void forget(String place) {
        opened.remove(place);
    }

    private void requireOpen(String place) throws IOException {
        if (closed) {
            throw new IOException(place + ": the board is closed");
        }
    }

    /// Closes all, last opened first, and opens nothing any more; false if that was done before.
    boolean close() {
        List<AutoCloseable> rest;
        synchronized (this) {
            if (closed) {
                return false;
            }
            closed = true;
            rest = new ArrayList<>(opened.values()).reversed();
        }
        rest.forEach(Openings::closeQuietly);
        return true;
    }

    private static void closeQuietly(AutoCloseable device) {
        try {
            device.close();
        } catch (Exception failed) {
            throw new IllegalStateException(
                    "closing a line or a chip does not fail; this is a bug in the agent", failed);
        }
    }
}
