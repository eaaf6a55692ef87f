package io.pinstream.agent.web;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Three pages for programs on this machine, over HTTP on loopback and nowhere else.
///
/// | path | shows |
/// |---|---|
/// | `/metrics` | the meters, in Prometheus' text format |
/// | `/healthz` | the process lives |
/// | `/readyz` | whether what it takes gets through: 503 and why, if not |
///
/// Prometheus reaches it where it runs on the device itself, or through a proxy or tunnel that has a login. Two
/// requests at a time; more wait in the kernel's queue. A client that is slow holds up others, never the readings.
public final class LocalPages implements AutoCloseable {
    /// @param port on loopback; 0 for a free one
    public record Config(int port) {
        public Config {
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException("port must be 0 to 65535, but was " + port);
            }
        }
    }

    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String JSON = "application/json";
    private static final int BACKLOG = 8;
    private static final int THREADS = 2;
    private static final Duration TO_END = Duration.ofSeconds(1);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().daemon().name("web-", 1).factory());

    private LocalPages(HttpServer server) {
        this.server = server;
    }

    /// Starts it.
    ///
    /// @param metrics asked by the server's threads
    /// @param problem why what is taken does not get through; empty if it does
    /// @throws IOException if the port is taken
    public static LocalPages open(Config config, Supplier<String> metrics, Supplier<String> problem)
            throws IOException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), config.port());
        HttpServer server;
        try {
            server = HttpServer.create(address, BACKLOG);
        } catch (IOException taken) {
            throw new IOException(
                    "cannot listen on http://127.0.0.1:%d (web.port): %s".formatted(config.port(), taken.getMessage()),
                    taken);
        }
        var pages = new LocalPages(server);
        server.setExecutor(pages.threads);
        server.createContext("/", asked -> answer(asked, 404, JSON, "{\"status\":\"there is no such page\"}\n"));
        server.createContext("/metrics", asked -> page(asked, "/metrics", 200, METRICS, metrics.get()));
        server.createContext("/healthz", asked -> page(asked, "/healthz", 200, JSON, "{\"status\":\"ok\"}\n"));
        server.createContext("/readyz", asked -> {
            var why = problem.get();
            page(
                    asked,
                    "/readyz",
                    why.isEmpty() ? 200 : 503,
                    JSON,
                    "{\"status\":\"%s\"}\n".formatted(why.isEmpty() ? "ok" : why));
        });
        server.start();
        return pages;
    }

    /// The port that it listens on.
    public int port() {
        return server.getAddress().getPort();
    }

    /// The server gives a context everything that begins like its path.
    private static void page(HttpExchange asked, String path, int status, String type, String body) throws IOException {
        if (!asked.getRequestURI().getPath().equals(path)) {
            answer(asked, 404, JSON, "{\"status\":\"there is no such page\"}\n");
        } else if (!isLocal(asked)) {
            answer(asked, 403, JSON, "{\"status\":\"only names of this machine are answered\"}\n");
        } else if (!asked.getRequestMethod().equals("GET")
                && !asked.getRequestMethod().equals("HEAD")) {
            asked.getResponseHeaders().set("Allow", "GET, HEAD");
            answer(asked, 405, JSON, "{\"status\":\"only GET and HEAD\"}\n");
        } else {
            answer(asked, status, type, body);
        }
    }

    /// A foreign web page's name may be made to mean this machine; what it says in `Host` is still that name.
    private static boolean isLocal(HttpExchange asked) {
        var host = asked.getRequestHeaders().getFirst("Host");
        return host != null && host.matches("(?i)(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d{1,5})?");
    }

    private static void answer(HttpExchange asked, int status, String type, String body) throws IOException {
        try (asked) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            asked.getResponseHeaders().set("Content-Type", type);
            asked.getResponseHeaders().set("Cache-Control", "no-store");
            if (asked.getRequestMethod().equals("HEAD")) {
                asked.sendResponseHeaders(status, -1);
                return;
            }
            asked.sendResponseHeaders(status, bytes.length);
            asked.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        try {
            var _ = threads.awaitTermination(TO_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
