package io.pinstream.hub.outlet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/// Passes bytes on between an outlet and its server, until it is told to cut: at once, or in the middle of what is
/// said, in a direction.
final class Relay implements AutoCloseable {
    /// Which way bytes go.
    enum Way {
        TO_SERVER,
        TO_OUTLET
    }

    /// A cut to come, when that many more bytes have gone that way.
    private static final class Fuse {
        private final Way way;
        private final CountDownLatch blown = new CountDownLatch(1);
        private long left;

        Fuse(Way way, long left) {
            this.way = way;
            this.left = left;
        }
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final int target;
    private Fuse fuse = new Fuse(Way.TO_SERVER, Long.MAX_VALUE);
    private int refusals;

    Relay(int target) throws IOException {
        this.target = target;
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var outlet = server.accept();
                if (isRefused()) {
                    outlet.close();
                    continue;
                }
                connect(outlet);
            } catch (IOException closed) {
                // The next one, if there is one.
            }
        }
    }

    private void connect(Socket outlet) throws IOException {
        try {
            var peer = new Socket(InetAddress.getLoopbackAddress(), target);
            sockets.add(outlet);
            sockets.add(peer);
            Thread.ofVirtual().start(() -> pass(outlet, peer, Way.TO_SERVER));
            Thread.ofVirtual().start(() -> pass(peer, outlet, Way.TO_OUTLET));
        } catch (IOException away) {
            outlet.close();
        }
    }

    private void pass(Socket from, Socket to, Way way) {
        var bytes = new byte[16 << 10];
        try (from;
                to) {
            for (int read = from.getInputStream().read(bytes);
                    read >= 0;
                    read = from.getInputStream().read(bytes)) {
                int allowed = allowed(way, read);
                to.getOutputStream().write(bytes, 0, allowed);
                if (allowed < read) {
                    to.getOutputStream().flush();
                    cut();
                    return;
                }
            }
        } catch (IOException cut) {
            // That is what it is for.
        } finally {
            sockets.remove(from);
            sockets.remove(to);
        }
    }

    private synchronized int allowed(Way way, int bytes) {
        if (fuse.way != way || fuse.blown.getCount() == 0) {
            return bytes;
        }
        int allowed = (int) Math.min(fuse.left, bytes);
        fuse.left -= allowed;
        return allowed;
    }

    private synchronized boolean isRefused() {
        return refusals-- > 0;
    }

    /// Takes this many of the next connections only to end them.
    synchronized void refuse(int connections) {
        refusals = connections;
    }

    /// Cuts in the middle of what is said.
    ///
    /// @return when it has happened
    synchronized CountDownLatch cutAfter(Way way, long bytes) {
        fuse = new Fuse(way, bytes);
        return fuse.blown;
    }

    /// Cuts every connection. Ended in order, not reset: what has been passed on still arrives.
    void cut() {
        synchronized (this) {
            fuse.blown.countDown();
        }
        for (var socket : sockets) {
            try {
                socket.close();
            } catch (IOException gone) {
                // It is closed.
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
