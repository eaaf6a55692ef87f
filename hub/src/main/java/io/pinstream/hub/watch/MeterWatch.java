package io.pinstream.hub.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pinstream.event.DeviceId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts what the hub does, for Prometheus.
///
/// The names are `pinstream_hub_…`, with `_total` or `_seconds` behind them. Tags name brokers and outcomes of a
/// fixed set, never a device: a fleet would make one time series of each.
public final class MeterWatch implements HubWatch {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, AtomicInteger> brokers = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> devices = new ConcurrentHashMap<>();
    private final Counter packs = registry.counter("pinstream.hub.ingest.packs");
    private final Counter events = registry.counter("pinstream.hub.ingest.events");
    private final Counter foreign = registry.counter("pinstream.hub.foreign.events");
    private final Counter foreignLost = registry.counter("pinstream.hub.foreign.lost");
    private final Counter duplicates = registry.counter("pinstream.hub.duplicates");
    private final Counter gaps = registry.counter("pinstream.hub.sequence.gaps");
    private final Counter shed = registry.counter("pinstream.hub.shed.messages");
    private final Counter answers = registry.counter("pinstream.hub.answers.dropped");
    private final Counter letters = registry.counter("pinstream.hub.dead.letters");
    private final Counter named = registry.counter("pinstream.hub.dropped.events");
    private final AtomicInteger streams = new AtomicInteger();
    private final AtomicInteger replays = new AtomicInteger();
    private final Counter liveDropped = registry.counter("pinstream.hub.live.dropped");
    private final Counter liveGaps = registry.counter("pinstream.hub.live.gaps");
    private final Counter badReplies = registry.counter("pinstream.hub.commands.unusable.replies");
    private final Timer batch = registry.timer("pinstream.hub.kafka.batch");
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
        registry.counter("pinstream.hub.broker.failures", "broker", broker).increment();
    }

    private AtomicInteger broker(String name) {
        return brokers.computeIfAbsent(name, _ -> {
            var up = new AtomicInteger();
            Gauge.builder("pinstream.hub.broker.up", up, AtomicInteger::get)
                    .tag("broker", name)
                    .register(registry);
            return up;
        });
    }

    @Override
    public void kafkaLost(String reason) {
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
    }

    @Override
    public void commitFailed(int lane, String outcome, String reason) {
        failures(outcome).increment();
    }

    private Counter failures(String outcome) {
        return registry.counter("pinstream.hub.kafka.failures", "outcome", outcome);
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
        letters.increment();
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
        return registry.timer("pinstream.hub.commands", "outcome", outcome);
    }

    @Override
    public void replyUnusable(String topic) {
        badReplies.increment();
    }
}
