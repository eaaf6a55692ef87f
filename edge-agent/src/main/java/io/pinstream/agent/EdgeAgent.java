package io.pinstream.agent;

import io.pinstream.agent.actuator.Switchboard;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.control.Control;
import io.pinstream.agent.control.Order;
import io.pinstream.agent.driver.CountFile;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.flow.Flow;
import io.pinstream.agent.flow.Packer;
import io.pinstream.agent.link.CommandDoor;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.MqttSession;
import io.pinstream.agent.link.Publisher;
import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.outbox.Owner;
import io.pinstream.agent.outbox.Packed;
import io.pinstream.agent.outbox.RestampedOutbox;
import io.pinstream.agent.rule.Rules;
import io.pinstream.agent.sampling.EdgeSampler;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.agent.watch.MeterWatch;
import io.pinstream.agent.watch.Standstill;
import io.pinstream.agent.watch.Watches;
import io.pinstream.agent.web.LocalPages;
import io.pinstream.event.SensorId;
import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/// One device: the whole line from its pins to the broker, put together.
///
/// ```
/// board → driver → sampler ─┐
/// board → driver → sampler ─┼→ control → flow (rules, packer) → outbox → publisher → link ══ MQTT 5
/// board → driver → edges  ──┘     ↓                                      ↖ answers of the hub ↙
///              board ← switchboard, by the device's own rules and by commands from the hub
/// ```
///
/// Stages know only the one before them, by an interface that this class hands over. Closing goes the other way:
/// no more readings, then what is under way comes to the disk, then the link says goodbye. What is not sent yet
/// stays in the outbox.
public final class EdgeAgent implements AutoCloseable {
    /// What is not the configuration's: the hardware, the clock, and who listens.
    ///
    /// @param board opened by the caller, who closes it after the agent
    /// @param time what this device's threads are started and paced by
    /// @param random makes streams and nonces; seeded in tests
    /// @param sessions opens each connection to the broker
    public record World(
            Board board, TimeSource time, RandomGenerator random, MqttSession.Opening sessions, AgentWatch watch) {
        /// This machine's clock, and names that nobody guesses.
        public static World of(Board board, AgentWatch watch) {
            return new World(board, TimeSource.system(), new SecureRandom(), MqttSession.byPaho(), watch);
        }
    }

    private static final Duration TO_END = Duration.ofSeconds(3);
    private static final Duration TO_DRAIN = Duration.ofSeconds(2);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final MeterWatch meters = new MeterWatch();
    private final Outbox outbox;
    private final Closer closer;
    private final SequencedMap<String, Loop> loops = new LinkedHashMap<>();

    private EdgeAgent(AgentConfig config, World world, Closer closer) throws IOException {
        this.closer = closer;
        var time = world.time();
        var standstill = new Standstill(time);
        var watch = new Watches(world.watch(), meters, standstill);

        var owner = new Owner(config.device(), world.board().serial());
        outbox = closer.add(RestampedOutbox.over(
                FileOutbox.open(config.outbox(), owner, watch),
                config.device(),
                config.outbox().folder(),
                world.board().boot(),
                time));
        show(config, time, standstill);

        var topics = config.publisher().topics();
        var door = config.control().takesCommands()
                ? Optional.of(new CommandDoor(config.device(), topics, time, watch))
                : Optional.<CommandDoor>empty();
        var presence = new StateReport(config, world.board().describe(), meters, time, door);
        var link = closer.add(new MqttLink(config.broker(), presence, world.sessions(), time, world.random(), watch));
        var publisher = new Publisher(config.publisher(), outbox, link, time, world.random(), watch);
        loops.put("publisher", publisher);
        start(time, "publisher", publisher, () -> {
            drain(link, time);
            publisher.close();
        });

        var rules =
                new Rules(config.sensors().stream().collect(Collectors.toMap(SensorConfig::id, SensorConfig::rule)));
        var packer = new Packer(config.device(), config.packs());
        var flow = new Flow(config.flow(), rules, packer, new Sending(outbox, publisher, standstill), time, watch);
        loops.put("flow", flow);
        start(time, "flow", flow, flow::close);

        var switchboard = closer.add(new Switchboard(config.control().actuators(), world.board(), time, watch));
        var control = new Control(
                new Control.Config(
                        config.sensors().stream().collect(Collectors.toMap(SensorConfig::id, SensorConfig::doubted)),
                        config.control().rules(),
                        config.control().driven(),
                        config.control().holds()),
                wanted -> switchboard.set(wanted.actuator(), wanted.percent(), wanted.cause()),
                flow::offer,
                time,
                watch);
        loops.put("control", control);
        start(time, "control", control, control::close);
        door.ifPresent(opened -> opened.open(
                link,
                (request, arrived, deadline, answer) ->
                        control.command(new Order(request, arrived, deadline, answer))));

        var samplers = new ArrayList<Thread>();
        for (var sensor : config.sensors()) {
            var keeper = new CountFile(config.state().resolve(sensor.id() + ".count"), new Keeping(sensor.id(), watch));
            var driver = closer.add(sensor.driver().openLate(world.board(), keeper));
            var loop = switch (driver) {
                case Driver.Polled asked ->
                    new Sampler(
                            sensor.id(),
                            asked,
                            sensor.sampling(),
                            time,
                            (event, atMost) -> flow.offer(control.hear(event), atMost),
                            watch);
                case Driver.EdgeDriven speaking ->
                    new EdgeSampler(sensor.id(), speaking, time, event -> flow.put(control.hear(event)), watch);
            };
            samplers.add(time.thread("sampler-" + sensor.id(), loop));
        }
        // All are told before any is waited for; their drivers are closed once they have ended.
        closer.add(() -> endAll(samplers, time));
        closer.add(() -> samplers.forEach(Thread::interrupt));
        samplers.forEach(Thread::start);

        if (config.web().isPresent()) {
            var pages = closer.add(LocalPages.open(
                    config.web().get(), meters::scrape, () -> link.connection() == 0 ? "no link to the broker" : ""));
            watch.started("http://127.0.0.1:" + pages.port());
        }
    }

