package io.pinstream.hub.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pinstream.event.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Counts what the hub does, for Prometheus.
///
/// The names are `pinstream_hub_…`, with `_total` or `_seconds` behind them. Tags name brokers and outcomes of a
/// fixed set, never a device: a fleet would make one time series of each.
public final class MeterWatch implements HubWatch {
    private static final String PREFIX = "pinstream.hub.";
    /// A client may send any word.
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH");

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, AtomicInteger> brokers = new ConcurrentHashMap<>();
    private final Map<String, OutletMeters> outlets = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> devices = new ConcurrentHashMap<>();
    private final Counter packs = counter("ingest.packs", "packs committed in Kafka");
    private final Counter events = counter("ingest.events", "events committed in Kafka, exactly once");
    private final Counter foreign =
            counter("foreign.events", "events of devices that do not speak the protocol, committed at least once");
    private final Counter foreignLost =
            counter("foreign.lost", "QoS 0 messages of foreign devices that came faster than Kafka took them");
    private final Counter duplicates = counter("duplicates", "packs dropped because they had been accepted before");
    private final Counter gaps = counter(
            "sequence.gaps",
            "packs dropped because they came early or of a stream that is not followed; agents send again");
    private final Counter shed =
            counter("shed.messages", "messages dropped because the queue of a lane was full; agents send again");
    private final Counter answers =
            counter("answers.dropped", "answers to agents dropped because the link was down or busy; agents ask again");
    private final Counter badPacks = letters("pack");
    private final Counter badMessages = letters("message");
    private final Counter named =
            counter("dropped.events", "events that devices dropped for want of room, named in Kafka");
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger replays = new AtomicInteger();
    private final Counter liveDropped =
            counter("live.dropped", "events dropped or replaced because a live client is too slow");
    private final Counter liveGaps = counter("live.gaps", "live clients that asked for what the retention has deleted");
    private final Counter badReplies =
            counter("commands.unusable.replies", "messages on a topic of replies that are none");
    private final AtomicInteger kafkaIsUp = new AtomicInteger();
    private final DistributionSummary batchEvents = DistributionSummary.builder(PREFIX + "kafka.batch.events")
            .description("events in one transaction")
            .register(registry);
    private final Timer batch = Timer.builder(PREFIX + "kafka.batch")
            .description("from the first event of a transaction to the end of its commit")
            .serviceLevelObjectives(
                    Duration.ofMillis(5),
                    Duration.ofMillis(10),
                    Duration.ofMillis(25),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30))
            .register(registry);
    private final Timer endToEnd = Timer.builder("pinstream.hub.end.to.end")
            .description("from an event's own time stamp to its commit")
            .serviceLevelObjectives(
                    Duration.ofMillis(10),
                    Duration.ofMillis(25),
                    Duration.ofMillis(50),
                    Duration.ofMillis(100),
                    Duration.ofMillis(250),
                    Duration.ofMillis(500),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofHours(1),
                    Duration.ofDays(1))
            .register(registry);

    public MeterWatch() {
        // Known from the start, so that a rate has no gap before its first failure.
        for (var outcome : new String[] {"aborted", "unknown", "fenced", "not open"}) {
            failures(outcome);
        }
        for (var outcome : List.of("done", "refused", "failed", "unknown", "offline", "no-answer", "busy")) {
            commands(outcome);
        }
        Gauge.builder(PREFIX + "build.info", () -> 1)
                .description("always 1; its tag says which build this is")
                .tag("version", version())
                .register(registry);
        gauge("kafka.up", "1 while Kafka answers", kafkaIsUp::get);
        gauge(
                "jvm.memory.used.bytes",
                "heap in use",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        gauge(
                "jvm.memory.max.bytes",
                "heap that there may be",
                () -> Runtime.getRuntime().maxMemory());
        Gauge.builder("pinstream.hub.live.streams", streams, AtomicInteger::get)
                .description("clients that have a live stream")
                .register(registry);
        Gauge.builder("pinstream.hub.live.replays", replays, AtomicInteger::get)
                .description("live streams that read the past")
                .register(registry);
        Gauge.builder("pinstream.hub.lanes", devices, Map::size)
                .description("lanes that are open here")
                .register(registry);
        Gauge.builder(
                        "pinstream.hub.devices",
                        devices,
                        all -> all.values().stream().mapToInt(n -> n).sum())
                .description("devices that the open lanes know")
                .register(registry);
    }

    /// A number that is asked for when somebody looks.
    ///
    /// @param name behind `pinstream.hub.`
    /// @param meaning for who reads the meters
    public void gauge(String name, String meaning, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).description(meaning).register(registry);
    }

    private Counter counter(String name, String meaning) {
        return Counter.builder(PREFIX + name).description(meaning).register(registry);
    }

    private Counter letters(String kind) {
        return Counter.builder(PREFIX + "dead.letters")
                .description(
                        "what went to the dead letters: an agent's pack whose payload cannot be used, or a message")
                .tag("kind", kind)
                .register(registry);
    }

    private static String version() {
        return Objects.requireNonNullElse(MeterWatch.class.getPackage().getImplementationVersion(), "unpacked");
    }

    /// Everything in Prometheus' text format 0.0.4.
    public String scrape() {
        return registry.scrape();
    }

    @Override
    public void brokerUp(String broker) {
        broker(broker).set(1);
    }

    @Override
    public void brokerLost(String broker, String reason) {
        broker(broker).set(0);
        brokerFailures(broker).increment();
    }

    private AtomicInteger broker(String name) {
        return brokers.computeIfAbsent(name, _ -> {
            var up = new AtomicInteger();
            var _ = brokerFailures(name);
            Gauge.builder("pinstream.hub.broker.up", up, AtomicInteger::get)
                    .description("1 while the connection to the broker is up, by its address and purpose")
                    .tag("broker", name)
                    .register(registry);
            return up;
        });
    }

    private Counter brokerFailures(String name) {
        return Counter.builder(PREFIX + "broker.failures")
                .description("how often the connection to the broker was lost or could not be made")
                .tag("broker", name)
                .register(registry);
    }

    @Override
    public void kafkaUp() {
        kafkaIsUp.set(1);
    }

    @Override
    public void outletSent(String outlet, long events, long unheard) {
        outlet(outlet).sent(events, unheard);
    }

    @Override
    public void outletRepeated(String outlet, long events) {
        outlet(outlet).repeated(events);
    }

    @Override
    public void outletDead(String outlet, String reason) {
        outlet(outlet).dead();
    }

    @Override
    public void outletGap(String outlet, long events) {
        outlet(outlet).deletedUnread(events);
    }

    @Override
    public void outletTroubled(String outlet, String reason) {
        outlet(outlet).failed();
    }

    @Override
    public void outletLag(String outlet, long events) {
        outlet(outlet).lag(events);
    }

    private OutletMeters outlet(String name) {
        return outlets.computeIfAbsent(name, one -> new OutletMeters(registry, one));
    }

    @Override
    public void kafkaLost(String reason) {
        kafkaIsUp.set(0);
        failures("not open").increment();
    }

    @Override
    public void laneOpened(int lane, int known) {
        devices.put(lane, known);
    }

    @Override
    public void laneClosed(int lane, String reason) {
        devices.remove(lane);
    }

    @Override
    public void devices(int lane, int known) {
        devices.replace(lane, known);
    }

    @Override
    public void committed(int lane, int packsIn, int eventsIn, Duration took) {
        packs.increment(packsIn);
        events.increment(eventsIn);
        batch.record(took);
        batchEvents.record(eventsIn);
    }

    @Override
    public void commitFailed(int lane, String outcome, String reason) {
        failures(outcome).increment();
    }

    private Counter failures(String outcome) {
        return Counter.builder(PREFIX + "kafka.failures")
                .description("transactions that did not commit, or could not be opened")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void repeated(int lane, DeviceId device) {
        duplicates.increment();
    }

    @Override
    public void unexpected(int lane, DeviceId device) {
        gaps.increment();
    }

    @Override
    public void shed(int lane, int messages) {
        shed.increment(messages);
    }

    @Override
    public void answersDropped(int dropped) {
        answers.increment(dropped);
    }

    @Override
    public void foreignCommitted(int eventsIn, Duration took) {
        foreign.increment(eventsIn);
        batch.record(took);
    }

    @Override
    public void foreignLost(int messages) {
        foreignLost.increment(messages);
    }

    @Override
    public void deadLetter(String topic, String reason) {
        (reason.startsWith("pack ") ? badPacks : badMessages).increment();
    }

    @Override
    public void droppedNamed(DeviceId device, long dropped) {
        named.increment((double) dropped);
    }

    @Override
    public void endToEnd(Duration latency) {
        endToEnd.record(latency);
    }

    @Override
    public void liveStreams(int open) {
        streams.set(open);
    }

    @Override
    public void liveReplays(int running) {
        replays.set(running);
    }

    @Override
    public void liveDropped(long events) {
        liveDropped.increment((double) events);
    }

    @Override
    public void liveGap() {
        liveGaps.increment();
    }

    @Override
    public void commanded(String outcome, Duration took) {
        commands(outcome).record(took);
    }

    private Timer commands(String outcome) {
        return Timer.builder(PREFIX + "commands")
                .description("commands to devices, and how long each took to its end")
                .tag("outcome", outcome)
                .register(registry);
    }

    @Override
    public void replyUnusable(String topic) {
        badReplies.increment();
    }

    @Override
    public void webAnswered(String method, String route, int status, Duration took) {
        Timer.builder(PREFIX + "web.requests")
                .description("answers to web clients, and how long each took; a live stream counts when it ends")
                .tag("method", METHODS.contains(method) ? method : "other")
                .tag("route", route)
                .tag("status", status / 100 + "xx")
                .register(registry)
                .record(took);
    }
}
