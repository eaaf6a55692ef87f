package io.pinstream.hub.outlet.http;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.http.HttpOutlet.Format;
import io.pinstream.hub.outlet.http.HttpOutlet.Webhook;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/// Posts events, one a request or many, on some connections that are kept.
///
/// | answer | means |
/// |---|---|
/// | 2xx | taken |
/// | 408, 425, 429, 5xx, none | again, after `Retry-After` if there is one |
/// | 401, 403, 404, 405, 407, 410, redirects | again: it is the configuration that is wrong, not the event |
/// | any other 4xx | this event will never be taken; of a batch, its events are tried one by one first |
final class HttpSink implements Sink {
    private static final int LARGEST = 8 << 20;
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    private final Webhook to;
    private final HttpClient client;
    private volatile boolean singly;

    HttpSink(Webhook to) throws IOException {
        this.to = to;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(to.timeout())
                .sslContext(to.tls().context())
                .build();
    }

    @Override
    public Limits limits() {
        boolean many = to.format() == Format.BATCH && !singly;
        return new Limits(many ? to.events() : 1, LARGEST, false, to.calls());
    }

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws InterruptedException {
        var outcome = post(request(events));
        if (events.size() > 1 && outcome instanceof Outcome.Never) {
            singly = true; // to find the one that is not taken; the others are
            outcome = new Outcome.Again("one of %d events is not taken".formatted(events.size()));
        } else if (events.size() == 1 && outcome instanceof Outcome.Never) {
            singly = false;
        }
        var each = outcome;
        return events.stream().map(_ -> each).toList();
    }

    private HttpRequest request(List<CloudEvent> events) {
        var request = HttpRequest.newBuilder(to.url()).timeout(to.timeout());
        to.token().ifPresent(token -> request.header("Authorization", "Bearer " + token.reveal()));
        var first = events.getFirst();
        return switch (to.format()) {
            case BINARY -> {
                request.header("ce-specversion", "1.0").header("Content-Type", "application/json");
                first.attributes((name, value) -> request.header("ce-" + name, escaped(value)));
                yield request.POST(BodyPublishers.ofByteArray(first.data())).build();
            }
            case STRUCTURED ->
                request.header("Content-Type", "application/cloudevents+json; charset=utf-8")
                        .POST(BodyPublishers.ofString(first.json()))
                        .build();
            case BATCH ->
                request.header("Content-Type", "application/cloudevents-batch+json; charset=utf-8")
                        .POST(BodyPublishers.ofString(
                                events.stream().map(CloudEvent::json).collect(Collectors.joining(",", "[", "]"))))
                        .build();
        };
    }

    /// What is not printable ASCII, as a header may hold it (HTTP binding, section 3.1.3.2).
    private static String escaped(String value) {
        var text = new StringBuilder();
        for (var octet : value.getBytes(StandardCharsets.UTF_8)) {
            if (octet > ' ' && octet < 0x7f && octet != '"' && octet != '%') {
                text.append((char) octet);
            } else {
                text.append("%%%02X".formatted(octet));
            }
        }
        return text.toString();
    }

    private Outcome post(HttpRequest request) throws InterruptedException {
        try {
            var answer = client.send(request, BodyHandlers.discarding());
            int status = answer.statusCode();
            var words = "%s answered %d".formatted(to.name(), status);
            if (status >= 200 && status < 300) {
                return Outcome.SENT;
            }
            return switch (status) {
                case 408, 425, 429 -> new Outcome.Again(words, retryAfter(answer));
                case 401, 403, 404, 405, 407, 410 -> new Outcome.Again(words + ": look at its configuration");
                default ->
                    status >= 400 && status < 500
                            ? new Outcome.Never(words)
                            : new Outcome.Again(words, retryAfter(answer));
            };
        } catch (HttpTimeoutException late) {
            return new Outcome.Again("%s did not answer within %d ms"
                    .formatted(to.name(), to.timeout().toMillis()));
        } catch (IOException away) {
            var why = away.getMessage() == null ? away.getClass().getSimpleName() : away.getMessage();
            return new Outcome.Again("%s cannot be reached: %s".formatted(to.name(), why));
        }
    }

    /// Seconds only: a date would need both clocks to be right.
    private static Duration retryAfter(HttpResponse<Void> answer) {
        var after = answer.headers().firstValue("Retry-After").orElse("");
        if (!after.matches("\\d{1,9}")) {
            return Duration.ZERO;
        }
        var asked = Duration.ofSeconds(Long.parseLong(after));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
