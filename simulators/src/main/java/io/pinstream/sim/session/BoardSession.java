package io.pinstream.sim.session;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.agent.rule.SensorRule;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.agent.watch.LoggingWatch;
import io.pinstream.agent.watch.Watches;
import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.event.SensorId;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.Network;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.sim.scenario.Chance;
import io.pinstream.sim.scenario.Controls;
import io.pinstream.sim.scenario.Player;
import io.pinstream.sim.scenario.Scenario;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// One device from its start to the report on it: a real agent on a simulated board, to which things happen by
/// script, by chance and by keys, shown live or told line by line.
///
/// Everything here is done by the thread that calls [#run]; the agent's own threads only leave lines in a queue of
/// 1,000, and what finds no room there is not told.
public final class BoardSession {
    /// @param embedded whether broker, Kafka and hub run in this process, with the outbox, and are gone afterwards
    /// @param live whether to show pictures in a terminal; else lines
    /// @param length how long it runs, by the world's time; else as long as the scenario, or until it is ended
    /// @param faultsPerMinute by chance
    /// @param journal where to write down what the chips show
    public record Options(
            boolean embedded,
            boolean live,
            long seed,
            double speed,
            Optional<Duration> length,
            Optional<Double> faultsPerMinute,
            Optional<Path> journal) {}

    /// How it ended.
    public sealed interface Ending {
        /// It ran; whether nothing was lost, as far as can be seen.
        record Ran(boolean clean) implements Ending {}

        /// The scenario does not fit the board; nothing was started.
        record Unfit(List<Problem> problems) implements Ending {}
    }

    private static final int MOST_LINES = 1_000;
    private static final int MOST_NEWS = 200;
    private static final int FEW_ROWS = 5;
    private static final Duration TO_HEAL = Duration.ofSeconds(30);
    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration STATUS = Duration.ofSeconds(10);

    /// A line, and when it was said.
    private record Said(Duration at, String line) {}

    private final AgentConfig config;
    private final Options options;
    private final PrintStream out;
    private final TimeSource time = TimeSource.system();
    private final BlockingQueue<Said> lines = new ArrayBlockingQueue<>(MOST_LINES);
    private final Deque<String> news = new ArrayDeque<>();
    private Optional<Scenario> scenario = Optional.empty();
    private long waited;
    private volatile Instant began = Instant.MAX;

    /// @param out for pictures, lines and the report
    public BoardSession(AgentConfig config, Options options, PrintStream out) {
        this.config = config;
        this.options = options;
        this.out = out;
    }

    /// Runs it to its end.
    ///
    /// @param folder an empty one, which the caller removes
    /// @param script the scenario, if there is one
    public Ending run(Path folder, Optional<ConfigTree> script, Shutdown shutdown)
            throws IOException, InterruptedException {
        try (var closer = new Closer()) {
            var written = options.journal.isPresent() ? Journal.to(options.journal.get()) : Journal.NONE;
            var journal = closer.add(new CountedJournal(written));
            var world = new SimulatedDevice.World(folder.resolve("kernel"), options.seed, options.speed);
            var device = closer.add(SimulatedDevice.wired(config, world, journal));
            if (script.isPresent()) {
                var read = Scenario.read(script.get(), device.hardware(), networkStays());
                if (read.scenario().isEmpty()) {
                    return new Ending.Unfit(read.problems());
                }
                scenario = read.scenario();
            }
            var servers = options.embedded ? Optional.of(closer.add(servers(folder))) : Optional.<Servers>empty();
            var network = network(servers);
            network.ifPresent(closer::add);
            return run(device, journal, servers, network, folder, shutdown);
        }
    }

    private Ending run(
            SimulatedDevice device,
            CountedJournal journal,
            Optional<Servers> servers,
            Optional<Network> network,
            Path folder,
            Shutdown shutdown)
            throws IOException, InterruptedException {
        var tally = new Tally(time, line -> say(device, line));
        var controls = new Controls(device.hardware(), network);
        scenario.ifPresent(controls::hold);
        var chance = options.faultsPerMinute.map(rate -> new Chance(device.hardware(), rate, options.seed));
        var player = new Player(scenario, chance, controls, step -> say(device, "world: " + step.words()));
        began = device.world().instant();
        device.begin(config(network, folder), new Watches(tally, logged()));
        say(
                device,
                "%s has %d sensors; %s; seed %d"
                        .formatted(
                                config.device(),
                                config.sensors().size(),
                                options.embedded ? "broker, Kafka and hub are in this process" : broker(),
                                options.seed));
        var desk = new Desk(device.hardware(), controls, network, tally, device::outbox);
        if (options.live) {
            live(device, tally, desk, player, controls, shutdown);
        } else {
            lines(device, tally, player, shutdown);
        }
        var lasted = elapsed(device);
        say(device, "ending: everything is mended, and the outbox may empty");
        controls.mendAll();
        controls.holdAll();
        if (options.embedded) {
            heal(device, tally);
        }
        device.close();
        tell();
        return new Ending.Ran(report(device, journal, servers, tally, lasted));
    }

