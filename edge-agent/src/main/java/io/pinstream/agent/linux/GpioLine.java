package io.pinstream.agent.linux;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One GPIO line that is ours. Safe for use by many threads.
final class GpioLine implements Registered.Opened {
    private final String chip;
    private final DeviceFile file;
    private volatile @Nullable String lost;

    /// @param chip its label
    GpioLine(String chip, DeviceFile file) {
        this.chip = chip;
        this.file = file;
    }

    /// @throws IOException also from when its edges cannot be heard any more, even if the line itself still could
    ///     be read: whoever counts them must know
    boolean isHigh() throws IOException {
        requireHeard();
        try (var arena = Arena.ofConfined()) {
            var values = arena.allocate(GpioAbi.VALUES);
            values.set(ValueLayout.JAVA_LONG, GpioAbi.VALUES_MASK, 1);
            file.ioctl("GPIO_V2_LINE_GET_VALUES", GpioAbi.GET_VALUES, values);
            return (values.get(ValueLayout.JAVA_LONG, 0) & 1) != 0;
        } catch (KernelFailure failed) {
            throw explained(failed);
        }
    }

    void set(boolean high) throws IOException {
        requireHeard();
        try (var arena = Arena.ofConfined()) {
            var values = arena.allocate(GpioAbi.VALUES);
            values.set(ValueLayout.JAVA_LONG, 0, high ? 1 : 0);
            values.set(ValueLayout.JAVA_LONG, GpioAbi.VALUES_MASK, 1);
            file.ioctl("GPIO_V2_LINE_SET_VALUES", GpioAbi.SET_VALUES, values);
        } catch (KernelFailure failed) {
            throw explained(failed);
        }
    }

    /// The edges that wait, oldest first, as many as the buffer holds. Waits for one if none does, so ask only
    /// when poll says so.
    List<LineEvent> events(MemorySegment buffer) throws IOException {
        int length = read(buffer);
        var events = new ArrayList<LineEvent>();
        long size = GpioAbi.EVENT.byteSize();
        for (long at = 0; at + size <= length; at += size) {
            events.add(LineEvent.decode(buffer.asSlice(at, size)));
        }
        return events;
    }

    private int read(MemorySegment buffer) throws IOException {
        try {
            return file.read(buffer);
        } catch (KernelFailure failed) {
            throw explained(failed);
        }
    }

    /// The number to poll for; below zero once closed.
    int number() {
        return file.number();
    }

    /// Says that its edges are not heard from now on.
    void lose(String reason) {
        lost = reason;
    }

    /// What is said of a chip that went away.
    String gone() {
        return "the GPIO chip %s is gone: restart the agent when it is back".formatted(chip);
    }

    private void requireHeard() throws IOException {
        var reason = lost;
        if (reason != null) {
            throw new IOException(reason);
        }
    }

    private IOException explained(KernelFailure failed) {
        return failed.is(Errno.ENODEV) ? new IOException(gone(), failed) : failed;
    }

    @Override
    public void close() {
        file.close();
    }
}
