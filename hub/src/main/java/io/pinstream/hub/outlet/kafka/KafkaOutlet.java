package io.pinstream.hub.outlet.kafka;

import io.pinstream.config.ConfigTree;
import io.pinstream.hub.outlet.Outlet;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.Template;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerConfig;

/// The type `kafka`: a filtered copy of events in another topic or another cluster, as CloudEvents in Kafka's
/// binary mode.
public final class KafkaOutlet implements Outlet {
    /// What we set ourselves: order and confirmations rest on it.
    private static final Set<String> OURS = Set.of(
            "bootstrap.servers",
            "acks",
            "enable.idempotence",
            "transactional.id",
            "max.in.flight.requests.per.connection",
            "key.serializer",
            "value.serializer");

    /// Where to.
    ///
    /// @param topic there, made by somebody else
    /// @param client further settings of Kafka's producer; they may be secrets and are never shown
    record Mirror(String bootstrapServers, Template topic, Map<String, String> client) implements Outlet.Target {
        Mirror {
            client = Map.copyOf(client);
            if (bootstrapServers.isBlank()) {
                throw new IllegalArgumentException("bootstrap servers must be host:port, but are empty");
            }
        }

        @Override
        public String name() {
            return "kafka://%s/%s".formatted(bootstrapServers, topic);
        }

        @Override
        public String toString() {
            return name();
        }

        @Override
        public Sink open(TimeSource time) throws IOException {
            return KafkaSink.open(this);
        }
    }

    @Override
    public String type() {
        return "kafka";
    }

    @Override
    public Optional<Outlet.Target> read(ConfigTree to) {
        var servers = to.text("bootstrap-servers");
        var topic = to.optionalParsed("topic", text -> new Template(text, true));
        if (!to.has("topic")) {
            to.problem("topic", "is missing");
        }
        var section = to.section("client").kind("Kafka's producer");
        var client = new HashMap<String, String>();
        for (var name : section.keys()) {
            section.secret(name).ifPresent(value -> {
                if (OURS.contains(name)) {
                    section.problem(name, "is set by the hub itself; leave it out");
                } else if (!ProducerConfig.configNames().contains(name)) {
                    section.problem(name, "is no setting of Kafka's producer");
                }
                client.put(name, value.reveal());
            });
        }
        return to.build(() -> new Mirror(servers, topic.orElse(new Template("none", true)), client));
    }
}