    // While it runs.

    /// Lets happen what is due, and notices when what an outage held up is sent.
    private void turn(SimulatedDevice device, Tally tally, Player player) {
        player.step(elapsed(device));
        var figures = device.outbox();
        if (!tally.link().up()) {
            waited = Math.max(waited, figures.events());
        } else if (figures.rows() <= FEW_ROWS) {
            if (waited > 0 && tally.outages().count() > 0) {
                say(device, "outage healed: the %d events that waited are in Kafka".formatted(waited));
            }
            waited = 0;
        }
    }

    private void live(
            SimulatedDevice device, Tally tally, Desk desk, Player player, Controls controls, Shutdown shutdown)
            throws InterruptedException {
        try (var screen = Screen.open(out)) {
            while (!isOver(device) && !shutdown.await(Duration.ZERO)) {
                turn(device, tally, player);
                takeNews();
                screen.show(desk.picture(title(device, player), List.copyOf(news), time.nanos(), screen.isRaw()));
                var key = screen.key(TURN.toMillis());
                if (key.isPresent() && key.get() == Desk.QUIT) {
                    return;
                }
                key.flatMap(desk::action).ifPresent(action -> {
                    say(device, "by hand: " + action.words());
                    controls.perform(action);
                });
            }
        }
    }

    private void lines(SimulatedDevice device, Tally tally, Player player, Shutdown shutdown)
            throws InterruptedException {
        long next = time.nanos() + STATUS.toNanos();
        do {
            turn(device, tally, player);
            if (time.nanos() - next >= 0) {
                next += STATUS.toNanos();
                say(
                        device,
                        "outbox: %d events wait, %d taken; link %s"
                                .formatted(
                                        device.outbox().events(),
                                        tally.events(),
                                        tally.link().up() ? "up" : "down"));
            }
            tell();
        } while (!isOver(device) && !shutdown.await(TURN));
    }

    private boolean isOver(SimulatedDevice device) {
        var length = options.length.or(() -> scenario.map(Scenario::length));
        return length.isPresent() && elapsed(device).compareTo(length.get()) >= 0;
    }

    private Duration elapsed(SimulatedDevice device) {
        var passed = Duration.between(began, device.world().instant());
        return passed.isNegative() ? Duration.ZERO : passed;
    }

    private String title(SimulatedDevice device, Player player) {
        var next = player.next()
                .map(step -> "; next at %s: %s".formatted(clock(step.at()), step.words()))
                .orElse("");
        return "pinstream board %s  %s%s".formatted(config.device(), clock(elapsed(device)), next);
    }

    /// For any thread; returns at once.
    private void say(SimulatedDevice device, String line) {
        boolean ignored = lines.offer(new Said(elapsed(device), line));
    }

    private void tell() {
        for (var said = lines.poll(); said != null; said = lines.poll()) {
            out.println(line(said));
        }
        out.flush();
    }

    private void takeNews() {
        for (var said = lines.poll(); said != null; said = lines.poll()) {
            news.add(line(said));
            if (news.size() > MOST_NEWS) {
                news.remove();
            }
        }
    }

    /// A line with its time.
    private static String line(Said said) {
        return clock(said.at) + "  " + Picture.harmless(said.line);
    }

    static String clock(Duration at) {
        return "%02d:%02d.%d".formatted(at.toMinutes(), at.toSecondsPart(), at.toMillisPart() / 100);
    }

    // At its end.

    private void heal(SimulatedDevice device, Tally tally) throws InterruptedException {
        long end = time.nanos() + TO_HEAL.toNanos();
        while (time.nanos() - end < 0 && !(tally.link().up() && device.outbox().rows() <= FEW_ROWS)) {
            Thread.sleep(TURN);
        }
    }

