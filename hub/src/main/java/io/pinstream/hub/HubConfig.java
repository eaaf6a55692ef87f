package io.pinstream.hub;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Secret;
import io.pinstream.hub.device.History;
import io.pinstream.hub.ingest.BrokerConfig;
import io.pinstream.hub.ingest.ForeignIngest;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.hub.lane.Lane;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.outlet.OutletConfig;
import io.pinstream.hub.outlet.OutletSections;
import io.pinstream.hub.web.WebServer;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// Everything that the hub is told, read from one YAML file. Every key has a default; `deploy/hub.example.yaml`
/// holds them all.
///
/// @param lanes the MQTT topics, the limits of payloads, and how much a lane may hold
/// @param embedded of use only where the hub runs its own broker and Kafka
public record HubConfig(
        BrokerConfig broker,
        Lane.Config lanes,
        KafkaSettings kafka,
        ForeignIngest.Config foreign,
        LiveFeed.Config live,
        History.Config history,
        WebServer.Config web,
        List<OutletConfig> outlets,
        Embedded embedded) {
    /// Broker and Kafka inside the hub's own process.
    ///
    /// @param data folder of their data, which is made if it is missing
    /// @param mqttPort on loopback, 0 for a free one
    /// @param kafkaPort on loopback, 0 for a free one
    public record Embedded(Path data, int mqttPort, int kafkaPort) {
        public static final Embedded DEFAULT = new Embedded(Path.of("pinstream-data"), 1883, 9092);

        public Embedded withData(Path folder) {
            return new Embedded(folder, mqttPort, kafkaPort);
        }
    }

    /// Every default, with servers on loopback.
    ///
    /// @param webPort 0 for a free one
    public static HubConfig local(int mqttPort, String bootstrapServers, int webPort) {
        var web = new WebServer.Config(WebServer.Config.DEFAULT.host(), webPort);
        return new HubConfig(
                        BrokerConfig.DEFAULT,
                        Lane.Config.DEFAULT,
                        KafkaSettings.DEFAULT,
                        ForeignIngest.Config.DEFAULT,
                        LiveFeed.Config.DEFAULT,
                        History.Config.DEFAULT,
                        web,
                        List.of(),
                        Embedded.DEFAULT)
                .withServers(mqttPort, bootstrapServers);
    }

    private static final long KIB = 1024;
    private static final long MIB = 1024 * KIB;

    /// Reads the whole tree; empty if anything in it is a problem. Call [ConfigTree#finish] afterwards: it knows
    /// them all.
    static Optional<HubConfig> read(ConfigTree tree) {
        var broker = broker(tree.section("broker").kind("the broker"));
        var topics = tree.section("topics").kind("the MQTT topics");
        var payloads = tree.section("payloads").kind("the limits of payloads");
        var lanes = lanes(tree.section("lanes").kind("the lanes"), topics(topics), payloads(payloads));
        var kafka = kafka(tree.section("kafka").kind("Kafka"));
        var foreign = ForeignReader.read(tree.section("foreign").kind("foreign devices"));
        var live = live(tree.section("live").kind("the live streams"));
        var history = history(tree.section("history").kind("the history"));
        var web = WebReader.read(tree.section("web").kind("the web server"));
        var outlets = OutletSections.read(tree);
        var embedded = embedded(tree.section("embedded").kind("the embedded servers"));
        return tree.build(() -> new HubConfig(
                broker.orElse(BrokerConfig.DEFAULT), // a stand-in: with a problem anywhere, nothing is built
                lanes.orElse(Lane.Config.DEFAULT),
                kafka.orElse(KafkaSettings.DEFAULT),
                foreign.orElse(ForeignIngest.Config.DEFAULT),
                live.orElse(LiveFeed.Config.DEFAULT),
                history.orElse(History.Config.DEFAULT),
                web.orElse(WebServer.Config.DEFAULT),
                outlets,
                embedded.orElse(Embedded.DEFAULT)));
    }

    /// The same, with other servers.
    HubConfig withServers(int mqttPort, String bootstrapServers) {
        var local = new BrokerConfig(
                URI.create("tcp://127.0.0.1:" + mqttPort),
                Optional.empty(),
                Tls.DEFAULT,
                broker.window(),
                broker.packetBytes());
        return new HubConfig(
                local,
                lanes,
                kafka.withBootstrapServers(bootstrapServers),
                foreign,
                live,
                history,
                web,
                outlets,
                embedded);
    }

    private static Optional<BrokerConfig> broker(ConfigTree tree) {
        var standard = BrokerConfig.DEFAULT;
        var url = tree.parsed("url", standard.address(), URI::create);
        judge(tree, "url", () -> new BrokerConfig(url, Optional.empty(), Tls.DEFAULT, 1, 1024));
        var login = login(tree);
        var tls = OutletSections.tls(tree.section("tls").kind("the encrypted link"));
        int window = tree.integer("window", standard.window(), 1, 65_535);
        int packet = bytes(tree, "max-packet", standard.packetBytes(), KIB, 256 * MIB);
        return tree.build(() -> new BrokerConfig(url, login, tls, window, packet));
    }

    private static Optional<BrokerConfig.Login> login(ConfigTree tree) {
        var user = tree.optionalText("username");
        var password = tree.secret("password");
        if (user.isPresent() != password.isPresent()) {
            var there = user.isPresent() ? "username" : "password";
            var missing = user.isPresent() ? "password" : "username";
            tree.problem(there, "%s needs a %s beside it".formatted(there, missing));
        }
        return user.map(name -> new BrokerConfig.Login(name, password.orElse(new Secret(""))));
    }

    private static Topics topics(ConfigTree tree) {
        var prefix = tree.text("prefix", Topics.DEFAULT_PREFIX);
        return tree.build(() -> new Topics(prefix)).orElse(new Topics(Topics.DEFAULT_PREFIX));
    }

    private static SenmlCodec.Limits payloads(ConfigTree tree) {
        var standard = SenmlCodec.Limits.DEFAULT;
        int most = bytes(tree, "max-bytes", standard.bytes(), KIB, MIB);
        int records = tree.integer("max-records", standard.records(), 1, 100_000);
        int depth = tree.integer("max-depth", standard.depth(), 2, 16);
        int name = tree.integer("max-name-length", standard.nameLength(), 3, 1024);
        return tree.build(() -> new SenmlCodec.Limits(most, records, depth, name))
                .orElse(standard);
    }

    private static Optional<Lane.Config> lanes(ConfigTree tree, Topics topics, SenmlCodec.Limits payloads) {
        var standard = Lane.Config.DEFAULT;
        int queueMessages = tree.integer("queue-messages", standard.queueMessages(), 1, 10_000_000);
        int queueBytes = bytes(tree, "queue-bytes", standard.queueBytes(), MIB, 1024 * MIB);
        int batchMessages = tree.integer("batch-messages", standard.batchMessages(), 1, 1_000_000);
        int batchBytes = bytes(tree, "batch-bytes", standard.batchBytes(), 64 * KIB, 256 * MIB);
        return tree.build(
                () -> new Lane.Config(topics, payloads, queueMessages, queueBytes, batchMessages, batchBytes));
    }

    private static Optional<KafkaSettings> kafka(ConfigTree tree) {
        var standard = KafkaSettings.DEFAULT;
        var servers = tree.text("bootstrap-servers", standard.bootstrapServers());
        var prefix = tree.text("prefix", standard.prefix());
        int lanes = tree.integer("lanes", standard.lanes(), 1, Topics.BUCKETS);
        int partitions = tree.integer("event-partitions", standard.eventPartitions(), 1, 10_000);
        int factor = tree.integer("replication-factor", standard.replicationFactor(), 0, 9);
        var retention = tree.duration("retention", standard.retention());
        judge(tree, "bootstrap-servers", () -> standard.withBootstrapServers(servers));
        judge(tree, "prefix", () -> standard.withPrefix(prefix));
        judge(tree, "retention", () -> standard.withRetention(retention));
        var client = client(tree.section("client").kind("Kafka's clients"));
        return tree.build(() -> new KafkaSettings(servers, client, prefix, lanes, partitions, factor, retention));
    }

    /// Kafka's own words, each judged where it stands. Any of them may be a secret, so none is ever shown.
    private static Map<String, String> client(ConfigTree tree) {
        var properties = new HashMap<String, String>();
        for (var name : tree.keys()) {
            tree.secret(name).ifPresent(value -> {
                KafkaSettings.problemWith(name, value.reveal()).ifPresent(problem -> tree.problem(name, problem));
                properties.put(name, value.reveal());
            });
        }
        return properties;
    }

    private static Optional<LiveFeed.Config> live(ConfigTree tree) {
        var standard = LiveFeed.Config.DEFAULT;
        int streams = tree.integer("streams", standard.streams(), 0, 100_000);
        int replays = tree.integer("replays", standard.replays(), 1, 1_000);
        int queueEvents = tree.integer("queue-events", standard.queueEvents(), 1, 1_000_000);
        int queueBytes = bytes(tree, "queue-bytes", standard.queueBytes(), KIB, 1024 * MIB);
        return tree.build(() -> new LiveFeed.Config(streams, replays, queueEvents, queueBytes));
    }

    private static Optional<History.Config> history(ConfigTree tree) {
        var standard = History.Config.DEFAULT;
        int readers = tree.integer("readers", standard.readers(), 1, 1_000);
        int records = tree.integer("records", standard.records(), 1, Integer.MAX_VALUE);
        return tree.build(() -> new History.Config(readers, records));
    }

    private static Optional<Embedded> embedded(ConfigTree tree) {
        var standard = Embedded.DEFAULT;
        var data = tree.parsed("data", standard.data(), Path::of);
        int mqttPort = tree.integer("mqtt-port", standard.mqttPort(), 0, 65_535);
        int kafkaPort = tree.integer("kafka-port", standard.kafkaPort(), 0, 65_535);
        return tree.build(() -> new Embedded(data, mqttPort, kafkaPort));
    }

    /// Says at its own key what is wrong with one value, so that no other problem of the section hides it.
    static void judge(ConfigTree tree, String key, Supplier<?> rule) {
        try {
            var _ = rule.get();
        } catch (IllegalArgumentException wrong) {
            tree.problem(key, String.valueOf(wrong.getMessage()));
        }
    }

    private static int bytes(ConfigTree tree, String key, long standard, long least, long most) {
        long bytes = tree.bytes(key, standard);
        if (bytes < least || bytes > most) {
            tree.problem(key, "must be %d to %d bytes, but is %d".formatted(least, most, bytes));
            return (int) least;
        }
        return (int) bytes;
    }
}
