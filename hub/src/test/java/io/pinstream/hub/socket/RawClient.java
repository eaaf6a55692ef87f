package io.pinstream.hub.socket;

import static org.awaitility.Awaitility.await;

import io.javalin.Javalin;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A server on a free port, and a client of it that speaks Engine.IO by hand.
final class RawClient {
    static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String POLLING = "?EIO=4&transport=polling";
    private static final String WEBSOCKET = "?EIO=4&transport=websocket";

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<WebSocket> open = new ArrayList<>();
    private final AutoCloseable sockets;
    private final Javalin server;

    interface Mounts {
        void mount(org.eclipse.jetty.ee10.servlet.ServletContextHandler context);
    }

    RawClient(AutoCloseable sockets, Mounts mounts) {
        this(sockets, mounts, 0);
    }

    RawClient(AutoCloseable sockets, Mounts mounts, int port) {
        this.sockets = sockets;
        this.server = Javalin.create(javalin -> {
                    javalin.startup.showJavalinBanner = false;
                    javalin.concurrency.useVirtualThreads = true;
                    javalin.jetty.modifyServletContextHandler(mounts::mount);
                })
                .start("127.0.0.1", port);
    }

    int port() {
        return server.port();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    private HttpRequest.Builder request(String query) {
        return HttpRequest.newBuilder(URI.create(url() + "/socket.io/" + query)).timeout(LIMIT);
    }

    HttpResponse<String> send(String method, String query, String body) throws Exception {
        var content = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
        return client.send(request(query).method(method, content).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> get(String query) throws Exception {
        return send("GET", query, "");
    }

    HttpResponse<String> get(String query, String header, String value) throws Exception {
        return client.send(request(query).header(header, value).build(), BodyHandlers.ofString());
    }

    // By polling.

    String session() throws Exception {
        return get(POLLING).body().replaceAll(".*\"sid\": ?\"([^\"]*)\".*", "$1");
    }

    HttpResponse<String> poll(String session) throws Exception {
        return get(POLLING + "&sid=" + session);
    }

    CompletableFuture<HttpResponse<String>> polling(String session) {
        return client.sendAsync(request(POLLING + "&sid=" + session).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String session, String body) throws Exception {
        return send("POST", POLLING + "&sid=" + session, body);
    }

    // By WebSocket.

    /// What came, in order: texts, and bytes as a list of numbers.
    static final class Messages implements WebSocket.Listener {
        private final BlockingQueue<Object> came = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile boolean closed;
        private WebSocket socket;

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
            text.append(part);
            if (last) {
                came.add(text.toString());
                text.setLength(0);
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onBinary(WebSocket from, ByteBuffer part, boolean last) {
            while (part.hasRemaining()) {
                bytes.write(part.get());
            }
            if (last) {
                var all = new ArrayList<Integer>();
                for (byte each : bytes.toByteArray()) {
                    all.add((int) each);
                }
                came.add(all);
                bytes.reset();
            }
            from.request(1);
            return null;
        }

        @Override
        public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
            closed = true;
            return null;
        }

        @Override
        public void onError(WebSocket from, Throwable error) {
            closed = true;
        }

        Object next() throws InterruptedException {
            var message = came.poll(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            if (message == null) {
                throw new AssertionError("nothing came");
            }
            return message;
        }

        void send(String message) {
            socket.sendText(message, true).join();
        }

        void send(int... values) {
            var out = new ByteArrayOutputStream();
            for (int value : values) {
                out.write(value);
            }
            socket.sendBinary(ByteBuffer.wrap(out.toByteArray()), true).join();
        }

        void awaitClose() {
            await().atMost(LIMIT).until(() -> closed);
        }
    }

    Messages webSocket(String query) {
        var messages = new Messages();
        var uri = URI.create("ws://127.0.0.1:%d/socket.io/%s".formatted(port(), query));
        messages.socket = client.newWebSocketBuilder().buildAsync(uri, messages).join();
        open.add(messages.socket);
        return messages;
    }

    Messages webSocket() {
        return webSocket(WEBSOCKET);
    }

    Messages upgrading(String session) {
        return webSocket(WEBSOCKET + "&sid=" + session);
    }

    void close() throws Exception {
        open.forEach(WebSocket::abort);
        sockets.close();
        client.shutdownNow();
        server.stop();
    }
}
