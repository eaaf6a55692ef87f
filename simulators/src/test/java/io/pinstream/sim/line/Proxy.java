package io.pinstream.sim.line;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/// A TCP proxy on loopback that passes bytes on until it is told to cut.
final class Proxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();
    private final int target;

    Proxy(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// How many connections were made through it.
    int accepted() {
        return accepted.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var one = server.accept();
                accepted.incrementAndGet();
                var other = new Socket(InetAddress.getLoopbackAddress(), target);
                sockets.addAll(List.of(one, other));
                Thread.ofVirtual().start(() -> pass(one, other));
                Thread.ofVirtual().start(() -> pass(other, one));
            } catch (IOException closed) {
                // by close, or the broker is away: the next one
            }
        }
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // that is what it is for
        }
    }

    void cut() throws IOException {
        for (var socket : sockets) {
            if (!socket.isClosed()) { // by the other side, a moment ago
                socket.setSoLinger(true, 0);
            }
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
