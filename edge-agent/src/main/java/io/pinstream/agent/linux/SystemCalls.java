package io.pinstream.agent.linux;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// This machine's kernel, by the functions of its C library. Every call out of Java is here.
///
/// For 64-bit Linux: `long` and pointers have 8 bytes. Needs `--enable-native-access`, else Java warns.
final class SystemCalls implements Kernel {
    private static final int READ_WRITE_NOT_INHERITED = 0x2 | 0x8_0000; // O_RDWR | O_CLOEXEC
    private static final int TERMINAL = READ_WRITE_NOT_INHERITED | 0x100 | 0x800; // O_NOCTTY | O_NONBLOCK
    private static final int NOT_BLOCKING_NOT_INHERITED = 0x800 | 0x8_0000; // EFD_NONBLOCK | EFD_CLOEXEC

    private static final int UNIX = 1; // AF_UNIX
    private static final int DATAGRAM_NOT_INHERITED = 2 | 0x8_0000; // SOCK_DGRAM | SOCK_CLOEXEC
    private static final int NO_SIGNAL = 0x4000; // MSG_NOSIGNAL

    private static final int TIMEX_SIZE = 208; // sys/timex.h with a `long` of 8 bytes

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    // Variadic in C: without saying so, the arguments would go astray on some processors.
    private static final MethodHandle OPEN = variadic("open", ADDRESS, JAVA_INT);
    private static final MethodHandle IOCTL_VALUE = variadic("ioctl", JAVA_INT, JAVA_LONG, JAVA_LONG);
    private static final MethodHandle IOCTL_POINTER = variadic("ioctl", JAVA_INT, JAVA_LONG, ADDRESS);
    private static final MethodHandle CLOSE = function(FunctionDescriptor.of(JAVA_INT, JAVA_INT), "close");
    private static final MethodHandle READ =
            function(FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), "read");
    private static final MethodHandle WRITE =
            function(FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), "write");
    private static final MethodHandle POLL =
            function(FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), "poll");
    private static final MethodHandle EVENTFD =
            function(FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), "eventfd");

    private static final MethodHandle SOCKET =
            function(FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT), "socket");
    private static final MethodHandle SENDTO = function(
            FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT), "sendto");

    private static final MethodHandle ADJTIMEX = function(FunctionDescriptor.of(JAVA_INT, ADDRESS), "adjtimex");

    /// A call that leaves its reason in `errno`.
    private interface Call {
        long with(MemorySegment capture) throws Throwable;
    }

    @Override
    public int open(String path) {
        return open(path, READ_WRITE_NOT_INHERITED);
    }

    @Override
    public int openTerminal(String path) {
        return open(path, TERMINAL);
    }

    private static int open(String path, int flags) {
        try (var arena = Arena.ofConfined()) {
            var name = arena.allocateFrom(path);
            return made(capture -> (int) OPEN.invokeExact(capture, name, flags));
        }
    }

    @Override
    public int close(int file) {
        return made(capture -> (int) CLOSE.invokeExact(capture, file));
    }

    @Override
    public int ioctl(int file, long request, long value) {
        return made(capture -> (int) IOCTL_VALUE.invokeExact(capture, file, request, value));
    }

    @Override
    public int ioctl(int file, long request, MemorySegment argument) {
        return made(capture -> (int) IOCTL_POINTER.invokeExact(capture, file, request, argument));
    }

    @Override
    public int read(int file, MemorySegment buffer) {
        return repeated(capture -> (long) READ.invokeExact(capture, file, buffer, buffer.byteSize()));
    }

    @Override
    public int write(int file, MemorySegment bytes) {
        return repeated(capture -> (long) WRITE.invokeExact(capture, file, bytes, bytes.byteSize()));
    }

    @Override
    public int poll(MemorySegment fds, int count, int timeoutMillis) {
        int ready = made(capture -> (int) POLL.invokeExact(capture, fds, (long) count, timeoutMillis));
        return ready == -Errno.EINTR.number ? 0 : ready;
    }

    @Override
    public int eventfd() {
        return made(capture -> (int) EVENTFD.invokeExact(capture, 0, NOT_BLOCKING_NOT_INHERITED));
    }

    @Override
    public int clockState() {
        try (var arena = Arena.ofConfined()) {
            var timex = arena.allocate(TIMEX_SIZE, Long.BYTES); // all zero: nothing is to be set
            return made(capture -> (int) ADJTIMEX.invokeExact(capture, timex));
        }
    }

    @Override
    public int datagramSocket() {
        return made(capture -> (int) SOCKET.invokeExact(capture, UNIX, DATAGRAM_NOT_INHERITED, 0));
    }

    @Override
    public int sendTo(int socket, MemorySegment bytes, MemorySegment address) {
        return repeated(capture -> (long) SENDTO.invokeExact(
                capture, socket, bytes, bytes.byteSize(), NO_SIGNAL, address, (int) address.byteSize()));
    }

    private static int repeated(Call call) {
        int answer;
        do {
            answer = made(call);
        } while (answer == -Errno.EINTR.number);
        return answer;
    }

    private static int made(Call call) {
        try (var arena = Arena.ofConfined()) {
            var capture = arena.allocate(CAPTURE);
            long answer = call.with(capture);
            return answer < 0 ? -(int) ERRNO.get(capture, 0L) : Math.toIntExact(answer);
        } catch (RuntimeException | Error broken) {
            throw broken;
        } catch (Throwable impossible) {
            throw new IllegalStateException("a C function throws nothing; this is a bug in the agent", impossible);
        }
    }

    private static MethodHandle variadic(String name, MemoryLayout... arguments) {
        return function(FunctionDescriptor.of(JAVA_INT, arguments), name, Linker.Option.firstVariadicArg(2));
    }

    @SuppressWarnings("restricted") // out of Java there is no other way, and no other place
    private static MethodHandle function(FunctionDescriptor signature, String name, Linker.Option... options) {
        var linker = Linker.nativeLinker();
        var all = new Linker.Option[options.length + 1];
        all[0] = Linker.Option.captureCallState("errno");
        System.arraycopy(options, 0, all, 1, options.length);
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature, all);
    }
}
