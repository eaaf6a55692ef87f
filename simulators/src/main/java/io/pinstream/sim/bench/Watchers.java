package io.pinstream.sim.bench;

import io.pinstream.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/// Clients of the hub's event stream, each on a virtual thread with a connection of its own. They write down when
/// each event came.
final class Watchers implements AutoCloseable {
    private static final String ID = "\"id\":\"";

    private final int port;
    private final TimeSource time;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final Map<String, Long> seen = new ConcurrentHashMap<>();
    private final LongAdder twice = new LongAdder();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger begun = new AtomicInteger();

    Watchers(int port, TimeSource time) {
        this.port = port;
        this.time = time;
    }

    /// Begins to watch one device.
    void watch(String device) throws IOException {
        var socket = ask("/api/v1/stream?device=" + device);
        asked.incrementAndGet();
        Thread.ofVirtual().start(() -> read(socket));
    }

    /// Begins to watch everything, and never reads a byte of it.
    void stick() throws IOException {
        var ignored = ask("/api/v1/stream");
    }

    private Socket ask(String path) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        sockets.add(socket);
        socket.getOutputStream()
                .write("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
                        .formatted(path)
                        .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private void read(Socket socket) {
        try (var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
            boolean first = true;
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                if (first && line.startsWith("event: position")) {
                    first = false;
                    begun.incrementAndGet();
                }
                int at = line.startsWith("data: ") ? line.indexOf(ID) : -1;
                if (at >= 0) {
                    int from = at + ID.length();
                    if (seen.putIfAbsent(line.substring(from, line.indexOf('"', from)), time.nanos()) != null) {
                        twice.increment();
                    }
                }
            }
        } catch (IOException ended) {
            // The connection was closed: what is missing then is counted by whoever asked.
        }
    }

    /// Waits until every stream has begun.
    void awaitAll(Duration atMost) throws IOException, InterruptedException {
        await(atMost, () -> begun.get() == asked.get());
        if (begun.get() < asked.get()) {
            throw new IOException("only %d of %d streams have begun".formatted(begun.get(), asked.get()));
        }
    }

    void awaitEvents(long howMany, Duration atMost) throws InterruptedException {
        await(atMost, () -> seen.size() >= howMany);
    }

    private void await(Duration atMost, BooleanSupplier condition) throws InterruptedException {
        long end = time.nanos() + atMost.toNanos();
        while (!condition.getAsBoolean() && time.nanos() < end) {
            Thread.sleep(Duration.ofMillis(10));
        }
    }

    long events() {
        return seen.size();
    }

    long twice() {
        return twice.sum();
    }

    /// How much later than a plain consumer they got each event, in nanoseconds, sorted; less than zero where
    /// they were first.
    long[] laterThan(TopicWatch reference) {
        return seen.entrySet().stream()
                .filter(one -> reference.when(one.getKey()).isPresent())
                .mapToLong(one -> one.getValue() - reference.when(one.getKey()).getAsLong())
                .sorted()
                .toArray();
    }

    @Override
    public void close() throws IOException {
        for (var socket : sockets) {
            socket.close();
        }
    }
}