    private boolean report(
            SimulatedDevice device, CountedJournal journal, Optional<Servers> servers, Tally tally, Duration lasted)
            throws IOException {
        long waiting = device.outbox().events();
        var outages = tally.outages();
        var link = tally.link();
        out.printf("%nreport on %s after %s (seed %d)%n", config.device(), clock(lasted), options.seed);
        out.printf(
                "link     outages %d, longest %.1f s; packs sent %d, of them again %d%n",
                outages.count(), outages.longest().toMillis() / 1e3, link.sent(), link.resent());
        if (servers.isEmpty()) {
            out.printf(
                    "events   taken %d, waiting in the outbox %d, dropped and named %d%n",
                    tally.events(), waiting, tally.dropped());
            out.println("         whether they are in Kafka says pinstream-hub audit");
            return true;
        }
        var verdict = Verdict.of(
                tally,
                Found.in(servers.get().kafka(), config.device().value()),
                waiting,
                tally.dropped(),
                shown(device.hardware(), journal));
        out.printf("lines    moves shown %d, in Kafka %d%n", verdict.edgesShown(), verdict.edgesCommitted());
        out.printf(
                "events   taken %d, in Kafka %d, waiting %d, dropped and named %d, lost %d, twice %d%n",
                verdict.taken(),
                verdict.committed(),
                verdict.waiting(),
                verdict.named(),
                verdict.lost(),
                verdict.twice());
        if (!verdict.isClean()) {
            out.printf("NOT CLEAN: run it again with --seed %d and --log FILE to see why%n", options.seed);
        }
        return verdict.isClean();
    }

    /// How many moves each contact has shown; not where a rule may leave some out.
    private static Map<SensorId, Long> shown(List<Hardware> hardware, CountedJournal journal) {
        var shown = new HashMap<SensorId, Long>();
        for (var one : hardware) {
            if (one.sensor().driver() instanceof ContactConfig
                    && one.sensor().rule().equals(SensorRule.Config.ALL)) {
                shown.put(one.id(), journal.of(one.id()));
            }
        }
        return shown;
    }

    // Before it starts.

    private Servers servers(Path folder) throws IOException, InterruptedException {
        out.println("starting an MQTT broker, Kafka and the hub in this process ...");
        out.flush();
        return Servers.start(folder.resolve("servers"), new io.pinstream.hub.watch.LoggingWatch(time));
    }

    private AgentWatch logged() {
        return new LoggingWatch(time);
    }

    private Optional<String> networkStays() {
        return options.embedded || "tcp".equals(config.broker().broker().getScheme())
                ? Optional.empty()
                : Optional.of(
                        "the network to %s cannot be cut: what stands between would need the broker's certificate; use --embedded or tcp://"
                                .formatted(broker()));
    }

    private String broker() {
        return config.broker().broker().toString();
    }

    private Optional<Network> network(Optional<Servers> servers) throws IOException {
        if (servers.isPresent()) {
            return Optional.of(Network.to("127.0.0.1", servers.get().mqttPort()));
        }
        boolean wanted = options.live || scenario.isPresent();
        var broker = config.broker().broker();
        return wanted && networkStays().isEmpty()
                ? Optional.of(Network.to(broker.getHost(), broker.getPort()))
                : Optional.empty();
    }

    /// The configuration with the network in between; with embedded servers also with an outbox and a state that
    /// are as fresh as they are.
    private AgentConfig config(Optional<Network> network, Path folder) {
        if (network.isEmpty()) {
            return config;
        }
        var to = URI.create("tcp://127.0.0.1:" + network.get().port());
        var given = config.broker();
        var broker = new MqttLink.Config(
                to,
                given.clientId(),
                options.embedded ? Optional.empty() : given.username(),
                options.embedded ? Optional.empty() : given.password(),
                Optional.empty(),
                given.connectTimeout(),
                given.keepAlive(),
                given.longestPause());
        var kept = config.outbox();
        var outbox = options.embedded
                ? new FileOutbox.Config(folder.resolve("outbox"), kept.maxBytes(), kept.durability(), kept.whenFull())
                : kept;
        return new AgentConfig(
                config.device(),
                config.board(),
                new ArrayList<>(config.sensors()),
                config.control(),
                config.flow(),
                config.packs(),
                outbox,
                options.embedded ? folder.resolve("state") : config.state(),
                broker,
                config.publisher(),
                config.web());
    }
}
