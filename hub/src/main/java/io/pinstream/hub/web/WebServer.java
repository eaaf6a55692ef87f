package io.pinstream.hub.web;

import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.pinstream.config.Secret;
import io.pinstream.hub.command.Commands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.socket.SocketIo;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The hub's HTTP server. Each request has a virtual thread.
///
/// | path | shows |
/// |---|---|
/// | `/` | the dashboard, see [Dashboard] |
/// | `/metrics` | the meters, for Prometheus |
/// | `/healthz` | the process lives |
/// | `/readyz` | it can do its work; if not, 503 and why |
/// | `/api/v1/…` | devices and the hub itself, see `openapi.yaml`, which is shown there, too |
/// | `/api/v1/stream` | committed events as they come, see [StreamPage] |
/// | `/socket.io/` | the same and more, for clients of [SocketIo] |
///
/// Errors are problem details (RFC 9457).
public final class WebServer implements AutoCloseable {
    /// Where it listens, and who may ask.
    ///
    /// @param host a loopback address, or any other if whoever asks must be known
    /// @param port 0 for a free one
    /// @param hosts further names that an open hub answers to, for a proxy in front that has a login
    /// @param tls without it, the server speaks plain HTTP
    public record Config(String host, int port, List<String> hosts, AccessConfig access, Optional<WebTls> tls) {
        public static final Config DEFAULT = new Config("127.0.0.1", 8080);

        public Config {
            hosts = hosts.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
            if (access.isOpen() && !isLoopback(host)) {
                throw new IllegalArgumentException(("host must be a loopback address such as 127.0.0.1, but was \"%s\":"
                                + " any other needs web.tokens or web.oidc, so that nobody asks without a login; make a"
                                + " token with pinstream-hub token")
                        .formatted(host));
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, but was " + port);
            }
        }

        /// Open to everybody on this machine.
        public Config(String host, int port) {
            this(host, port, List.of(), Map.of());
        }

        /// Open to who has one of these tokens.
        public Config(String host, int port, List<String> hosts, Map<String, Token> tokens) {
            this(host, port, hosts, AccessConfig.of(tokens), Optional.empty());
        }

        /// The name, if a token may have it.
        public static String requireName(String name) {
            return AccessConfig.requireName(name);
        }

        /// How it is reached.
        public String url(int port) {
            return "%s://%s:%d"
                    .formatted(tls.isPresent() ? "https" : "http", host.contains(":") ? "[" + host + "]" : host, port);
        }

        /// Whether tokens may cross a network in clear text: neither we nor a proxy encrypt.
        public boolean isExposed() {
            return !isLoopback(host) && tls.isEmpty() && access.proxies().isEmpty();
        }

        /// Without asking a name server: a name can change what it means.
        static boolean isLoopback(String host) {
            if (host.equals("localhost")) {
                return true;
            }
            try {
                return InetAddress.ofLiteral(host).isLoopbackAddress();
            } catch (IllegalArgumentException name) {
                return false;
            }
        }
    }

    /// One bearer token that the hub knows.
    public record Token(Role role, TokenHash hash) {
        /// A new one.
        public static Made make(String name, Role role, SecureRandom random) {
            var secret = Access.make(name, random);
            return new Made(new Secret(secret), role, TokenHash.of(secret, random));
        }

        /// @param secret what its owner says; it is kept nowhere
        public record Made(Secret secret, Role role, TokenHash hash) {}
    }

    /// What it shows.
    ///
    /// @param metrics in Prometheus' text format
    public record Sources(
            Supplier<String> metrics,
            Supplier<Readiness> readiness,
            Supplier<Figures.Look> figures,
            LiveFeed live,
            DeviceRegistry devices,
            History history,
            DeadLetters deadLetters,
            Commands commands,
            Outlets outlets,
            TimeSource time,
            HubWatch watch) {}

    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final Javalin server;
    private final SocketIo sockets;

    private WebServer(Javalin server, SocketIo sockets) {
        this.server = server;
        this.sockets = sockets;
    }

