package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/// The socket on which a service manager hears how its service is: the protocol of sd_notify(3), a datagram of
/// lines `NAME=value`. Java has no datagram sockets of the Unix domain. Safe for use by many threads.
public final class ServiceSocket implements AutoCloseable {
    private static final short UNIX = 1; // AF_UNIX
    private static final int NAME_AT = Short.BYTES;
    private static final int LONGEST_NAME = 107; // sun_path has 108 bytes, the closing zero included

    private final Kernel kernel;
    private final String name;
    private final int socket;
    private boolean closed; // guarded by this

    private ServiceSocket(Kernel kernel, String name, int socket) {
        this.kernel = kernel;
        this.name = name;
        this.socket = socket;
    }

    /// @param name as in `$NOTIFY_SOCKET`: a path, or `@` and the rest of an abstract name
    /// @throws IOException if it is no such name; whether anybody listens is not asked
    public static ServiceSocket to(String name) throws IOException {
        return to(new SystemCalls(), name);
    }

    static ServiceSocket to(Kernel kernel, String name) throws IOException {
        boolean known = name.startsWith("/") || name.startsWith("@");
        if (!known || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
            throw new IOException("NOTIFY_SOCKET must be a path or @ and a name, of at most %d bytes, but was \"%s\""
                    .formatted(LONGEST_NAME, name));
        }
        int socket = kernel.datagramSocket();
        if (socket < 0) {
            throw new KernelFailure("cannot make a datagram socket", -socket, "");
        }
        return new ServiceSocket(kernel, name, socket);
    }

    /// Says it, in one datagram.
    ///
    /// @param lines such as `READY=1`; a line within a value would be another one and becomes a space
    /// @throws IOException if nobody listens; the next may be heard
    public synchronized void say(String... lines) throws IOException {
        if (closed) {
            throw new IOException("the socket to %s is closed".formatted(name));
        }
        var text = new StringBuilder();
        for (var line : lines) {
            text.append(line.replace('\n', ' ')).append('\n');
        }
        try (var arena = Arena.ofConfined()) {
            var bytes = arena.allocateFrom(JAVA_BYTE, text.toString().getBytes(StandardCharsets.UTF_8));
            int sent = kernel.sendTo(socket, bytes, address(arena));
            if (sent < 0) {
                throw new KernelFailure("cannot tell " + name, -sent, "");
            }
        }
    }

    /// A `sockaddr_un`. An abstract name begins with a zero byte and ends where the address does.
    private MemorySegment address(Arena arena) {
        var bytes = name.getBytes(StandardCharsets.UTF_8);
        boolean isAbstract = bytes[0] == '@';
        var address = arena.allocate(NAME_AT + bytes.length + (isAbstract ? 0L : 1L), Short.BYTES);
        address.set(JAVA_SHORT, 0, UNIX);
        MemorySegment.copy(bytes, 0, address, JAVA_BYTE, NAME_AT, bytes.length);
        if (isAbstract) {
            address.set(JAVA_BYTE, NAME_AT, (byte) 0);
        }
        return address;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            int ignored = kernel.close(socket);
        }
    }
}