    /// The meters that are asked for when somebody looks, and those of each sensor.
    private void show(AgentConfig config, TimeSource time, Standstill standstill) {
        meters.build(Version.TEXT);
        config.sensors().forEach(sensor -> meters.expect(sensor.id()));
        meters.gauge("outbox.rows", "rows that wait", () -> outbox.figures().rows());
        meters.gauge("outbox.events", "events that wait", () -> outbox.figures().events());
        meters.gauge(
                "outbox.bytes",
                "bytes of the outbox on the disk",
                () -> outbox.figures().bytes());
        meters.gauge(
                "outbox.max.bytes",
                "bytes that the outbox may have",
                () -> config.outbox().maxBytes());
        meters.gauge(
                "outbox.standstill.seconds",
                "how long something has waited without the hub having committed anything; 0 if nothing waits",
                () -> standstill.seconds(() -> outbox.figures().rows() > 0));
        meters.gauge("clock.known", "1 once the wall time can be right", () -> time.wallTimeIsKnown() ? 1 : 0);
        meters.total(
                "outbox.written.bytes",
                "bytes written to the disk",
                _ -> outbox.figures().writtenBytes());
        meters.gauge(
                "outbox.written.bytes.per.event",
                "what an event costs the disk",
                () -> outbox.figures().writtenBytesPerEvent());
    }

    /// Puts the line together and starts it. The broker need not be there.
    ///
    /// @throws IOException if the outbox cannot be opened; nothing is left running
    public static EdgeAgent start(AgentConfig config, World world) throws IOException {
        var closer = new Closer();
        try {
            return new EdgeAgent(config, world, closer);
        } catch (IOException failure) {
            throw closer.closeAfter(failure);
        } catch (RuntimeException failure) {
            throw closer.closeAfter(failure);
        }
    }

    /// The threads that must go round for this device to do its work, by name. Samplers are not among them: a
    /// sensor that hangs is a quality.
    SequencedMap<String, Loop> loops() {
        return Collections.unmodifiableSequencedMap(loops);
    }

    public Outbox.Figures figures() {
        return outbox.figures();
    }

    /// Ends the readings, brings what was taken to the disk, and lets go of everything, within a few seconds.
    @Override
    public void close() throws IOException {
        closer.close();
    }

    private void start(TimeSource time, String name, Runnable loop, Runnable end) {
        var thread = time.thread(name, loop);
        closer.add(() -> {
            end.run();
            endAll(List.of(thread), time);
        });
        thread.start();
    }

    /// Lets what is left be sent, if somebody is there to commit it: a device that is switched off for the winter
    /// should not keep its last readings until spring.
    private void drain(MqttLink link, TimeSource time) {
        long end = time.nanos() + TO_DRAIN.toNanos();
        try {
            while (link.connection() != 0 && outbox.figures().rows() > 0 && time.nanos() < end) {
                time.sleep(LOOK);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private static void endAll(List<Thread> threads, TimeSource time) throws InterruptedException {
        for (var thread : threads) {
            if (thread.isAlive() && !time.join(thread, TO_END)) {
                thread.interrupt(); // it waits for hardware or for a disk that does not answer
            }
        }
    }

    /// Says whether a sensor's count outlives the agent.
    private record Keeping(SensorId sensor, AgentWatch watch) implements CountFile.Listener {
        @Override
        public void notKept(String reason) {
            watch.countNotKept(sensor, reason);
        }

        @Override
        public void kept() {
            watch.countKept(sensor);
        }
    }

    /// The outbox, and the publisher that is to know what is new in it.
    private record Sending(Outbox outbox, Publisher publisher, Standstill standstill) implements Flow.Store {
        @Override
        public Outbox.Appended append(Packed packed) throws IOException {
            if (outbox.figures().rows() == 0) {
                standstill.began();
            }
            var appended = outbox.append(packed);
            if (appended instanceof Outbox.Appended.Kept(long row) && outbox.lastDurable() >= row) {
                publisher.wake();
            }
            return appended;
        }

        @Override
        public void flush() throws IOException {
            outbox.flush();
            publisher.wake();
        }
    }
}
