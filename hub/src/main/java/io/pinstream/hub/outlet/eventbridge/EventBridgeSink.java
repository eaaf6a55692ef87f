package io.pinstream.hub.outlet.eventbridge;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.eventbridge.EventBridgeOutlet.Bus;
import io.pinstream.hub.outlet.eventbridge.EventBridgeOutlet.Detail;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResultEntry;

/// Puts up to ten events a call on an event bus, several calls at once. Each entry fails for itself, so that with
/// `strict-order` a call holds one event of a device: nothing overtakes what has to go again. The SDK itself
/// retries nothing: that is the engine's business.
///
/// | what failed | means |
/// |---|---|
/// | an entry: `InvalidArgument`, `MalformedDetail`, `RedactionFailure` | this event will never be taken |
/// | an entry, anything else | it goes again: EventBridge is short, or the configuration is wrong |
/// | a call: 413, `ValidationException`, `RequestEntityTooLarge…` | its events one by one; one alone never |
/// | a call, anything else | again |
///
/// Source: Amazon EventBridge API Reference, PutEvents, PutEventsResultEntry and Common Errors.
final class EventBridgeSink implements Sink {
    private static final int ENTRIES = 10;
    private static final int TIME_BYTES = 14; // EventBridge User Guide, "Calculating event entry size"
    private static final Set<String> NEVER = Set.of("InvalidArgument", "MalformedDetail", "RedactionFailure");
    private static final Set<String> SHORT = Set.of("ThrottlingException", "InternalFailure", "InternalException");
    private static final int LONGEST_WORDS = 200;

    private final Bus to;
    private final DefaultCredentialsProvider credentials;
    private final EventBridgeClient client;
    private volatile boolean singly;

    private EventBridgeSink(Bus to, DefaultCredentialsProvider credentials, EventBridgeClient client) {
        this.to = to;
        this.credentials = credentials;
        this.client = client;
    }

    static EventBridgeSink open(Bus to) throws IOException {
        // One of its own: the shared one, once closed, is of no more use to other outlets.
        var credentials = DefaultCredentialsProvider.builder().build();
        try {
            var builder = EventBridgeClient.builder()
                    .region(Region.of(to.region()))
                    .credentialsProvider(credentials)
                    .httpClientBuilder(http(to))
                    .overrideConfiguration(call -> call.retryStrategy(DefaultRetryStrategy.doNotRetry())
                            .apiCallTimeout(to.timeout()));
            to.endpoint().ifPresent(builder::endpointOverride);
            return new EventBridgeSink(to, credentials, builder.build());
        } catch (SdkException unusable) {
            credentials.close();
            throw new IOException("%s: %s".formatted(to.name(), words(unusable.getMessage())), unusable);
        }
    }

    private static UrlConnectionHttpClient.Builder http(Bus to) throws IOException {
        var http = UrlConnectionHttpClient.builder()
                .connectionTimeout(to.timeout())
                .socketTimeout(to.timeout());
        var keys = to.tls().identity();
        var trust = to.tls().trust();
        keys.ifPresent(ours -> http.tlsKeyManagersProvider(ours::getKeyManagers));
        trust.ifPresent(theirs -> http.tlsTrustManagersProvider(theirs::getTrustManagers));
        return http;
    }

    @Override
    public Limits limits() {
        return new Limits(singly ? 1 : ENTRIES, to.bytes(), to.strictOrder(), to.calls());
    }

