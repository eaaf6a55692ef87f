package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// The service manager's end of sd_notify: a real Unix datagram socket, bound and read by a thread of its own.
@SuppressWarnings("restricted") // Java has no datagram sockets of the Unix domain
public final class NotifySocket implements AutoCloseable {
    private static final int LARGEST = 4_096;

    private final int socket;
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final Thread reader;
    private volatile boolean closed;

    /// @param name a path, or `@` and the rest of an abstract name
    public NotifySocket(String name) throws Throwable {
        socket =
                (int) function("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT).invokeExact(1, 2, 0);
        try (var arena = Arena.ofConfined()) {
            var bytes = name.getBytes(StandardCharsets.UTF_8);
            boolean isAbstract = bytes[0] == '@';
            var address = arena.allocate(2 + bytes.length + (isAbstract ? 0L : 1L), 2);
            address.set(JAVA_SHORT, 0, (short) 1);
            MemorySegment.copy(bytes, 0, address, JAVA_BYTE, 2, bytes.length);
            if (isAbstract) {
                address.set(JAVA_BYTE, 2, (byte) 0);
            }
            int bound = (int) function("bind", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT)
                    .invokeExact(socket, address, (int) address.byteSize());
            if (bound != 0) {
                throw new IllegalStateException("cannot bind " + name);
            }
        }
        reader = Thread.ofPlatform().daemon().name("notify").start(this::read);
    }

    /// The datagrams so far, in order, without the new line at their end.
    public List<String> heard() {
        return List.copyOf(heard);
    }

    private void read() {
        var receive = function("recv", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
        try (var arena = Arena.ofConfined()) {
            var buffer = arena.allocate(LARGEST);
            while (true) {
                long count = (long) receive.invokeExact(socket, buffer, (long) LARGEST, 0);
                if (closed || count < 0) {
                    return;
                }
                var text = new String(buffer.asSlice(0, count).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
                heard.add(text.stripTrailing());
            }
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static MethodHandle function(String name, ValueLayout answer, ValueLayout... arguments) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow(name), FunctionDescriptor.of(answer, arguments));
    }

    @Override
    public void close() {
        closed = true;
        try {
            int ignored =
                    (int) function("shutdown", JAVA_INT, JAVA_INT, JAVA_INT).invokeExact(socket, 2);
            reader.join(30_000);
            ignored = (int) function("close", JAVA_INT, JAVA_INT).invokeExact(socket);
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
