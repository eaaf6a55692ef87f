package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.flow.Flow;
import io.pinstream.agent.flow.Packer;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.Publisher;
import io.pinstream.agent.link.Tls;
import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.agent.outbox.FileOutbox.Durability;
import io.pinstream.agent.outbox.FileOutbox.WhenFull;
import io.pinstream.agent.web.LocalPages;
import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.event.DeviceId;
import io.pinstream.wire.Payload;
import io.pinstream.wire.Topics;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Everything that `agent.yaml` says, valid or not there at all.
///
/// @param sensors in the order of the file
/// @param state a folder for what sensors keep over restarts
/// @param web pages for programs on this machine; empty for none
public record AgentConfig(
        DeviceId device,
        Board.Config board,
        List<SensorConfig> sensors,
        ControlConfig control,
        Flow.Config flow,
        Packer.Config packs,
        FileOutbox.Config outbox,
        Path state,
        MqttLink.Config broker,
        Publisher.Config publisher,
        Optional<LocalPages.Config> web) {
    public static final Path DEFAULT_OUTBOX = Path.of("/var/lib/pinstream/outbox");
    /// Inside the outbox's folder, which is this agent's alone, unless it is configured.
    private static final String STATE = "state";
    static final String DROP_INS = "conf.d";
    /// Among those that exporters for Prometheus use.
    static final int DEFAULT_WEB_PORT = 9464;

    public static final URI DEFAULT_BROKER = URI.create("tcp://127.0.0.1:1883");

    /// So high that the records say what is allowed, with the reason.
    private static final int MOST = 1_000_000_000;

    public AgentConfig {
        sensors = List.copyOf(sensors);
    }

    /// What came of reading a file.
    ///
    /// @param config empty if there is any problem
    /// @param problems all of them, by line
    /// @param effective every key with the value that counts, secrets masked
    public record Read(Optional<AgentConfig> config, List<Problem> problems, List<String> effective) {}

    /// Reads a file and what lies in `conf.d` beside it, laid over it in the order of their names; a file that cannot
    /// be read is a problem, too.
    public static Read read(Path file) {
        return read(ConfigTree.read(file, file.resolveSibling(DROP_INS)));
    }

    static Read read(ConfigTree tree) {
        tree.kind("agent.yaml");
        var config = parse(tree);
        var problems = tree.finish();
        return new Read(problems.isEmpty() ? config : Optional.empty(), problems, tree.effective());
    }

    private static Optional<AgentConfig> parse(ConfigTree tree) {
        var device = device(tree);
        var board = board(tree.section("board").kind("board"));
        var packs = packs(tree.section("packs").kind("packs"));
        var outboxTree = tree.section("outbox").kind("outbox");
        var outbox = outbox(outboxTree);
        var flow = outboxTree.build(() -> new Flow.Config(
                outboxTree.integer("queue", Flow.Config.DEFAULT.queue(), 0, MOST),
                outboxTree.duration("loss-window", Flow.Config.DEFAULT.lossWindow())));
        var state = tree.parsed(
                "state",
                outbox.map(FileOutbox.Config::folder).orElse(DEFAULT_OUTBOX).resolve(STATE),
                Path::of);
        var broker = broker(tree.section("broker").kind("broker"), device);
        var publisher = publisher(tree, device, packs);
        var web = web(tree);
        var sensors = sensors(tree);
        var control = ControlReader.read(tree, sensors);
        if (board.isEmpty()
                || packs.isEmpty()
                || outbox.isEmpty()
                || flow.isEmpty()
                || broker.isEmpty()
                || publisher.isEmpty()) {
            return Optional.empty();
        }
        return tree.build(() -> new AgentConfig(
                device.orElseThrow(),
                board.get(),
                sensors,
                control,
                flow.get(),
                packs.get(),
                outbox.get(),
                state,
                broker.get(),
                publisher.get(),
                web));
    }

    private static Optional<DeviceId> device(ConfigTree tree) {
        if (!tree.has("device")) {
            var ignored = tree.text("device"); // notes that it is missing
            return Optional.empty();
        }
        return tree.optionalParsed("device", DeviceId::new);
    }

    private static Optional<Board.Config> board(ConfigTree board) {
        return board.build(() -> new Board.Config(
                board.text("provider", Board.Config.AUTO),
                board.optionalText("chip"),
                board.parsed("root", Board.Config.DEFAULT.root(), Path::of)));
    }

    private static Optional<Packer.Config> packs(ConfigTree packs) {
        var standard = Packer.Config.DEFAULT;
        return packs.build(() -> new Packer.Config(
                packs.integer("events", standard.events(), 0, MOST),
                packs.duration("linger", standard.linger()),
                (int) Math.min(MOST, packs.bytes("bytes", standard.bytes())),
                packs.choice("format", Payload.Format.class, standard.format())));
    }

    private static Optional<FileOutbox.Config> outbox(ConfigTree outbox) {
        return outbox.build(() -> new FileOutbox.Config(
                outbox.parsed("folder", DEFAULT_OUTBOX, Path::of),
                outbox.bytes("max-bytes", FileOutbox.Config.DEFAULT_BYTES),
                outbox.choice("durability", Durability.class, Durability.BATCHED),
                outbox.choice("when-full", WhenFull.class, WhenFull.DROP_OLDEST)));
    }

    private static Optional<MqttLink.Config> broker(ConfigTree broker, Optional<DeviceId> device) {
        var address = broker.parsed("url", DEFAULT_BROKER, AgentConfig::address);
        boolean wantsTls = "tls".equals(address.getScheme());
        var tls = tls(broker.section("tls").kind("tls"), wantsTls);
        var username = broker.optionalText("username");
        var password = broker.secret("password");
        var connectTimeout = broker.duration("connect-timeout", MqttLink.Config.DEFAULT_CONNECT_TIMEOUT);
        var keepAlive = broker.duration("keep-alive", MqttLink.Config.DEFAULT_KEEP_ALIVE);
        var longestPause = broker.duration("longest-pause", MqttLink.Config.DEFAULT_LONGEST_PAUSE);
        if (wantsTls && tls.isEmpty()) {
            return Optional.empty(); // its section has said why
        }
        return broker.build(() -> new MqttLink.Config(
                address,
                device.map(DeviceId::value).orElse("device"),
                username,
                password,
                tls,
                connectTimeout,
                keepAlive,
                longestPause));
    }

    private static URI address(String text) {
        var address = URI.create(text);
        MqttLink.Config.problemWith(address).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
        return address;
    }

    private static Optional<Tls> tls(ConfigTree tls, boolean wanted) {
        var ca = tls.optionalParsed("ca", Path::of);
        var certificate = tls.optionalParsed("certificate", Path::of);
        var key = tls.optionalParsed("key", Path::of);
        boolean verify = tls.flag("verify-hostname", true);
        if (!wanted && (ca.isPresent() || certificate.isPresent() || key.isPresent())) {
            tls.problem("ca", "is of no use without tls:// in broker.url; write tls://host:8883 there");
        }
        return wanted ? tls.build(() -> new Tls(ca, certificate, key, verify)) : Optional.empty();
    }

    private static Optional<Publisher.Config> publisher(
            ConfigTree tree, Optional<DeviceId> device, Optional<Packer.Config> packs) {
        var prefix = tree.text("topic-prefix", Topics.DEFAULT_PREFIX);
        int window = tree.integer("window", Publisher.Config.DEFAULT_WINDOW, 0, MOST);
        return tree.build(() -> new Publisher.Config(
                device.orElse(new DeviceId("device")),
                new Topics(prefix),
                packs.orElse(Packer.Config.DEFAULT).format(),
                window));
    }

    private static Optional<LocalPages.Config> web(ConfigTree tree) {
        if (!tree.has("web")) {
            return Optional.empty();
        }
        var web = tree.section("web").kind("web");
        return web.build(() -> new LocalPages.Config(web.integer("port", DEFAULT_WEB_PORT, 0, MOST)));
    }

    private static List<SensorConfig> sensors(ConfigTree tree) {
        var sensors = new ArrayList<SensorConfig>();
        tree.sections("sensors")
                .forEach((name, section) -> SensorConfig.read(name, section).ifPresent(sensors::add));
        if (!tree.has("sensors")) {
            tree.problem("sensors", "is missing: name at least one sensor, such as `machine: {type: host}`");
        }
        return sensors;
    }
}
