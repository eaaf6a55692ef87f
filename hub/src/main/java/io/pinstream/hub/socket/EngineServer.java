package io.pinstream.hub.socket;

import io.pinstream.hub.socket.Doorkeeper.Visitor;
import io.socket.engineio.server.EngineIoServer;
import io.socket.engineio.server.EngineIoServerOptions;
import io.socket.engineio.server.EngineIoSocket;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.ee10.websocket.server.config.JettyWebSocketServletContainerInitializer;
import org.jspecify.annotations.Nullable;

/// The library's Engine.IO, with what it lacks: bounds, and a judgement of each request.
final class EngineServer implements AutoCloseable {
    /// @param clients how many there may be at once
    /// @param subscriptions how many one client may have
    /// @param packetBytes the longest that a client may send at once
    /// @param pingInterval how often a client is asked whether it lives
    /// @param pingTimeout how long it may take to answer
    /// @param connectTimeout when somebody who has not connected to a namespace has to leave
    record Config(
            int clients,
            int subscriptions,
            int packetBytes,
            Duration pingInterval,
            Duration pingTimeout,
            Duration connectTimeout) {
        static final Config DEFAULT =
                new Config(256, 16, 100_000, Duration.ofSeconds(25), Duration.ofSeconds(20), Duration.ofSeconds(10));
    }

    /// Who comes through which door, while the library is being called: it tells of a connection on that thread.
    private record Arrival(Visitor visitor, @Nullable EngineWebSocket web) {}

    private static final ScopedValue<Arrival> ARRIVAL = ScopedValue.newInstance();

    private final Config config;
    private final EngineServlet servlet;
    private final Timer timer = new Timer();
    private final EngineIoServer engine;
    private final Map<String, Connection> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    EngineServer(Config config, Doorkeeper door) {
        this.config = config;
        var options = EngineIoServerOptions.newFromDefault()
                .setCorsHandlingDisabled(true)
                .setPingInterval(config.pingInterval().toMillis())
                .setPingTimeout(config.pingTimeout().toMillis());
        options.setScheduledExecutorService(timer);
        this.engine = new EngineIoServer(options);
        engine.on("connection", came -> arrived((EngineIoSocket) came[0])); // before Socket.IO's
        this.servlet = new EngineServlet(this, door, config);
        sweepLater();
    }

    /// The library's.
    EngineIoServer engine() {
        return engine;
    }

    Config config() {
        return config;
    }

    /// Puts it on a web server.
    void mount(ServletContextHandler context) {
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true); // a poll waits
        context.addServlet(holder, "/socket.io/*");
        JettyWebSocketServletContainerInitializer.configure(context, null);
    }

    boolean isFull() {
        return closed || connections.size() >= config.clients();
    }

    int clients() {
        return connections.size();
    }

    Optional<Connection> connection(String id) {
        return Optional.ofNullable(connections.get(id));
    }

    void handle(HttpServletRequest request, HttpServletResponse response, Visitor visitor) throws IOException {
        ScopedValue.where(ARRIVAL, new Arrival(visitor, null)).<@Nullable Void, IOException>call(() -> {
            engine.handleRequest(request, response);
            return null;
        });
    }

    void handle(EngineWebSocket socket, Visitor visitor) {
        var before = Optional.ofNullable(socket.getQuery().get("sid")).flatMap(this::connection);
        ScopedValue.where(ARRIVAL, new Arrival(visitor, socket)).run(() -> engine.handleWebSocket(socket));
        before.ifPresent(connection -> connection.upgrade(socket));
    }

    private void sweepLater() {
        if (!closed) {
            var _ = timer.schedule(
                    () -> {
                        connections.values().forEach(Connection::sweep);
                        sweepLater();
                    },
                    1,
                    TimeUnit.SECONDS);
        }
    }

    private void arrived(EngineIoSocket socket) {
        var arrival = ARRIVAL.get();
        var connection = new Connection(socket, arrival.visitor(), arrival.web());
        if (arrival.web() != null) {
            arrival.web().onTaken(connection::taken);
        }
        connections.put(connection.id(), connection);
        socket.on("close", (_, _) -> connections.remove(connection.id()));
        if (isFull() && connections.size() > config.clients()) { // several came at once
            connection.close();
        }
    }

    /// Ends every connection such that clients come back.
    @Override
    public void close() {
        closed = true;
        connections.values().forEach(Connection::close);
        timer.shutdownNow();
        engine.shutdown();
    }

    /// The library's clock. Its tasks take its locks, which somebody who writes to a slow client holds: so each
    /// runs on a thread of its own, and what is cancelled goes at once.
    private static final class Timer extends ScheduledThreadPoolExecutor {
        Timer() {
            super(1, Thread.ofPlatform().name("socket-timer").daemon().factory());
            setRemoveOnCancelPolicy(true);
        }

        @Override
        public ScheduledFuture<?> schedule(Runnable task, long delay, TimeUnit unit) {
            return super.schedule(
                    () -> {
                        Thread.ofVirtual().name("socket-ping").start(task);
                    },
                    delay,
                    unit);
        }
    }
}