    /// Starts it.
    ///
    /// @throws IOException if the port is taken
    public static WebServer open(Config config, Sources sources) throws IOException {
        return open(config, sources, StreamPage.HEARTBEAT);
    }

    static WebServer open(Config config, Sources sources, Duration heartbeat) throws IOException {
        var identity = WebTls.read(config.tls());
        var doorkeeper = new Doorkeeper(config.access(), sources.time(), sources.watch());
        var door = new SocketDoor(config.hosts(), doorkeeper, sources.watch());
        var sockets = new SocketIo(sources.live(), sources.commands(), door, sources.time());
        var server = Javalin.create(javalin -> {
            javalin.startup.showJavalinBanner = false;
            javalin.concurrency.useVirtualThreads = true;
            javalin.http.prefer405over404 = true;
            javalin.http.defaultContentType = "text/plain; charset=utf-8";
            javalin.jetty.modifyServletContextHandler(sockets::mount);
            errors(javalin.routes);
            javalin.requestLogger.http((page, millis) -> answered(page, millis, sources.watch()));
            identity.ifPresent(store -> WebTls.listen(javalin.jetty, config.host(), config.port(), store));
            var sessions = new SessionPages(doorkeeper, sources.watch());
            new Guard(config.hosts(), doorkeeper, sessions, sources.watch()).add(javalin.routes);
            sessions.add(javalin.routes);
            javalin.routes.get(
                    "/metrics",
                    page -> page.contentType(TEXT).result(sources.metrics().get()));
            javalin.routes.get(
                    "/healthz", page -> page.contentType("application/json").result("{\"status\":\"ok\"}\n"));
            javalin.routes.get("/readyz", page -> {
                var ready = sources.readiness().get();
                page.status(ready.isReady() ? 200 : 503)
                        .contentType("application/json")
                        .result(ready.json());
            });
            new HubPages(sources.readiness(), sources.figures(), sources.devices(), sources.deadLetters())
                    .add(javalin.routes);
            new Dashboard().add(javalin.routes);
            new OutletPages(sources.outlets(), sources.time()).add(javalin.routes);
            new DevicePages(sources.devices(), sources.history(), sources.time()).add(javalin.routes);
            new ActuatorPages(sources.devices(), sources.commands()).add(javalin.routes);
            javalin.routes.get("/api/v1/stream", new StreamPage(sources.live(), sources.time(), heartbeat));
        });
        try {
            return new WebServer(
                    identity.isPresent() ? server.start() : server.start(config.host(), config.port()), sockets);
        } catch (RuntimeException failed) { // the library's own way to say that a port is taken
            sockets.close();
            server.stop();
            throw new IOException(
                    "cannot listen on %s: %s".formatted(config.url(config.port()), innermost(failed)), failed);
        }
    }

    /// By the route, never by the path: anybody can ask for any path.
    private static void answered(Context page, float millis, HubWatch watch) {
        var endpoint = page.endpoints().matchedHttpEndpoint();
        watch.webAnswered(
                page.method().name(),
                endpoint == null ? "none" : endpoint.path,
                page.statusCode(),
                Duration.ofNanos((long) (millis * 1e6)));
    }

    private static void errors(RoutesConfig routes) {
        routes.exception(HttpProblem.class, HttpProblem::answer);
        routes.exception(
                HttpResponseException.class,
                (refused, page) -> new HttpProblem(
                                refused.getStatus(),
                                String.valueOf(refused.getMessage()),
                                page.method() + " " + page.path())
                        .answer(page));
        routes.exception(
                IOException.class,
                (away, page) -> HttpProblem.unavailable(String.valueOf(away.getMessage()))
                        .answer(page));
    }

    private static String innermost(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return String.valueOf(cause.getMessage());
    }

    /// The port that it listens on.
    public int port() {
        return server.port();
    }

    /// Every route, as `GET /api/v1/status`.
    Set<String> routes() {
        return server.unsafe.internalRouter.allHttpHandlers().stream()
                .map(route -> route.endpoint.method + " " + route.endpoint.path)
                .filter(route -> !route.startsWith("BEFORE") && !route.startsWith("AFTER"))
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        sockets.close();
        server.stop();
    }
}
