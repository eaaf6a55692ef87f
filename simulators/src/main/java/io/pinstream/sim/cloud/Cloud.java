package io.pinstream.sim.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.pinstream.sim.cloud.Orders.Fault;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;

/// Stand-ins for Amazon EventBridge and Azure Event Grid on one port of loopback, a page that lists what arrived,
/// and orders for what is to go wrong.
///
/// | request | is |
/// |---|---|
/// | `POST /` | PutEvents of EventBridge |
/// | `POST /api/events`, `POST /topics/NAME:publish` | Event Grid: a custom topic, a namespace's topic |
/// | `POST /TENANT/oauth2/v2.0/token` | a token for Event Grid, for who shows the secret |
/// | `GET /` | the page |
/// | `GET /arrived?after=N` | what arrived behind number N, one JSON object a line |
/// | `POST /orders?fault=refuse&status=503&retry-after=2&times=3` | faults: `refuse`, `unheard`, `cut`, `entries` |
public final class Cloud implements AutoCloseable {
    /// Who may send, and how much.
    ///
    /// @param port 0 for a free one
    /// @param accessKey of EventBridge
    /// @param secretKey with it; and of a client that wants a token for Event Grid
    /// @param region that requests must be signed for
    /// @param entryBytes what all entries of one PutEvents may have
    /// @param gridKey access key of Event Grid's topics, base64
    /// @param token what a bearer must show to Event Grid
    /// @param tls for https; empty for http
    /// @param kept how many arrivals are remembered
    public record Settings(
            int port,
            String accessKey,
            String secretKey,
            String region,
            int entryBytes,
            String gridKey,
            String token,
            Optional<SSLContext> tls,
            int kept) {
        @Override
        public String toString() {
            return "Settings[port=%d, accessKey=%s, region=%s]".formatted(port, accessKey, region);
        }
    }

    private static final int LARGEST = 2 << 20; // above every limit that is checked
    private static final int BACKLOG = 100;

    private final Arrivals arrivals;
    private final Orders orders = new Orders();
    private final EventBridgeService eventBridge;
    private final EventGridService eventGrid;
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String scheme;

    private Cloud(Settings settings, TimeSource time) throws IOException {
        arrivals = new Arrivals(settings.kept());
        var signer = new SigV4(settings.accessKey(), settings.secretKey(), settings.region(), "events");
        eventBridge = new EventBridgeService(signer, settings.entryBytes(), arrivals, time);
        eventGrid = new EventGridService(settings.gridKey(), settings.token(), settings.secretKey(), arrivals, time);
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port());
        if (settings.tls().isPresent()) {
            var https = HttpsServer.create(address, BACKLOG);
            https.setHttpsConfigurator(new HttpsConfigurator(settings.tls().get()));
            server = https;
            scheme = "https";
        } else {
            server = HttpServer.create(address, BACKLOG);
            scheme = "http";
        }
        server.createContext("/", this::serve);
        server.setExecutor(threads);
        server.start();
    }

    /// Starts it.
    ///
    /// @throws IOException if the port is taken
    public static Cloud start(Settings settings, TimeSource time) throws IOException {
        return new Cloud(settings, time);
    }

    /// Such as `https://localhost:9400`.
    public String url() {
        return scheme + "://localhost:" + server.getAddress().getPort();
    }

    public Arrivals arrivals() {
        return arrivals;
    }

    /// Lets so many calls fail, one in three, each in one way of six.
    public void failAtRandom(long seed, int faults) {
        orders.atRandom(seed, faults);
    }

    /// What `POST /orders?…` does.
    ///
    /// @throws IllegalArgumentException if that is no order; the message says what there is
    public void order(String query) {
        orders.add(Page.fault(query), Page.number(query, "times", 1));
    }

    /// How many of these faults are still to come.
    public int faultsLeft() {
        return orders.left();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            var call = Call.read(exchange, LARGEST);
            if (call.isEmpty()) {
                send(exchange, Answer.text(413, "at most %d bytes%n".formatted(LARGEST)));
                return;
            }
            var answer = answer(call.get());
            if (answer.isPresent()) {
                send(exchange, answer.get());
            }
        }
    }

    /// Empty to end the connection without a word.
    private Optional<Answer> answer(Call call) {
        return switch (call.method()) {
            case "GET", "HEAD" -> Optional.of(Page.answer(call, arrivals));
            case "POST" -> call.path().equals("/orders") ? Optional.of(ordered(call)) : taken(call);
            default -> Optional.of(Answer.text(405, "GET or POST\n"));
        };
    }

    private Optional<Answer> taken(Call call) {
        var fault = EventGridService.isTokens(call.path()) ? Optional.<Fault>empty() : orders.next();
        return switch (fault.orElse(null)) {
            case Fault.Cut() -> Optional.empty();
            case Fault.Unheard() -> {
                var _ = asked(call, Optional.empty());
                yield Optional.empty();
            }
            case Fault.Refuse(int _, int after)
            when after > 0 -> {
                var answer = asked(call, fault);
                yield Optional.of(new Answer(answer.status(), Map.of("Retry-After", "" + after), answer.body()));
            }
            case null, default -> Optional.of(asked(call, fault));
        };
    }

    private Answer asked(Call call, Optional<Fault> fault) {
        if (EventGridService.isOurs(call.path())) {
            return eventGrid.take(call, fault);
        }
        return call.path().equals("/")
                ? eventBridge.take(call, fault)
                : Answer.text(404, "there is no such service here\n");
    }

    private Answer ordered(Call call) {
        if (!call.header("origin").isEmpty()) {
            return Answer.text(403, "orders are not taken from pages of the web\n");
        }
        try {
            order(call.query());
            return Answer.text(200, "ordered\n");
        } catch (IllegalArgumentException wrong) {
            return Answer.text(400, wrong.getMessage() + "\n");
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        var headers = exchange.getResponseHeaders();
        answer.headers().forEach(headers::set);
        headers.set("X-Content-Type-Options", "nosniff");
        headers.set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(answer.status(), head || answer.body().length == 0 ? -1 : answer.body().length);
        if (!head) {
            exchange.getResponseBody().write(answer.body());
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
