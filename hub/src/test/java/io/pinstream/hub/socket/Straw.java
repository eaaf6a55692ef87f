package io.pinstream.hub.socket;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;

/// A way to a server for one connection, which holds little and can be pinched: what the server then sends stays
/// with the server. A client that stops reading is not enough, since its kernel goes on reading for it: up to
/// 6 MiB as Linux comes, and more where somebody has set it so.
final class Straw implements AutoCloseable {
    private static final int BYTES = 16 << 10;

    private final ServerSocket front = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Socket back = new Socket();
    private final Semaphore open = new Semaphore(1);

    Straw(int target) throws IOException {
        back.setReceiveBufferSize(BYTES); // before it connects, so that the window never grows
        back.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
        Thread.ofVirtual().start(this::pass);
    }

    int port() {
        return front.getLocalPort();
    }

    /// Nothing goes to the client from now on.
    void pinch() throws InterruptedException {
        open.acquire();
    }

    void release() {
        open.release();
    }

    private void pass() {
        try (var client = front.accept()) {
            Thread.ofVirtual().start(() -> send(client));
            var bytes = new byte[BYTES];
            int count = back.getInputStream().read(bytes);
            while (count > 0) {
                open.acquire();
                client.getOutputStream().write(bytes, 0, count);
                open.release();
                count = back.getInputStream().read(bytes);
            }
        } catch (IOException | InterruptedException over) {
            // one of the two has gone
        }
    }

    private void send(Socket client) {
        try {
            client.getInputStream().transferTo(back.getOutputStream());
        } catch (IOException over) {
            // one of the two has gone
        }
    }

    @Override
    public void close() throws IOException {
        back.close();
        front.close();
    }
}
