package io.pinstream.sim.device;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The network between a simulated board and its broker: passes bytes on until it goes down, which cuts every
/// connection and lets no new one through. Works with any broker behind it. Safe for use by many threads.
public final class Network implements Uplink, AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);

    private final ServerSocket server;
    private final InetSocketAddress broker;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private boolean up = true;

    private Network(ServerSocket server, InetSocketAddress broker) {
        this.server = server;
        this.broker = broker;
    }

    /// Listens on a free port of loopback.
    public static Network to(String host, int port) throws IOException {
        var network = new Network(
                new ServerSocket(0, 8, InetAddress.getLoopbackAddress()),
                InetSocketAddress.createUnresolved(host, port));
        Thread.ofPlatform().daemon().name("network").start(network::accept);
        return network;
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var board = server.accept();
                Thread.ofVirtual().start(() -> serve(board));
            } catch (IOException closed) {
                // by close; anything else is as bad as a lost connection
            }
        }
    }

    private void serve(Socket board) {
        var other = new Socket();
        if (!enter(board, other)) {
            cut(board);
            return;
        }
        try {
            // Resolved anew each time, as a client without a proxy does.
            other.connect(new InetSocketAddress(broker.getHostString(), broker.getPort()), (int) CONNECT.toMillis());
            Thread.ofVirtual().start(() -> pass(other, board));
            pass(board, other);
        } catch (IOException away) {
            cut(board);
        } finally {
            leave(board, other);
        }
    }

    private synchronized boolean enter(Socket board, Socket other) {
        if (up) {
            sockets.add(board);
            sockets.add(other);
        }
        return up;
    }

    private void leave(Socket board, Socket other) {
        sockets.remove(board);
        sockets.remove(other);
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            var ignored = from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // that is what it is for
        }
    }

    /// Reset, so that nobody waits for what does not come.
    private static void cut(Socket socket) {
        try (socket) {
            if (!socket.isClosed()) {
                socket.setSoLinger(true, 0);
            }
        } catch (IOException gone) {
            // by the other side, a moment ago
        }
    }

    @Override
    public synchronized void down() {
        up = false;
        sockets.forEach(Network::cut);
        sockets.clear();
    }

    @Override
    public synchronized void up() {
        up = true;
    }

    @Override
    public synchronized boolean isUp() {
        return up;
    }

    @Override
    public void close() throws IOException {
        server.close();
        down();
    }
}
