package io.pinstream.hub.outlet.rabbitmq;

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

/// The type `rabbitmq`: persistent messages to a topic exchange, each confirmed by the broker.
public final class RabbitOutlet implements Outlet {
    /// What is done about exchange and queue before the first message.
    enum Topology {
        /// They are made; if they are there, they must be the same.
        DECLARE,
        /// They must be there.
        CHECK,
        NONE
    }

    /// Where to, and how.
    ///
    /// @param vhost virtual host
    /// @param queue a quorum queue that is bound to the exchange by `binding`; empty for none
    /// @param window how many messages may be unconfirmed
    /// @param strictOrder whether a device's next event waits for the confirmation of the one before it: a broker
    ///     may refuse one message (`nack`) and take the next one
    record Broker(
            URI url,
            String vhost,
            String user,
            Secret password,
            String exchange,
            Template routingKey,
            Optional<String> queue,
            String binding,
            Topology topology,
            int window,
            boolean strictOrder,
            Tls tls)
            implements Outlet.Target {
        Broker {
            if (!"amqp".equals(url.getScheme()) && !"amqps".equals(url.getScheme()) || url.getHost() == null) {
                throw new IllegalArgumentException(
                        "url must be amqp://host:port, or amqps://host:port with TLS, but was \"%s\"".formatted(url));
            }
            if (url.getUserInfo() != null) {
                throw new IllegalArgumentException("url must hold no password: use username and password");
            }
            if (exchange.isEmpty() || exchange.length() > 127) {
                throw new IllegalArgumentException(
                        "exchange must have 1 to 127 characters, but has " + exchange.length());
            }
        }

        boolean encrypted() {
            return "amqps".equals(url.getScheme());
        }

        int port() {
            return url.getPort() >= 0 ? url.getPort() : encrypted() ? 5671 : 5672;
        }

        @Override
        public String name() {
            return "%s://%s:%d %s/%s".formatted(url.getScheme(), url.getHost(), port(), exchange, routingKey);
        }

        @Override
        public Sink open(TimeSource time) throws IOException, InterruptedException {
            return RabbitSink.open(this, time);
        }
    }

    @Override
    public String type() {
        return "rabbitmq";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var url = to.parsed("url", URI.create("amqp://127.0.0.1:5672"), URI::create);
        var vhost = to.text("vhost", "/");
        var user = to.text("username", "guest");
        var password =
                to.secret("password").orElse(new Secret("guest")); // RabbitMQ's own, which works on loopback only
        var exchange = to.text("exchange", "pinstream");
        var key = to.parsed("routing-key", new Template("{device}.{sensor}", false), text -> new Template(text, false));
        var queue = to.optionalText("queue");
        var binding = to.text("binding", "#");
        var topology = to.choice("topology", Topology.class, Topology.DECLARE);
        int window = to.integer("window", 1_000, 1, 65_535);
        boolean strictOrder = to.flag("strict-order", true);
        var tls = OutletSections.tls(to.section("tls").kind("the encrypted link"));
        return to.build(() -> new Broker(
                url, vhost, user, password, exchange, key, queue, binding, topology, window, strictOrder, tls));
    }
}
