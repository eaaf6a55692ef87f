package io.pinstream.hub.socket;

import io.socket.engineio.server.EngineIoWebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/// One WebSocket, between Jetty and the library. Writing never waits for the client, because the library writes
/// under its locks: what the client has not taken is counted, and one that has too much is cut off.
///
/// Public because Jetty looks for its methods.
public final class EngineWebSocket extends EngineIoWebSocket implements Session.Listener.AutoDemanding {
    private final Map<String, String> query;
    private final Consumer<EngineWebSocket> opened;
    private final int packetBytes;
    private final AtomicLong pending = new AtomicLong();
    private volatile @Nullable Session session;
    private volatile Runnable taken = () -> {};
    private boolean greeted; // the library's first write is the handshake

    /// @param opened what to do as soon as it is open
    EngineWebSocket(Map<String, String> query, int packetBytes, Consumer<EngineWebSocket> opened) {
        this.query = Map.copyOf(query);
        this.packetBytes = packetBytes;
        this.opened = opened;
        this.greeted = query.containsKey("sid");
    }

    /// How many bytes the client has not taken yet.
    long pending() {
        return pending.get();
    }

    /// Tells when the client has taken something.
    void onTaken(Runnable told) {
        taken = told;
    }

    @Override
    public void onWebSocketOpen(Session open) {
        session = open;
        opened.accept(this);
    }

    @Override
    public void onWebSocketText(String text) {
        if (EnginePackets.fit(text) && !text.startsWith(EnginePackets.CLOSE)) { // which the library does not hear
            receive(text);
        } else {
            close();
        }
    }

    @Override
    public void onWebSocketBinary(ByteBuffer bytes, Callback done) {
        var copy = new byte[bytes.remaining()];
        bytes.get(copy);
        done.succeed();
        receive(copy);
    }

    private void receive(Object message) {
        try {
            emit("message", message);
        } catch (RuntimeException | StackOverflowError broken) { // the library's way to say that it is no packet
            close();
        }
    }

    @Override
    public void onWebSocketClose(int code, String reason, Callback done) {
        emit("close");
        done.succeed();
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        emit("error", "websocket", String.valueOf(cause.getMessage()));
    }

    @Override
    public Map<String, String> getQuery() {
        return query;
    }

    @Override
    public Map<String, List<String>> getConnectionHeaders() {
        return Map.of();
    }

    @Override
    public void write(String message) {
        var text = greeted ? message : Handshake.complete(message, packetBytes);
        greeted = true;
        var to = session;
        if (to != null && mayWrite(text.length())) {
            to.sendText(text, counted(text.getBytes(StandardCharsets.UTF_8).length));
        }
    }

    @Override
    public void write(byte[] message) {
        var to = session;
        if (to != null && mayWrite(message.length)) {
            to.sendBinary(ByteBuffer.wrap(message), counted(message.length));
        }
    }

    private boolean mayWrite(int bytes) {
        if (pending.get() + bytes <= Connection.MOST) {
            return true;
        }
        var to = session;
        if (to != null) {
            to.disconnect();
        }
        return false;
    }

    private Callback counted(int bytes) {
        pending.addAndGet(bytes);
        return Callback.from(() -> took(bytes), _ -> took(bytes));
    }

    private void took(int bytes) {
        pending.addAndGet(-bytes);
        taken.run();
    }

    @Override
    public void close() {
        var to = session;
        if (to != null) {
            to.close();
        }
    }
}
