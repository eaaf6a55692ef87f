package io.pinstream.hub.outlet;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.cloudevents.CloudEvent;
import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.http.HttpMessageFactory;
import io.cloudevents.jackson.JsonFormat;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/// A server that takes webhooks on loopback, reads each with the CloudEvents SDK, and answers as it is told.
final class WebhookStub implements Server {
    final List<CloudEvent> taken = new CopyOnWriteArrayList<>();
    final List<String> authorizations = new CopyOnWriteArrayList<>();
    private final HttpServer server;
    private volatile Function<List<CloudEvent>, Integer> answer = _ -> 204;
    private volatile String retryAfter = "";
    private final AtomicInteger left = new AtomicInteger();

    WebhookStub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::take);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/hook".formatted(port());
    }

    @Override
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void kill() {
        throw new UnsupportedOperationException("a part of the test's own process");
    }

    @Override
    public void launch() {
        throw new UnsupportedOperationException("a part of the test's own process");
    }

    void answer(Function<List<CloudEvent>, Integer> how) {
        answer = how;
    }

    void retryAfter(String seconds) {
        retryAfter = seconds;
    }

    /// Fails now and then: before it took an event, or after.
    void failAtRandom(Random random, int faults) {
        left.set(faults);
        answer = events -> {
            synchronized (random) {
                if (left.get() > 0 && random.nextInt(3) == 0) {
                    left.decrementAndGet();
                    if (random.nextBoolean()) {
                        taken.addAll(events); // taken, but nobody hears of it
                    }
                    return random.nextBoolean() ? 503 : 0;
                }
                return 204;
            }
        };
    }

    int faultsLeft() {
        return left.get();
    }

    List<String> ids() {
        return taken.stream().map(CloudEvent::getId).toList();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            var events = events(exchange, body);
            authorizations.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
            int status = answer.apply(events);
            if (status == 0) {
                return; // the connection ends without an answer
            }
            if (status < 300) {
                taken.addAll(events);
            }
            if (!retryAfter.isEmpty()) {
                exchange.getResponseHeaders().add("Retry-After", retryAfter);
            }
            exchange.sendResponseHeaders(status, -1);
        } catch (RuntimeException bad) {
            exchange.sendResponseHeaders(500, -1);
            throw bad;
        }
    }

    private static List<CloudEvent> events(HttpExchange exchange, byte[] body) throws IOException {
        var type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type.startsWith("application/cloudevents-batch+json")) {
            var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
            var json = new ObjectMapper();
            var events = new ArrayList<CloudEvent>();
            for (var one : json.readTree(body)) {
                events.add(format.deserialize(json.writeValueAsBytes(one)));
            }
            return events;
        }
        var headers = exchange.getRequestHeaders().entrySet().stream()
                .collect(Collectors.toMap(
                        header -> header.getKey().toLowerCase(Locale.ROOT),
                        header -> header.getValue().getFirst()));
        return List.of(HttpMessageFactory.createReader(headers, body).toEvent());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
