package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Hears the edges of all input lines on one thread, `gpio`, which runs from the first line on until the loop is
/// closed. Listeners are called on it, one after the other: who dawdles delays all lines, and if that lasts for
/// longer than the kernel's buffer, edges are lost, which shows in their numbers.
///
/// A line whose chip goes away, or that fails, is left out from then on and says so to whoever reads it.
final class EdgeLoop implements AutoCloseable {
    private static final Duration LONGEST_LEAVING = Duration.ofSeconds(2);
    private static final int MOST_EVENTS_AT_ONCE = 64;
    private static final int FOREVER = -1;
    private static final int NO_ALARM = -1;
    private static final int BROKEN = PollAbi.ERR | PollAbi.HUP | PollAbi.NVAL;

    private final Kernel kernel;
    private final Map<GpioLine, Consumer<LineEvent>> listeners = new LinkedHashMap<>(); // guarded by this, as the rest
    private @Nullable Thread thread;
    private int alarm = NO_ALARM; // an eventfd: ends a poll
    private boolean polling;
    private long polls;
    private boolean closed;

    EdgeLoop(Kernel kernel) {
        this.kernel = kernel;
    }

    /// Hears a line from now on.
    synchronized void add(GpioLine line, Consumer<LineEvent> listener) throws IOException {
        if (closed) {
            throw new IOException("the board is closed");
        }
        if (alarm == NO_ALARM) {
            int file = kernel.eventfd();
            if (file < 0) {
                throw new KernelFailure("cannot make an eventfd", -file, "");
            }
            alarm = file;
        }
        listeners.put(line, listener);
        wake();
        if (thread == null) {
            thread = Thread.ofPlatform().daemon().name("gpio").start(this::run);
        }
    }

    /// Stops to hear a line. When it returns, no poll holds the line's file, so that closing it frees the line at
    /// once. An edge that was read before may still come.
    synchronized void remove(GpioLine line) {
        if (listeners.remove(line) != null) {
            wakeAndAwait();
        }
    }

    private void run() {
        var why = "the GPIO thread has ended; this is a bug in the agent";
        try {
            boolean more;
            do {
                more = step();
            } while (more);
            why = "the board is closed";
        } catch (IOException failed) {
            why = String.valueOf(failed.getMessage());
        } finally {
            end(why);
        }
    }

    private synchronized void end(String why) {
        listeners.keySet().forEach(line -> line.lose(why));
        listeners.clear();
        thread = null;
    }

    /// Waits for edges and hands them on.
    ///
    /// @return false once closed
    private boolean step() throws IOException {
        try (var arena = Arena.ofConfined()) {
            List<GpioLine> lines;
            MemorySegment fds;
            synchronized (this) {
                if (closed) {
                    return false;
                }
                lines = List.copyOf(listeners.keySet());
                fds = arena.allocate(PollAbi.FD, lines.size() + 1L);
                watch(fds, 0, alarm);
                for (int i = 0; i < lines.size(); i++) {
                    watch(fds, i + 1, lines.get(i).number());
                }
                polling = true;
            }
            int ready = poll(fds, lines.size() + 1);
            if (ready < 0) {
                throw new KernelFailure("edges cannot be heard: poll", -ready, "");
            }
            var buffer = arena.allocate(GpioAbi.EVENT, MOST_EVENTS_AT_ONCE);
            for (int i = 0; i < lines.size(); i++) {
                heard(lines.get(i), happened(fds, i + 1), buffer);
            }
            return true;
        }
    }

    private int poll(MemorySegment fds, int count) {
        try {
            return kernel.poll(fds, count, FOREVER);
        } finally {
            synchronized (this) {
                polling = false;
                polls++;
                if (alarm != NO_ALARM && happened(fds, 0) != 0) {
                    silence();
                }
                notifyAll();
            }
        }
    }

    private void heard(GpioLine line, int happened, MemorySegment buffer) {
        if ((happened & PollAbi.IN) != 0) {
            try {
                var events = line.events(buffer);
                events.forEach(listener(line));
            } catch (IOException failed) {
                drop(line, String.valueOf(failed.getMessage()));
            }
        } else if ((happened & BROKEN) != 0) {
            drop(line, line.gone());
        }
    }

    private synchronized Consumer<LineEvent> listener(GpioLine line) {
        return listeners.getOrDefault(line, _ -> {});
    }

    private synchronized void drop(GpioLine line, String why) {
        if (listeners.remove(line) != null) {
            line.lose(why);
        }
    }

    private void wake() {
        try (var arena = Arena.ofConfined()) {
            var one = arena.allocate(JAVA_LONG);
            one.set(JAVA_LONG, 0, 1);
            int ignored = kernel.write(alarm, one); // it only fails if the alarm rings already, 2^64 times over
        }
    }

    private void silence() {
        try (var arena = Arena.ofConfined()) {
            int ignored = kernel.read(alarm, arena.allocate(JAVA_LONG)); // nothing to read is as good
        }
    }

    /// Returns when the poll that runs, if one does, is over. Listeners are not waited for.
    private void wakeAndAwait() {
        wake();
        long poll = polls;
        while (polling && poll == polls) {
            try {
                wait();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
                return; // the line is then free a moment later
            }
        }
    }

    private static void watch(MemorySegment fds, long index, int file) {
        long at = index * PollAbi.FD.byteSize();
        fds.set(JAVA_INT, at, file);
        fds.set(JAVA_SHORT, at + PollAbi.FD_EVENTS, PollAbi.IN);
    }

    private static int happened(MemorySegment fds, long index) {
        return fds.get(JAVA_SHORT, index * PollAbi.FD.byteSize() + PollAbi.FD_REVENTS);
    }

    /// Ends the thread; waits for a listener that it is in, but not for long.
    @Override
    public void close() {
        Thread ending;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            ending = thread;
            if (alarm != NO_ALARM) {
                wakeAndAwait();
                int ignored = kernel.close(alarm);
                alarm = NO_ALARM;
            }
        }
        if (ending == null || ending == Thread.currentThread()) {
            return;
        }
        try {
            ending.join(LONGEST_LEAVING.toMillis());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
