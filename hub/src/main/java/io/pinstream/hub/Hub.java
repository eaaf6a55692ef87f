package io.pinstream.hub;

import io.pinstream.hub.command.CommandLine;
import io.pinstream.hub.command.Commands;
import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.device.History;
import io.pinstream.hub.ingest.CommandLink;
import io.pinstream.hub.ingest.ForeignIngest;
import io.pinstream.hub.ingest.MqttIngest;
import io.pinstream.hub.lane.Lane;
import io.pinstream.hub.lane.LaneLink;
import io.pinstream.hub.lane.Lanes;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.log.DeadLetters;
import io.pinstream.hub.log.ForeignLog;
import io.pinstream.hub.log.KafkaEventLog;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaLaneLog;
import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.log.KafkaPulse;
import io.pinstream.hub.log.KafkaTopics;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.log.LaneOwnership;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.watch.Figures;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.watch.MeterWatch;
import io.pinstream.hub.watch.Watches;
import io.pinstream.hub.web.Readiness;
import io.pinstream.hub.web.WebServer;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The hub: takes agents' packs from the MQTT broker into Kafka, exactly once, and says so to the agents.
///
/// It runs whether or not broker and Kafka answer, and keeps trying; only a configuration that does not fit the
/// topics ends it. Any number of hubs may run: the lanes are divided among them.
///
/// | thread | does |
/// |---|---|
/// | `lanes` | makes the topics, then hears from the group of hubs which lanes are ours; starts and ends them |
/// | `lane-<n>` | one lane each |
/// | `ingest` | the connection to the broker |
/// | `foreign` | devices that do not speak the protocol, if any are configured |
/// | `kafka` | asks whether Kafka is there |
/// | `devices` | follows what devices say of themselves |
/// | `commands` | the connection that commands leave by and replies come by |
/// | `outlets`, `outlet-<name>` | what is wanted of the outlets; one each, which passes committed events on |
/// | `live` | what is committed, to the clients that watch; each of them has a virtual thread |
public final class Hub implements AutoCloseable {
    /// Why the hub came to its end.
    public sealed interface End {
        /// Somebody closed it.
        record Closed() implements End {}

        /// The topics that are there do not fit the configuration.
        ///
        /// @param problems whole sentences with their remedies
        record Unusable(List<String> problems) implements End {}

        /// A thread broke.
        record Bug(String thread, RuntimeException cause) implements End {}
    }

    private static final Duration DRAIN = Duration.ofSeconds(10);
    private static final Duration LAST = Duration.ofSeconds(3);

    private final HubConfig config;
    private final TimeSource time;
    private final HubWatch watch;
    private final Figures figures;
    private final Lanes lanes;
    private final MqttIngest ingest;
    private final LaneOwnership ownership;
    private final KafkaPulse pulse;
    private final Optional<ForeignIngest> foreign;
    private final LiveFeed live;
    private final DeviceRegistry devices;
    private final CommandLink commandLink;
    private final Commands commands;
    private final Outlets outlets;
    private final WebServer web;
    private final Thread lanesThread;
    private final List<Thread> threads = new ArrayList<>();
    private final Map<Integer, Link> links = new HashMap<>(); // guarded by itself
    private final AtomicReference<@Nullable End> end = new AtomicReference<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final CountDownLatch topicsMade = new CountDownLatch(1);
    private volatile String topics = "the topics are not there yet";

    /// Starts the hub.
    ///
    /// @param log hears what there is to say, beside the meters
    /// @throws IOException if the web server's port is taken
    public static Hub start(HubConfig config, TimeSource time, HubWatch log) throws IOException {
        var hub = new Hub(config, time, log);
        hub.threads.forEach(Thread::start);
        hub.watch.started(config.web().url(hub.webPort()));
        if (config.web().isExposed()) {
            hub.watch.webExposed(config.web().host());
        }
        return hub;
    }

