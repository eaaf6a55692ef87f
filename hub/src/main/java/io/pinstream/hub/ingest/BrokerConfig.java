package io.pinstream.hub.ingest;

import io.pinstream.config.Secret;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which MQTT 5 broker, and who we are to it.
///
/// @param address `tcp://host:port` or `ssl://host:port`; the port may be left out (1883, 8883)
/// @param login user and password, if the broker wants them
/// @param tls which certificates, for `ssl`
/// @param window how many messages of foreign devices, which are acknowledged after the commit, the broker may have
///     on the way to us at once (receive maximum)
/// @param packetBytes the largest packet that the broker may send us (maximum packet size). Keep it well above
///     what the payload of a pack may have: a broker drops what is larger without a word (MQTT 5 section
///     3.1.2.11.4), and its agent would send it for ever, while a payload that is merely too large goes to the
///     dead letters
public record BrokerConfig(URI address, Optional<Login> login, Tls tls, int window, int packetBytes) {
    private static final Map<String, Integer> PORTS =
            Map.of("tcp", 1883, "mqtt", 1883, "ssl", 8883, "tls", 8883, "mqtts", 8883);

    public static final BrokerConfig DEFAULT =
            new BrokerConfig(URI.create("tcp://127.0.0.1:1883"), Optional.empty(), Tls.DEFAULT, 1000, 4 * 1024 * 1024);

    /// A user and its password, which no text form shows.
    public record Login(String user, Secret password) {}

    public BrokerConfig {
        var scheme = address.getScheme();
        if (scheme == null || !PORTS.containsKey(scheme.toLowerCase(Locale.ROOT)) || address.getHost() == null) {
            throw new IllegalArgumentException(
                    "broker must be tcp://host:port or ssl://host:port, but was \"%s\"".formatted(address));
        }
        if (address.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "broker must not carry a user or password in its address; use the keys username and password");
        }
        if (window < 1 || window > 65_535) {
            throw new IllegalArgumentException("window must be 1 to 65535 messages, but was " + window);
        }
        if (packetBytes < 1024) {
            throw new IllegalArgumentException("packet size must be at least 1024 bytes, but was " + packetBytes);
        }
    }

    String host() {
        return address.getHost();
    }

    int port() {
        return address.getPort() > 0 ? address.getPort() : PORTS.getOrDefault(scheme(), 0);
    }

    boolean isEncrypted() {
        return PORTS.getOrDefault(scheme(), 0) == 8883;
    }

    private String scheme() {
        return address.getScheme().toLowerCase(Locale.ROOT);
    }

    /// How it is named in messages.
    public String name() {
        return "%s://%s:%d".formatted(scheme(), host(), port());
    }
}
