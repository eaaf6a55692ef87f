package io.pinstream.sim.rehearsal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.sim.device.Journal;
import io.pinstream.sim.device.SimulatedDevice;
import io.pinstream.sim.device.Sources;
import io.pinstream.sim.scenario.Chance;
import io.pinstream.sim.scenario.Controls;
import io.pinstream.sim.scenario.Player;
import io.pinstream.sim.scenario.Scenario;
import io.pinstream.wire.DeviceState;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/// A board's run from its start to its end by a simulated clock: the real agent with all its threads, simulated
/// chips, and a broker and hub in memory. It takes no longer than the processor needs for it.
///
/// **The same configuration, scenario and options give the same publications, byte for byte:** everything that
/// the agent hands to its MQTT client — packs, hellos, states and last wills — with topic, content type, user
/// properties, payload, order and time. Streams and nonces come from the seed. Left out are the figures `jvm.*`
/// of the state, which are this process' own. What the client makes of it is not part of it: packet identifiers,
/// pings, the segments of TCP. Another version of Pinstream or Java, or a system of another name, may give
/// others.
public final class Rehearsal {
    /// @param start what time it is at the beginning
    /// @param length how long it runs; else as long as the scenario
    /// @param faultsPerMinute by chance
    public record Options(long seed, Instant start, Optional<Duration> length, Optional<Double> faultsPerMinute) {}

    /// How it ended.
    public sealed interface Ending {
        /// It ran.
        ///
        /// @param committed how many packs the hub has committed
        /// @param waiting how many events are left in the outbox
        record Ran(Duration lasted, long committed, long waiting) implements Ending {}

        /// The scenario does not fit the board; nothing was started.
        record Unfit(List<Problem> problems) implements Ending {}
    }

    private static final Duration TURN = Duration.ofMillis(100);
    private static final Duration TO_HEAL = Duration.ofSeconds(30);
    private static final int FEW_ROWS = 5; // what is on its way anyway
    private static final Duration UNLESS_SAID = Duration.ofMinutes(1);
    /// Not of the device: what a figure of this process looks like in a state.
    private static final String OWN_FIGURE = "\"jvm\\.[^\"]*\":[^,}]*,?";

    private final AgentConfig config;
    private final Options options;
    private final Consumer<Publication> heard;

    /// @param heard each publication, in order
    public Rehearsal(AgentConfig config, Options options, Consumer<Publication> heard) {
        this.config = config;
        this.options = options;
        this.heard = heard;
    }

    /// Plays it to its end; the caller's thread takes part in it.
    ///
    /// @param folder an empty one, which the caller removes
    /// @param script the scenario, if there is one
    public Ending play(Path folder, Optional<ConfigTree> script, AgentWatch watch)
            throws IOException, InterruptedException {
        var time = new SimulatedTime(options.start);
        var world = new SimulatedDevice.World(
                folder.resolve("kernel"), options.seed, 1, Optional.of(options.start), Sources.WEATHER);
        var device = SimulatedDevice.wired(config, world, time, Journal.NONE);
        var random = new SplittableRandom(options.seed);
        var hub = new SimulatedHub(config.publisher().topics());
        var broker = new SimulatedBroker(time, random.split(), hub, said -> heard.accept(withoutOwnFigures(said)));
        Duration length;
        try (broker;
                device) {
            var read = script.map(tree -> Scenario.read(tree, device.hardware(), Optional.empty()));
            if (read.isPresent() && read.get().scenario().isEmpty()) {
                return new Ending.Unfit(read.get().problems());
            }
            var scenario = read.flatMap(Scenario.Read::scenario);
            var controls = new Controls(device.hardware(), Optional.of(broker));
            scenario.ifPresent(controls::hold);
            var chance = options.faultsPerMinute.map(rate -> new Chance(device.hardware(), rate, options.seed));
            length = options.length.or(() -> scenario.map(Scenario::length)).orElse(UNLESS_SAID);

            broker.start();
            device.begin(config(folder), random.split(), broker, watch);
            pass(time, length, new Player(scenario, chance, controls, _ -> {}));
            controls.mendAll();
            controls.holdAll();
            heal(time, device);
        }
        return new Ending.Ran(length, hub.accepted(), device.outbox().events());
    }

    private static void pass(SimulatedTime time, Duration length, Player player) throws InterruptedException {
        long began = time.nanos();
        for (var elapsed = Duration.ZERO;
                elapsed.compareTo(length) < 0;
                elapsed = Duration.ofNanos(time.nanos() - began)) {
            player.step(elapsed);
            time.sleep(TURN);
        }
    }

    /// Lets the outbox empty, as far as it does in time.
    private static void heal(SimulatedTime time, SimulatedDevice device) throws InterruptedException {
        long end = time.nanos() + TO_HEAL.toNanos();
        while (time.nanos() < end && device.outbox().rows() > FEW_ROWS) {
            time.sleep(TURN);
        }
    }

    /// With an outbox and a state that are fresh, and without pages for others.
    private AgentConfig config(Path folder) {
        var kept = config.outbox();
        return new AgentConfig(
                config.device(),
                config.board(),
                config.sensors(),
                config.control(),
                config.flow(),
                config.packs(),
                new FileOutbox.Config(folder.resolve("outbox"), kept.maxBytes(), kept.durability(), kept.whenFull()),
                folder.resolve("state"),
                config.broker(),
                config.publisher(),
                Optional.empty());
    }

    private static Publication withoutOwnFigures(Publication said) {
        var envelope = said.envelope();
        if (!envelope.contentType().equals(Optional.of(DeviceState.CONTENT_TYPE))) {
            return said;
        }
        var payload = new String(envelope.payload(), UTF_8).replaceAll(OWN_FIGURE, "");
        return new Publication(
                said.at(),
                said.will(),
                said.retained(),
                new Envelope(
                        envelope.topic(),
                        envelope.contentType(),
                        envelope.properties(),
                        payload.getBytes(UTF_8),
                        envelope.exchange()));
    }
}