    private Hub(HubConfig config, TimeSource time, HubWatch log) throws IOException {
        this.config = config;
        this.time = time;
        var meters = new MeterWatch();
        this.figures = new Figures(time);
        this.watch = new Watches(log, meters, figures);

        // Agents' packs: broker → ingest → lane → log, for the lanes that are ours.
        this.lanes = new Lanes(number -> new Lane(number, config.lanes(), this::openLog, new Link(), time, watch));
        this.ingest = new MqttIngest(config.broker(), config.lanes().topics(), lanes::offer, time, watch);
        ingest.lanes(config.kafka().lanes());
        this.ownership = new LaneOwnership(config.kafka(), new Assignment());

        // Devices that do not speak the protocol: broker → foreign ingest → log.
        var transactions = new ForeignTransactions(this::openForeignLog, watch);
        this.foreign = config.foreign().mappings().isEmpty()
                ? Optional.empty()
                : Optional.of(new ForeignIngest(config.broker(), config.foreign(), transactions, time, watch));

        this.pulse = new KafkaPulse(config.kafka(), watch);

        // Clients that watch and ask: Kafka → live, device → web.
        var events = KafkaEventLog.events(config.kafka(), time);
        this.live = new LiveFeed(events, config.live(), time, watch);
        this.devices = new DeviceRegistry(KafkaEventLog.devices(config.kafka(), time), watch);
        this.commandLink = new CommandLink(config.broker(), time, watch);
        this.commands = new Commands(
                config.lanes().topics(),
                Commands.of(devices),
                new CommandPath(commandLink),
                new SecureRandom(),
                time,
                watch);

        // Committed events to other systems: Kafka → outlet.
        this.outlets = new Outlets(config.outlets(), new KafkaOutletLog(config.kafka(), time), time, watch);
        this.web = WebServer.open(
                config.web(),
                new WebServer.Sources(
                        meters::scrape,
                        this::readiness,
                        figures::look,
                        live,
                        devices,
                        new History(events, config.history(), time),
                        new DeadLetters(config.kafka()),
                        commands,
                        outlets,
                        time,
                        watch));
        meters.gauge(
                "ready", "1 while the hub can do its work", () -> readiness().isReady() ? 1 : 0);
        meters.gauge("lanes.owned", "lanes that are ours, open or not yet", lanes::count);
        meters.gauge(
                "devices.waiting.packs",
                "packs that wait in the outboxes of devices that are online, as they said last; every hub says the same",
                () -> devices.summary().waiting());

        this.lanesThread = thread("lanes", this::ownLanes);
        thread("ingest", ingest);
        thread("kafka", pulse);
        thread("live", live);
        thread("devices", this::followDevices);
        thread("commands", () -> commandLink.run(commands.replyFilter(), commands::received, commands::lost));
        foreign.ifPresent(reader -> thread("foreign", () -> {
            try (transactions) {
                reader.run();
            }
        }));
    }

    /// The port that metrics and health are at.
    public int webPort() {
        return web.port();
    }

    /// The few numbers that a person looks at.
    public Figures.Look look() {
        return figures.look();
    }

    /// Waits for the hub's end, and says what it was.
    public End await() throws InterruptedException {
        ended.await();
        return Objects.requireNonNull(end.get());
    }

    // Kafka.

    private LaneLog openLog(int lane) throws IOException {
        return KafkaLaneLog.open(config.kafka(), lane, time);
    }

    private ForeignLog openForeignLog() throws IOException {
        return KafkaForeignLog.open(config.kafka(), config.foreign().clientId(), time);
    }

