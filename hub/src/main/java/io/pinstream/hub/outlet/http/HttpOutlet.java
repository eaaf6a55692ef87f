package io.pinstream.hub.outlet.http;

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

/// The type `http`: a webhook (CloudEvents HTTP protocol binding 1.0.2), the example of a type to copy.
public final class HttpOutlet implements Outlet {
    /// How an event is written.
    enum Format {
        /// One event a request, its attributes in `ce-…` headers, its data as the body.
        BINARY,
        /// One event a request, all of it as JSON.
        STRUCTURED,
        /// Many events a request, as a JSON array.
        BATCH
    }

    /// Where to, and how.
    ///
    /// @param token for `Authorization: Bearer …`
    /// @param timeout how long one request may take
    /// @param events in one request of the format `batch`
    /// @param calls how many requests are under way at once, each with devices of its own
    record Webhook(URI url, Format format, Optional<Secret> token, Duration timeout, int events, int calls, Tls tls)
            implements Outlet.Target {
        Webhook {
            var scheme = url.getScheme();
            if (!"http".equals(scheme) && !"https".equals(scheme) || url.getHost() == null) {
                throw new IllegalArgumentException(
                        "url must be http://host/path or https://host/path, but was \"%s\"".formatted(url));
            }
            if (url.getUserInfo() != null) {
                throw new IllegalArgumentException("url must hold no password: put it into token");
            }
            if (timeout.compareTo(Duration.ofMillis(100)) < 0 || timeout.compareTo(Duration.ofSeconds(30)) > 0) {
                throw new IllegalArgumentException(
                        "timeout must be 100 ms to 30 s, but was %d ms".formatted(timeout.toMillis()));
            }
        }

        /// Without its query, which may hold a secret.
        @Override
        public String name() {
            return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            return new HttpSink(this);
        }
    }

    @Override
    public String type() {
        return "http";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var url = to.parsed("url", URI.create("http://127.0.0.1/"), URI::create);
        if (!to.has("url")) {
            to.problem("url", "is missing");
        }
        var format = to.choice("format", Format.class, Format.BINARY);
        var token = to.secret("token");
        var timeout = to.duration("timeout", Duration.ofSeconds(10));
        int events = to.integer("events", 100, 1, 10_000);
        int calls = to.integer("calls", 8, 1, 64);
        var tls = OutletSections.tls(to.section("tls").kind("the encrypted link"));
        return to.build(() -> new Webhook(url, format, token, timeout, events, calls, tls));
    }
}
