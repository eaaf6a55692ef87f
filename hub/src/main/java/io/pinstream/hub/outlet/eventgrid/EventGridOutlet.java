package io.pinstream.hub.outlet.eventgrid;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Secret;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.outlet.Outlet;
import io.pinstream.hub.outlet.OutletSections;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// The type `eventgrid`: a topic of Azure Event Grid, a custom one or one of a namespace.
public final class EventGridOutlet implements Outlet {
    /// Where to, and how. Without `key` and `sas` it asks Microsoft Entra for tokens, with what the Azure SDK
    /// finds in the environment, of the workload, or of the machine.
    ///
    /// @param endpoint of the custom topic or of the namespace: `https://NAME.REGION-1.eventgrid.azure.net`
    /// @param topic a namespace's topic; empty for a custom topic
    /// @param key access key
    /// @param sas shared access signature of a custom topic
    /// @param events in one request
    /// @param bytes in one request
    /// @param calls how many requests are under way at once, each with devices of its own
    /// @param timeout how long one request may take
    record Topic(
            URI endpoint,
            Optional<String> topic,
            Optional<Secret> key,
            Optional<Secret> sas,
            int events,
            int bytes,
            int calls,
            Duration timeout,
            Tls tls)
            implements Outlet.Target {
        static final int MOST_BYTES = 1 << 20;
        private static final Pattern NAME = Pattern.compile("[A-Za-z0-9-]{3,50}");

        Topic {
            if (!"https".equals(endpoint.getScheme())
                    || endpoint.getHost() == null
                    || endpoint.getUserInfo() != null
                    || endpoint.getQuery() != null) {
                throw new IllegalArgumentException("endpoint must be https://host, without password or query");
            }
            if (topic.isPresent() && !NAME.matcher(topic.get()).matches()) {
                throw new IllegalArgumentException(
                        "topic must be 3 to 50 of A-Z a-z 0-9 -, but was \"%s\"".formatted(topic.get()));
            }
            if (key.isPresent() && sas.isPresent()) {
                throw new IllegalArgumentException("key and sas exclude each other: keep one");
            }
            if (sas.isPresent() && topic.isPresent()) {
                throw new IllegalArgumentException(
                        "sas is for custom topics: use key or Entra for a namespace's topic");
            }
            if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofSeconds(30)) > 0) {
                throw new IllegalArgumentException(
                        "timeout must be 100 ms to 30 s, but was %d ms".formatted(timeout.toMillis()));
            }
        }

        @Override
        public String name() {
            return "eventgrid://%s%s"
                    .formatted(
                            endpoint.getRawAuthority(), topic.map("/"::concat).orElse(""));
        }

        /// The address of its API (data plane REST, "Publish Cloud Events"; "Post event to custom topic").
        String url() {
            var host = "https://" + endpoint.getRawAuthority();
            return topic.map(name -> "%s/topics/%s:publish?api-version=2024-06-01".formatted(host, name))
                    .orElse(host + "/api/events?api-version=2018-01-01");
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            return EventGridSink.open(this);
        }
    }

    @Override
    public String type() {
        return "eventgrid";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var endpoint = to.parsed("endpoint", URI.create("https://127.0.0.1"), URI::create);
        if (!to.has("endpoint")) {
            to.problem("endpoint", "is missing");
        }
        var topic = to.optionalParsed("topic", text -> text);
        var key = to.secret("key");
        var sas = to.secret("sas");
        int events = to.integer("events", 100, 1, 5_000);
        int bytes = to.integer("bytes", Topic.MOST_BYTES, 1 << 10, Topic.MOST_BYTES);
        int calls = to.integer("calls", 4, 1, 64);
        var timeout = to.duration("timeout", Duration.ofSeconds(10));
        var tls = OutletSections.tls(to.section("tls").kind("the encrypted link"));
        return to.build(() -> new Topic(endpoint, topic, key, sas, events, bytes, calls, timeout, tls));
    }
}