    /// The thread `lanes`.
    private void ownLanes() {
        try {
            if (makeTopics()) {
                ownership.run();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends it before the topics are there
        }
    }

    /// The thread `devices`, which has nothing to read before there are topics.
    private void followDevices() {
        try {
            topicsMade.await();
            devices.run();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// Makes the topics as soon as Kafka answers; false if those that are there cannot be used.
    private boolean makeTopics() throws InterruptedException {
        var backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), new Random());
        while (true) {
            try {
                var made = KafkaTopics.create(config.kafka());
                watch.kafkaUp();
                var problems = judge(made);
                problems.ifPresent(unusable -> finish(new End.Unusable(unusable)));
                topics = problems.isEmpty() ? "" : "the topics do not fit the configuration";
                topicsMade.countDown();
                outlets.topicsMade();
                return problems.isEmpty();
            } catch (IOException away) {
                watch.kafkaLost(String.valueOf(away.getMessage()));
                Thread.sleep(backoff.next());
            }
        }
    }

    private Optional<List<String>> judge(List<KafkaTopics.Topic> made) {
        var serious = new ArrayList<String>();
        for (var topic : made) {
            for (var finding : topic.findings()) {
                if (finding.serious()) {
                    serious.add("topic %s %s".formatted(topic.name(), finding.text()));
                } else {
                    watch.topicDoubtful(topic.name(), finding.text());
                }
            }
        }
        return serious.isEmpty() ? Optional.empty() : Optional.of(serious);
    }

    private final class Assignment implements LaneOwnership.Listener {
        @Override
        public void assigned(List<Integer> numbers) {
            numbers.forEach(lanes::own);
        }

        @Override
        public void revoked(List<Integer> numbers) {
            lanes.disown(numbers);
        }
    }

    /// One lane's hold on the link to the agents. A lane that hung and ends late must not end the subscription of
    /// the next one of its number.
    private final class Link implements LaneLink {
        @Override
        public void listen(int lane) {
            synchronized (links) {
                links.put(lane, this);
                ingest.listen(lane);
            }
        }

        @Override
        public void leave(int lane) {
            synchronized (links) {
                if (links.remove(lane, this)) {
                    ingest.leave(lane);
                }
            }
        }

        @Override
        public void answer(List<Envelope> answers) {
            ingest.publish(answers);
        }
    }

    /// Commands go by the broker.
    private record CommandPath(CommandLink link) implements CommandLine {
        @Override
        public String state() {
            return link.state();
        }

        @Override
        public boolean publish(Envelope envelope, Consumer<String> undelivered) {
            return link.publish(envelope, undelivered);
        }
    }

    // Health.

    private Readiness readiness() {
        var checks = new ArrayList<Readiness.Check>();
        checks.add(new Readiness.Check("broker", ingest.state()));
        checks.add(new Readiness.Check("kafka", pulse.state()));
        checks.add(new Readiness.Check("lanes", lanesState()));
        foreign.ifPresent(reader -> checks.add(new Readiness.Check("foreign", reader.state())));
        return new Readiness(checks);
    }

    private String lanesState() {
        if (!topics.isEmpty() || !ownership.state().isEmpty()) {
            return topics.isEmpty() ? ownership.state() : topics;
        }
        int open = figures.look().lanes();
        int ours = lanes.count();
        return open >= ours ? "" : "%d of %d lanes are open".formatted(open, ours);
    }

    // The end.

    private Thread thread(String name, Runnable body) {
        var thread = Thread.ofPlatform().name(name).unstarted(() -> {
            try {
                body.run();
            } catch (RuntimeException bug) { // the root of the thread
                finish(new End.Bug(name, bug));
            }
        });
        threads.add(thread);
        return thread;
    }

    private void finish(End why) {
        end.compareAndSet(null, why);
        ended.countDown();
    }

    /// Leaves the group, lets every lane finish its transaction, then takes the connections down. Within a few
    /// seconds: whatever hangs is interrupted, and agents send again what was not committed. The second time it
    /// does nothing.
    @Override
    public void close() {
        if (closed.getAndSet(true)) {
            return;
        }
        ownership.close();
        foreign.ifPresent(ForeignIngest::close);
        pulse.close();
        live.close();
        outlets.close();
        devices.close();
        commandLink.close();
        topicsMade.countDown();
        if (!topics.isEmpty()) {
            lanesThread.interrupt();
        }
        join(List.of(lanesThread), DRAIN);
        lanes.close(); // none is left, unless the thread hung
        ingest.close(); // after the lanes: it sends their last answers
        join(threads, LAST);
        web.close();
        watch.stopped();
        finish(new End.Closed());
    }

    /// Waits for threads that have been asked to end, and interrupts those that do not.
    private static void join(List<Thread> ending, Duration limit) {
        try {
            for (var thread : ending) {
                if (thread.getState() != Thread.State.NEW && !thread.join(limit)) {
                    thread.interrupt();
                    var _ = thread.join(LAST);
                }
            }
        } catch (InterruptedException stop) {
            ending.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
