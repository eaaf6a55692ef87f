package io.pinstream.hub.socket;

import io.pinstream.hub.socket.Doorkeeper.Refusal;
import io.pinstream.hub.socket.Doorkeeper.Visitor;
import io.socket.engineio.server.utils.ParseQS;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServlet;
import org.eclipse.jetty.ee10.websocket.server.JettyWebSocketServletFactory;
import org.json.JSONObject;

/// Engine.IO v4 over HTTP: judges each request before the library sees it. It has to be a servlet of its own:
/// called out of one of the framework's handlers, a poll that waits would find its request used for another.
final class EngineServlet extends JettyWebSocketServlet {
    private static final long serialVersionUID = 1;

    private final transient EngineServer server;
    private final transient Doorkeeper door;
    private final transient EngineServer.Config config;

    EngineServlet(EngineServer server, Doorkeeper door, EngineServer.Config config) {
        this.server = server;
        this.door = door;
        this.config = config;
    }

    @Override
    protected void configure(JettyWebSocketServletFactory factory) {
        factory.setMaxTextMessageSize(config.packetBytes());
        factory.setMaxBinaryMessageSize(config.packetBytes());
        factory.setIdleTimeout(config.pingInterval().plus(config.pingTimeout()).multipliedBy(2));
        factory.setCreator((request, response) -> {
            // No permessage-deflate, as in socket.io's own server: it takes 300 KiB a client, and what a client has
            // not taken could no longer be bounded, since megabytes of events would wait as kilobytes.
            response.setExtensions(List.of());
            var asked = request.getHttpServletRequest();
            var visitor = visitor(asked);
            return new EngineWebSocket(query(asked), config.packetBytes(), socket -> server.handle(socket, visitor));
        });
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException {
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
        var visitor = visitor(request);
        var query = query(request);
        var refusal = door.knock(visitor);
        if (refusal.isPresent()) {
            refuse(response, refusal.get());
            return;
        }
        var wrong = wrong(request, query);
        if (wrong.isPresent()) {
            error(response, wrong.get());
            return;
        }
        if (!query.containsKey("sid") && server.isFull()) {
            response.setHeader("Retry-After", "10");
            refuse(
                    response,
                    Problem.unavailable(
                            "there are %d Socket.IO clients already, which is the limit".formatted(config.clients())));
            return;
        }
        if (isUpgrade(request)) {
            super.service(request, response);
        } else {
            poll(request, response, visitor, Optional.ofNullable(query.get("sid")));
        }
    }

    private void poll(
            HttpServletRequest request, HttpServletResponse response, Visitor visitor, Optional<String> session)
            throws IOException {
        var connection = session.flatMap(server::connection);
        var asked = request;
        if (request.getMethod().equals("POST")) {
            var body = WholeBody.of(request, config.packetBytes());
            if (body.isEmpty()) {
                response.setHeader("Connection", "close");
                refuse(
                        response,
                        new Refusal(
                                413,
                                "That is too much at once",
                                "a payload may have at most %d bytes".formatted(config.packetBytes())));
                return;
            }
            if (!EnginePackets.fit(body.get().text())) {
                end(connection, response);
                return;
            }
            asked = body.get();
        }
        try {
            server.handle(
                    asked, session.isPresent() ? response : new Handshake(response, config.packetBytes()), visitor);
        } catch (RuntimeException | StackOverflowError broken) { // the library's way to say that it is no packet
            end(connection, response);
        }
    }

    private static void end(Optional<Connection> connection, HttpServletResponse response) throws IOException {
        connection.ifPresent(Connection::close);
        if (!response.isCommitted()) {
            response.reset();
            error(response, Wrong.BAD_REQUEST);
        }
    }

    /// What the Engine.IO protocol calls it.
    private enum Wrong {
        UNKNOWN_TRANSPORT(0, "Transport unknown"),
        BAD_HANDSHAKE_METHOD(2, "Bad handshake method"),
        BAD_REQUEST(3, "Bad request"),
        UNSUPPORTED_PROTOCOL(5, "Unsupported protocol version");

        private final int code;
        private final String message;

        Wrong(int code, String message) {
            this.code = code;
            this.message = message;
        }
    }

    /// The library takes a missing version for the one before, and has JSONP, which would let any page read.
    private static Optional<Wrong> wrong(HttpServletRequest request, Map<String, String> query) {
        if (!"4".equals(query.get("EIO"))) {
            return Optional.of(Wrong.UNSUPPORTED_PROTOCOL);
        }
        var transport = query.getOrDefault("transport", "");
        if (!transport.equals("polling") && !transport.equals("websocket")) {
            return Optional.of(Wrong.UNKNOWN_TRANSPORT);
        }
        if (query.containsKey("j") || transport.equals("websocket") != isUpgrade(request)) {
            return Optional.of(Wrong.BAD_REQUEST);
        }
        var method = request.getMethod();
        boolean fits = method.equals("GET") || method.equals("POST") && query.containsKey("sid");
        return fits ? Optional.empty() : Optional.of(Wrong.BAD_HANDSHAKE_METHOD);
    }

    private static boolean isUpgrade(HttpServletRequest request) {
        return "websocket".equalsIgnoreCase(request.getHeader("Upgrade"));
    }

    private static Map<String, String> query(HttpServletRequest request) {
        var text = request.getQueryString();
        return text == null ? Map.of() : ParseQS.decode(text);
    }

    private static Visitor visitor(HttpServletRequest request) {
        var headers = new HashMap<String, String>();
        for (var name : Collections.list(request.getHeaderNames())) {
            headers.put(name.toLowerCase(Locale.ROOT), String.join(", ", Collections.list(request.getHeaders(name))));
        }
        return new Visitor(request.getRemoteAddr(), headers);
    }

    private static void error(HttpServletResponse response, Wrong wrong) throws IOException {
        var error = new JSONObject().put("code", wrong.code).put("message", wrong.message);
        write(response, 400, "application/json", error);
    }

    private static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        write(response, refusal.status(), "application/problem+json", Problem.json(refusal));
    }

    private static void write(HttpServletResponse response, int status, String type, JSONObject body)
            throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.getOutputStream().write(body.toString().getBytes(StandardCharsets.UTF_8));
    }
}
