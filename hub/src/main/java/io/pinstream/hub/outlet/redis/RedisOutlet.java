package io.pinstream.hub.outlet.redis;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Secret;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.outlet.Outlet;
import io.pinstream.hub.outlet.OutletSections;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.Template;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/// The type `redis`.
///
/// `mode: publish` is Pub/Sub: Redis hands an event to whoever listens at that moment and keeps nothing, so that a
/// listener gets each event at most once, whatever the outlet does. `mode: stream` adds to streams that are kept,
/// which consumer groups can read at their own pace.
public final class RedisOutlet implements Outlet {
    /// How events are handed over.
    enum Mode {
        PUBLISH,
        STREAM
    }

    /// Where to, and how.
    ///
    /// @param channel the channel, or the key of the stream
    /// @param maxLength about how many entries a stream keeps; 0 for all of them
    /// @param deduplicate whether entries have ids made of the event's place in Kafka, so that Redis itself
    ///     refuses one that is there already
    record Server(
            URI url,
            Optional<String> user,
            Optional<Secret> password,
            boolean cluster,
            Mode mode,
            Template channel,
            long maxLength,
            boolean deduplicate,
            Tls tls)
            implements Outlet.Target {
        Server {
            if (!"redis".equals(url.getScheme()) && !"rediss".equals(url.getScheme()) || url.getHost() == null) {
                throw new IllegalArgumentException(
                        "url must be redis://host:port, or rediss://host:port with TLS, but was \"%s\"".formatted(url));
            }
            if (url.getUserInfo() != null) {
                throw new IllegalArgumentException("url must hold no password: use username and password");
            }
            if (deduplicate && (mode != Mode.STREAM || !channel.isOfOnePartition())) {
                throw new IllegalArgumentException("deduplicate needs mode stream and a channel with {device} or"
                        + " {partition}: only then the ids of a stream can grow");
            }
        }

        boolean encrypted() {
            return "rediss".equals(url.getScheme());
        }

        int port() {
            return url.getPort() < 0 ? 6379 : url.getPort();
        }

        @Override
        public String name() {
            return "%s://%s:%d %s".formatted(url.getScheme(), url.getHost(), port(), channel);
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            return cluster ? RedisClusterSink.open(this) : RedisSink.open(this);
        }
    }

    @Override
    public String type() {
        return "redis";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var url = to.parsed("url", URI.create("redis://127.0.0.1:6379"), URI::create);
        var user = to.optionalText("username");
        var password = to.secret("password");
        boolean cluster = to.flag("cluster", false);
        var mode = to.choice("mode", Mode.class, Mode.PUBLISH);
        var channel = to.parsed("channel", new Template("pinstream.{device}", true), text -> new Template(text, true));
        long maxLength = to.number("max-length", 100_000, 0, Long.MAX_VALUE);
        boolean deduplicate = to.flag("deduplicate", false);
        var tls = OutletSections.tls(to.section("tls").kind("the encrypted link"));
        return to.build(() -> new Server(url, user, password, cluster, mode, channel, maxLength, deduplicate, tls));
    }
}
