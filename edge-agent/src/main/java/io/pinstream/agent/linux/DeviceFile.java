package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/// An open file of the kernel that names itself in errors.
///
/// Safe for use by many threads: one call at a time, and closing waits for a running one, because the kernel gives
/// a closed file's number to whoever opens next.
final class DeviceFile implements AutoCloseable {
    private static final int CLOSED = -1;

    private final Kernel kernel;
    private final String name;
    private int file; // guarded by this

    private DeviceFile(Kernel kernel, String name, int file) {
        this.kernel = kernel;
        this.name = name;
        this.file = file;
    }

    /// @throws KernelFailure with the remedy, if it cannot be opened
    static DeviceFile open(Kernel kernel, Subsystem subsystem, Path path) throws KernelFailure {
        return opened(kernel, subsystem, path, kernel.open(path.toString()));
    }

    /// @throws KernelFailure with the remedy, if it cannot be opened
    static DeviceFile openTerminal(Kernel kernel, Path path) throws KernelFailure {
        return opened(kernel, Subsystem.SERIAL, path, kernel.openTerminal(path.toString()));
    }

    private static DeviceFile opened(Kernel kernel, Subsystem subsystem, Path path, int file) throws KernelFailure {
        if (file < 0) {
            throw new KernelFailure("cannot open " + path, -file, subsystem.remedy(-file));
        }
        return new DeviceFile(kernel, path.toString(), file);
    }

    /// A file that another one's request has opened.
    static DeviceFile of(Kernel kernel, String name, int file) {
        return new DeviceFile(kernel, name, file);
    }

    /// @param request its name in the kernel's header
    synchronized int ioctl(String request, long number, long value) throws IOException {
        return succeeded(request, kernel.ioctl(open(), number, value));
    }

    synchronized int ioctl(String request, long number, MemorySegment argument) throws IOException {
        return succeeded(request, kernel.ioctl(open(), number, argument));
    }

    /// @return how many bytes came; 0 if the file is closed meanwhile
    synchronized int read(MemorySegment buffer) throws IOException {
        return file == CLOSED ? 0 : succeeded("read", kernel.read(file, buffer));
    }

    /// Waits until something can be read. Nobody can close it meanwhile: the wait should be short.
    ///
    /// @throws IOException if the device is gone
    synchronized boolean isReadable(int timeoutMillis) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var fd = arena.allocate(PollAbi.FD);
            fd.set(JAVA_INT, 0, open());
            fd.set(JAVA_SHORT, PollAbi.FD_EVENTS, PollAbi.IN);
            if (succeeded("poll", kernel.poll(fd, 1, timeoutMillis)) == 0) {
                return false;
            }
            if ((fd.get(JAVA_SHORT, PollAbi.FD_REVENTS) & PollAbi.IN) == 0) {
                throw new IOException(name + " is gone");
            }
            return true;
        }
    }

    /// Reads from a file that never waits.
    ///
    /// @return how many bytes came; 0 if there are none
    synchronized int readWhatIsThere(MemorySegment buffer) throws IOException {
        int count = kernel.read(open(), buffer);
        if (count == 0) {
            throw new IOException(name + " is gone"); // readable, and nothing to read: the other end hung up
        }
        return count == -Errno.EAGAIN.number ? 0 : succeeded("read", count);
    }

    /// Writes all of it.
    ///
    /// @throws IOException also if the device takes no more at the moment
    synchronized void writeAll(MemorySegment bytes) throws IOException {
        long written = 0;
        while (written < bytes.byteSize()) {
            written += succeeded("write", kernel.write(open(), bytes.asSlice(written)));
        }
    }

    /// The number to poll for; below zero once closed, which poll(2) passes over.
    synchronized int number() {
        return file;
    }

    private int open() throws IOException {
        if (file == CLOSED) {
            throw new IOException(name + " is closed");
        }
        return file;
    }

    private int succeeded(String call, int answer) throws KernelFailure {
        if (answer < 0) {
            throw new KernelFailure("%s of %s".formatted(call, name), -answer, "");
        }
        return answer;
    }

    @Override
    public synchronized void close() {
        if (file != CLOSED) {
            // The number is free whatever close(2) answers; what it answers is about writes, and we buffer none.
            int ignored = kernel.close(file);
            file = CLOSED;
        }
    }
}
