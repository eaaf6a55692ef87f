package io.pinstream.hub.outlet.redis;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.redis.RedisOutlet.Server;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.params.XAddParams;

/// An event and a connection in Redis' words.
final class RedisWords {
    static final String ID = "ce_id";

    private RedisWords() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// The fields of a stream's entry: attributes as in Kafka's binary mode, and the data. A map only because the
    /// client wants one: nobody looks anything up in it.
    @SuppressWarnings("UndefinedEquals")
    static Map<byte[], byte[]> fields(CloudEvent event) {
        var fields = new LinkedHashMap<byte[], byte[]>();
        fields.put(bytes("ce_specversion"), bytes("1.0"));
        event.attributes((name, value) -> fields.put(bytes("ce_" + name), bytes(value)));
        fields.put(bytes("content-type"), bytes("application/json"));
        fields.put(bytes("data"), event.data());
        return fields;
    }

    static XAddParams adding(Server to, CloudEvent event) {
        var adding = XAddParams.xAddParams();
        if (to.maxLength() > 0) {
            adding.maxLen(to.maxLength()).approximateTrimming();
        }
        return to.deduplicate() ? adding.id(id(event)) : adding;
    }

    /// Grows with the offsets of a partition; never 0-0, which Redis refuses.
    static String id(CloudEvent event) {
        return (event.offset() + 1) + "-" + event.partition();
    }

    static HostAndPort address(Server to) {
        return new HostAndPort(to.url().getHost(), to.port());
    }

    @SuppressWarnings("deprecation") // SslOptions takes key stores only, and ours are PEM files
    static JedisClientConfig client(Server to) throws IOException {
        var client = DefaultJedisClientConfig.builder()
                .connectionTimeoutMillis(10_000)
                .socketTimeoutMillis(15_000)
                .clientName("pinstream-hub")
                .ssl(to.encrypted());
        to.user().ifPresent(client::user);
        to.password().ifPresent(password -> client.password(password.reveal()));
        if (to.encrypted()) {
            var context = to.tls().context();
            var parameters = context.getDefaultSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS"); // the host's name must be the certificate's
            client.sslSocketFactory(context.getSocketFactory()).sslParameters(parameters);
        }
        return client.build();
    }

    static IOException lost(Server to, RuntimeException failure) {
        Throwable cause = failure;
        while (cause.getCause() != null && cause.getCause().getMessage() != null) {
            cause = cause.getCause();
        }
        // A transaction that is discarded says no more than that: why stands with the command that was refused.
        var reason = cause.getSuppressed().length == 0 ? cause : cause.getSuppressed()[0];
        return new IOException("%s: %s".formatted(to.name(), reason.getMessage()), failure);
    }
}
