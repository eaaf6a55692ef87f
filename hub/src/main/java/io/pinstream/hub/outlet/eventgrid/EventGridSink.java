package io.pinstream.hub.outlet.eventgrid;

import com.azure.core.credential.KeyCredential;
import com.azure.core.exception.AzureException;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpMethod;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.HttpRequest;
import com.azure.core.http.HttpResponse;
import com.azure.core.http.jdk.httpclient.JdkHttpClientBuilder;
import com.azure.core.http.policy.BearerTokenAuthenticationPolicy;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.http.policy.KeyCredentialPolicy;
import com.azure.core.util.Context;
import io.pinstream.config.Secret;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.eventgrid.EventGridOutlet.Topic;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Publishes batches of CloudEvents, several at once, each taken whole or not at all. By the Azure SDK's own pipeline
/// rather than by its publishers: `azure-messaging-eventgrid` knows custom topics only and hides what a 413 needs;
/// what remains is one request.
///
/// | answer | means |
/// |---|---|
/// | 2xx | taken |
/// | 413 | half as many; one alone will never be taken |
/// | 400, 415 | the events one by one; one alone will never be taken |
/// | 408, 429, 5xx, none | again, after `Retry-After` if there is one |
/// | anything else | again: it is the configuration that is wrong, not the event |
///
/// Event Grid itself keeps no order and delivers at least once.
final class EventGridSink implements Sink {
    private static final String SCOPE = "https://eventgrid.azure.net/.default";
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final int LONGEST_WORDS = 200;

    private final Topic to;
    private final HttpPipeline pipeline;
    private volatile int most;

    private EventGridSink(Topic to, HttpPipeline pipeline) {
        this.to = to;
        this.pipeline = pipeline;
        this.most = to.events();
    }

    static EventGridSink open(Topic to) throws IOException {
        var connection = java.net.http.HttpClient.newBuilder()
                .version(java.net.http.HttpClient.Version.HTTP_1_1)
                .followRedirects(java.net.http.HttpClient.Redirect.NEVER)
                .connectTimeout(to.timeout())
                .sslContext(to.tls().context());
        var client = new JdkHttpClientBuilder(connection)
                .connectionTimeout(to.timeout())
                .responseTimeout(to.timeout())
                .readTimeout(to.timeout())
                .writeTimeout(to.timeout())
                .build();
        var pipeline = new HttpPipelineBuilder()
                .httpClient(client)
                .policies(authentication(to, client))
                .build();
        return new EventGridSink(to, pipeline);
    }

    private static HttpPipelinePolicy authentication(Topic to, HttpClient client) {
        if (to.sas().isPresent()) {
            return header("aeg-sas-token", to.sas().get(), null);
        }
        if (to.key().isPresent()) {
            return to.topic().isPresent()
                    ? header("Authorization", to.key().get(), "SharedAccessKey")
                    : header("aeg-sas-key", to.key().get(), null);
        }
        return new BearerTokenAuthenticationPolicy(Entra.credential(client), SCOPE);
    }

    private static HttpPipelinePolicy header(String name, Secret secret, @Nullable String prefix) {
        return new KeyCredentialPolicy(name, new KeyCredential(secret.reveal()), prefix);
    }

    @Override
    public Limits limits() {
        return new Limits(most, to.bytes() - 1, false, to.calls()); // the brackets, of which one is counted as a comma
    }

    @Override
    public int size(CloudEvent event) {
        return event.json().getBytes(StandardCharsets.UTF_8).length + 1;
    }

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws InterruptedException {
        var outcome = publish(events);
        if (outcome instanceof Outcome.Sent) {
            most = Math.min(most * 2, to.events());
        }
        return events.stream().map(_ -> outcome).toList();
    }

    private Outcome publish(List<CloudEvent> events) throws InterruptedException {
        var body = events.stream().map(CloudEvent::json).collect(Collectors.joining(",", "[", "]"));
        var request = new HttpRequest(HttpMethod.POST, to.url())
                .setHeader(HttpHeaderName.CONTENT_TYPE, "application/cloudevents-batch+json; charset=utf-8")
                .setBody(body);
        try (var answer = pipeline.sendSync(request, Context.NONE)) {
            return outcome(answer, events.size());
        } catch (UncheckedIOException | AzureException away) { // no connection, no answer in time, no token
            return new Outcome.Again("%s cannot be reached: %s".formatted(to.name(), words(away.getMessage())));
        } catch (RuntimeException wrapped) { // the SDK has no other exception for this
            if (wrapped.getCause() instanceof InterruptedException) {
                Thread.interrupted(); // the exception says it now
                var interrupted = new InterruptedException("interrupted in a call of Event Grid");
                interrupted.initCause(wrapped);
                throw interrupted;
            }
            throw wrapped;
        }
    }

    private Outcome outcome(HttpResponse answer, int events) {
        int status = answer.getStatusCode();
        var reason = "%s answered %d".formatted(to.name(), status);
        if (status >= 200 && status < 300) {
            return Outcome.SENT;
        }
        return switch (status) {
            case 413, 400, 415 -> {
                if (events == 1) {
                    yield new Outcome.Never(reason);
                }
                most = status == 413 ? events / 2 : 1;
                yield new Outcome.Again(reason + " for %d events: fewer at once".formatted(events));
            }
            case 408, 429 -> new Outcome.Again(reason, retryAfter(answer));
            default ->
                status >= 500
                        ? new Outcome.Again(reason, retryAfter(answer))
                        : new Outcome.Again(reason + ": look at its configuration");
        };
    }

    /// Seconds only: a date would need both clocks to be right.
    private static Duration retryAfter(HttpResponse answer) {
        var after = answer.getHeaderValue(HttpHeaderName.RETRY_AFTER);
        if (after == null || !after.matches("\\d{1,9}")) {
            return Duration.ZERO;
        }
        var asked = Duration.ofSeconds(Long.parseLong(after));
        return asked.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : asked;
    }

    /// What a peer said, printable and short.
    private static String words(@Nullable String said) {
        var text = String.valueOf(said).replaceAll("[^ -~]", "?");
        return text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) + "..." : text;
    }

    @Override
    public void close() {
        // The SDK's client cannot be closed; the JDK's below it ends its thread when nobody holds it any more.
    }
}