    @Override
    public int size(CloudEvent event) {
        return (time(event).isPresent() ? TIME_BYTES : 0)
                + bytes(to.source().fill(event))
                + bytes(to.detailType().fill(event))
                + bytes(detail(event));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private String detail(CloudEvent event) {
        return to.detail() == Detail.DATA ? new String(event.data(), StandardCharsets.UTF_8) : event.json();
    }

    private static Optional<Instant> time(CloudEvent event) {
        try {
            return Optional.of(Instant.parse(event.time()));
        } catch (DateTimeException unreadable) {
            return Optional.empty(); // EventBridge then takes the time of the call; Detail has what the device wrote
        }
    }

    private PutEventsRequestEntry entry(CloudEvent event) {
        var entry = PutEventsRequestEntry.builder()
                .eventBusName(to.bus())
                .source(to.source().fill(event))
                .detailType(to.detailType().fill(event))
                .detail(detail(event));
        time(event).ifPresent(entry::time);
        return entry.build();
    }

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws IOException, InterruptedException {
        try {
            var answer = client.putEvents(
                    call -> call.entries(events.stream().map(this::entry).toList()));
            if (answer.entries().size() != events.size()) {
                throw new IOException("%s answered for %d entries of %d"
                        .formatted(to.name(), answer.entries().size(), events.size()));
            }
            singly = false;
            var outcomes = new ArrayList<Outcome>();
            answer.entries().forEach(entry -> outcomes.add(outcome(entry)));
            return outcomes;
        } catch (AbortedException aborted) {
            throw interrupted(aborted);
        } catch (AwsServiceException refused) {
            return all(events, refused(refused, events.size()));
        } catch (SdkException away) { // no credentials, no connection, no answer in time
            return all(
                    events,
                    new Outcome.Again("%s cannot be reached: %s".formatted(to.name(), words(away.getMessage()))));
        }
    }

    private static InterruptedException interrupted(AbortedException aborted) {
        Thread.interrupted(); // the exception says it now
        var interrupted = new InterruptedException("interrupted in a call of EventBridge");
        interrupted.initCause(aborted);
        return interrupted;
    }

    private static List<Outcome> all(List<CloudEvent> events, Outcome outcome) {
        return events.stream().map(_ -> outcome).toList();
    }

    private Outcome outcome(PutEventsResultEntry entry) {
        var code = entry.errorCode();
        if (code == null) {
            return Outcome.SENT;
        }
        var reason = "%s answered %s: %s".formatted(to.name(), words(code), words(entry.errorMessage()));
        if (NEVER.contains(code)) {
            return new Outcome.Never(reason);
        }
        return new Outcome.Again(SHORT.contains(code) ? reason : reason + ": look at its configuration");
    }

    private Outcome refused(AwsServiceException refused, int events) {
        int status = refused.statusCode();
        var details = refused.awsErrorDetails();
        var code = details == null || details.errorCode() == null ? "" : details.errorCode();
        var reason =
                "%s answered %d %s".formatted(to.name(), status, words(code)).strip();
        if (status == 413 || code.startsWith("RequestEntityTooLarge") || code.equals("ValidationException")) {
            singly = events > 1; // to find the one that is not taken; the others are
            return events > 1
                    ? new Outcome.Again("one of %d events is not taken: %s".formatted(events, reason))
                    : new Outcome.Never(reason);
        }
        if (refused.isThrottlingException() || status >= 500 || SHORT.contains(code)) {
            return new Outcome.Again(reason, retryAfter(refused));
        }
        return new Outcome.Again(reason + ": look at its configuration");
    }

    private static Duration retryAfter(AwsServiceException refused) {
        var details = refused.awsErrorDetails();
        if (details == null || details.sdkHttpResponse() == null) {
            return Duration.ZERO;
        }
        var after = details.sdkHttpResponse().firstMatchingHeader("Retry-After").orElse("");
        return after.matches("\\d{1,4}") ? Duration.ofSeconds(Long.parseLong(after)) : Duration.ZERO;
    }

    /// What a peer said, printable and short.
    private static String words(@Nullable String said) {
        var text = String.valueOf(said).replaceAll("[^ -~]", "?");
        return text.length() > LONGEST_WORDS ? text.substring(0, LONGEST_WORDS) + "..." : text;
    }

    @Override
    public void close() {
        client.close();
        credentials.close();
    }
}
