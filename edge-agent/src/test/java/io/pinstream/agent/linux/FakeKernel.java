package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// A kernel whose device files are the test's. It reads the bytes of every structure, refuses with a number below
/// zero, and writes down what a real kernel could not forgive: calls on closed files, and files closed in a poll.
final class FakeKernel implements Kernel {
    final List<String> misuses = new ArrayList<>();
    private final Map<String, Supplier<File>> devices = new HashMap<>();
    private final Map<String, Errno> refused = new HashMap<>();
    private final Map<Integer, File> files = new HashMap<>();
    private final Set<Integer> polled = new HashSet<>();
    private int next = 100; // no number is used again, so that a late call shows
    private long polls;

    /// An open file. Called with the kernel's lock held.
    interface File {
        default int ioctl(long request, long value) {
            return -Errno.ENOTTY.number;
        }

        default int ioctl(long request, MemorySegment argument) {
            return -Errno.ENOTTY.number;
        }

        default int read(MemorySegment buffer) {
            return -Errno.EINVAL.number;
        }

        default int write(MemorySegment bytes) {
            return -Errno.EINVAL.number;
        }

        /// What poll would say.
        default int ready() {
            return 0;
        }

        default void close() {}
    }

    synchronized void device(String path, Supplier<File> opening) {
        devices.put(path, opening);
    }

    synchronized void refuse(String path, Errno reason) {
        refused.put(path, reason);
    }

    /// Lets something happen that polls may wait for.
    synchronized void happens(Runnable event) {
        event.run();
        notifyAll();
    }

    synchronized int add(File file) {
        files.put(next, file);
        return next++;
    }

    synchronized int openFiles() {
        return files.size();
    }

    synchronized long polls() {
        return polls;
    }

    synchronized List<String> misuses() {
        return List.copyOf(misuses);
    }

    @Override
    public synchronized int open(String path) {
        if (refused.containsKey(path)) {
            return -refused.get(path).number;
        }
        var device = devices.get(path);
        return device == null ? -Errno.ENOENT.number : add(device.get());
    }

    @Override
    public int openTerminal(String path) {
        return open(path);
    }

    @Override
    public synchronized int close(int file) {
        if (polled.contains(file)) {
            misuses.add("closed in a poll: " + file);
        }
        var closed = file(file);
        files.remove(file);
        closed.close();
        return closed == CLOSED ? -Errno.EBADF.number : 0;
    }

    @Override
    public synchronized int ioctl(int file, long request, long value) {
        return file(file).ioctl(request, value);
    }

    @Override
    public synchronized int ioctl(int file, long request, MemorySegment argument) {
        return file(file).ioctl(request, argument);
    }

    @Override
    public synchronized int read(int file, MemorySegment buffer) {
        return file(file).read(buffer);
    }

    @Override
    public synchronized int write(int file, MemorySegment bytes) {
        int written = file(file).write(bytes);
        notifyAll();
        return written;
    }

    @Override
    public synchronized int poll(MemorySegment fds, int count, int timeoutMillis) {
        polls++;
        for (int i = 0; i < count; i++) {
            polled.add(fds.get(JAVA_INT, i * PollAbi.FD.byteSize()));
        }
        try {
            int ready = look(fds, count);
            while (ready == 0 && timeoutMillis != 0) {
                wait();
                ready = look(fds, count);
            }
            return ready;
        } catch (InterruptedException signal) {
            Thread.currentThread().interrupt();
            return 0;
        } finally {
            polled.clear();
        }
    }

    private int look(MemorySegment fds, int count) {
        int ready = 0;
        for (int i = 0; i < count; i++) {
            long at = i * PollAbi.FD.byteSize();
            int file = fds.get(JAVA_INT, at);
            int happened = file < 0 ? 0 : file(file).ready();
            fds.set(JAVA_SHORT, at + PollAbi.FD_REVENTS, (short) happened);
            ready += happened == 0 ? 0 : 1;
        }
        return ready;
    }

    @Override
    public int clockState() {
        return 0;
    }

    @Override
    public int datagramSocket() {
        return -Errno.EMFILE.number;
    }

    @Override
    public int sendTo(int socket, MemorySegment bytes, MemorySegment address) {
        return -Errno.EBADF.number;
    }

    @Override
    public synchronized int eventfd() {
        return add(new File() {
            private long count;

            @Override
            public int read(MemorySegment buffer) {
                if (count == 0) {
                    return -Errno.EAGAIN.number;
                }
                buffer.set(JAVA_LONG, 0, count);
                count = 0;
                return Long.BYTES;
            }

            @Override
            public int write(MemorySegment bytes) {
                count += bytes.get(JAVA_LONG, 0);
                return Long.BYTES;
            }

            @Override
            public int ready() {
                return count > 0 ? PollAbi.IN : 0;
            }
        });
    }

    private File file(int number) {
        var file = files.get(number);
        if (file == null) {
            misuses.add("used when closed: " + number);
            return CLOSED;
        }
        return file;
    }

    private static final File CLOSED = new File() {
        @Override
        public int ready() {
            return PollAbi.NVAL;
        }
    };
}
