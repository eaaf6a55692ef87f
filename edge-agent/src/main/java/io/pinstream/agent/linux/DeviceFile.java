package io.pinstream.agent.linux;

import java.io.IOException;
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
        int file = kernel.open(path.toString());
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
