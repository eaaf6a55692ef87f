package io.pinstream.hub.socket;

import io.pinstream.hub.command.Commands;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.live.Token;
import io.pinstream.hub.socket.Doorkeeper.Entry;
import io.pinstream.hub.socket.Doorkeeper.Refusal;
import io.pinstream.time.TimeSource;
import io.socket.socketio.server.SocketIoSocket;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.json.JSONObject;

/// Committed events over Socket.IO v4 (Engine.IO protocol 4, Socket.IO protocol 5) at `/socket.io/`, by polling,
/// by WebSocket, and from the one to the other.
///
/// | a client sends | and gets as acknowledgement |
/// |---|---|
/// | CONNECT with `auth: {token}` | nothing, or CONNECT_ERROR with problem details as its `data` |
/// | `subscribe` with what it wants to see ([Ask]) | `{subscription, token}` |
/// | `command` with what a device is to do ([Order]) | the device's reply, `{outcome: 'done', percent, …}` |
/// | `unsubscribe` with the number of a subscription | `{subscription, token}`, behind its last event |
///
/// What cannot be done is acknowledged with `{error: {status, title, detail}}` (RFC 9457).
///
/// | a client gets | with |
/// |---|---|
/// | `event` | a CloudEvent, `{subscription, token}` |
/// | `position` | `{}`: at the start, and where only events passed that the filter leaves out |
/// | `gap` | `{from, until, records}`: the position has left the retention |
/// | `dropped` | `{events}`: the client is too slow |
/// | `end` | `{why}`: `slow` and `stopped` to be resumed with `{from: token}`, `unavailable` later |
///
/// The token is the position behind an event, the same text as SSE's `Last-Event-ID` and `?from=`.
///
/// A client that gives its subscription with `auth: {token, subscribe: {…}}` need not do anything to come back
/// without gap and duplicate, here, after a restart or at another hub: its events have the token once more as
/// their last argument, which the client's library keeps and gives back (connection state recovery). Nothing is
/// kept here.
public final class SocketIo implements AutoCloseable {
    private static final Pattern RECOVERY = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    private final EngineServer engine;
    private final EngineServer.Config config;
    private final Client.Services services;

    public SocketIo(LiveFeed feed, Commands commands, Doorkeeper door, TimeSource time) {
        this(EngineServer.Config.DEFAULT, new Client.Services(feed, commands, door, time));
    }

    SocketIo(EngineServer.Config config, Client.Services services) {
        this.config = config;
        this.services = services;
        this.engine = new EngineServer(config, services.door());
        new SocketServer(engine, this::judge).serve("/", this::connected);
    }

    /// Puts it on the web engine.
    public void mount(ServletContextHandler context) {
        engine.mount(context);
    }

    /// What a client says when it connects.
    ///
    /// @param recovery its name of the time before, if it comes back
    private record Hello(Optional<String> token, Optional<Ask> ask, Optional<String> recovery) {}

    private Hello hello(SocketIoSocket socket) {
        var said = socket.getConnectData() instanceof JSONObject payload ? payload : new JSONObject();
        var before = text(said, "pid").filter(name -> RECOVERY.matcher(name).matches());
        if (said.isNull("subscribe")) {
            return new Hello(text(said, "token"), Optional.empty(), Optional.empty());
        }
        var ask = Ask.parse(said.get("subscribe"), services.time().instant());
        var offset = text(said, "offset");
        if (before.isPresent() && offset.isPresent()) {
            return new Hello(text(said, "token"), Optional.of(ask.from(Token.parse(offset.get()))), before);
        }
        return new Hello(text(said, "token"), Optional.of(ask), Optional.empty());
    }

    private static Optional<String> text(JSONObject said, String name) {
        if (said.isNull(name)) {
            return Optional.empty();
        }
        if (said.get(name) instanceof String text) {
            return Optional.of(text);
        }
        throw new IllegalArgumentException(
                "%s must be a text, but was %s".formatted(name, Problem.shown(said.get(name))));
    }

    private Optional<Refusal> judge(SocketIoSocket socket, Connection connection) {
        try {
            var hello = hello(socket);
            switch (services.door().enter(connection.visitor(), hello.token())) {
                case Entry.Refused(var why) -> {
                    return Optional.of(why);
                }
                case Entry.Welcome who -> connection.welcome(who);
            }
            if (hello.ask().isPresent()) {
                connection.recovery(hello.recovery().orElseGet(SocketIo::newName));
            }
            return Optional.empty();
        } catch (IllegalArgumentException wrong) {
            return Optional.of(Problem.badRequest(String.valueOf(wrong.getMessage())));
        }
    }

    private static String newName() {
        return UUID.randomUUID().toString();
    }

    private void connected(SocketIoSocket socket, Connection connection) {
        var client = new Client(socket, connection, connection.welcome(), services, config.subscriptions());
        socket.registerAllEventListener(client::heard);
        socket.on("disconnect", _ -> client.gone());
        hello(socket).ask().ifPresent(client::watch);
        if (!socket.isConnected()) { // it has left before anybody listened
            client.gone();
        }
    }

    int clients() {
        return engine.clients();
    }

    /// Ends every connection; clients come back, here or at another hub.
    @Override
    public void close() {
        engine.close();
    }
}
