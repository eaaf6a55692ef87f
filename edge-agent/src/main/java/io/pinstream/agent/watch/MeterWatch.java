package io.pinstream.agent.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/// Counts what the agent does, as Micrometer meters.
///
/// The names are `pinstream.agent.…`, which Prometheus shows as `pinstream_agent_…` with `_total` or `_seconds`
/// behind it. Tags name sensors and reasons of a fixed set, never the device: a fleet would make one time series
/// of each.
public final class MeterWatch implements AgentWatch {
    private static final String PREFIX = "pinstream.agent.";

    private final MeterRegistry registry;
    private final AtomicInteger linkIsUp = new AtomicInteger();
    private final Counter eventsAppended;
    private final Counter packsAppended;
    private final Counter bytesAppended;
    private final Map<SensorId, Jitter> jitters = new ConcurrentHashMap<>();
    private final Counter diskFailures;
    private final Counter linkFailures;
    private final Counter refused;
    private final Counter packsSent;
    private final Counter packsSentAgain;
    private final Counter bytesSent;
    private final Counter streams;
    private final Counter hubWentBack;
    private final Timer roundTrip;

    /// Over a registry of its own, for who only wants [#figures].
    public MeterWatch() {
        this(new SimpleMeterRegistry());
    }

    public MeterWatch(MeterRegistry registry) {
        this.registry = registry;
        this.eventsAppended = registry.counter("pinstream.agent.outbox.appended.events");
        this.packsAppended = registry.counter("pinstream.agent.outbox.appended.packs");
        this.bytesAppended = registry.counter("pinstream.agent.outbox.appended.bytes");
        this.diskFailures = registry.counter("pinstream.agent.outbox.failures");
        this.linkFailures = registry.counter("pinstream.agent.link.failures");
        this.refused = registry.counter("pinstream.agent.link.refused");
        this.packsSent = registry.counter("pinstream.agent.link.sent.packs", "again", "false");
        this.packsSentAgain = registry.counter("pinstream.agent.link.sent.packs", "again", "true");
        this.bytesSent = registry.counter("pinstream.agent.link.sent.bytes");
        this.streams = registry.counter("pinstream.agent.streams");
        this.hubWentBack = registry.counter("pinstream.agent.hub.went.back");
        this.roundTrip = registry.timer("pinstream.agent.acknowledged");
        gauge("pinstream.agent.link.up", linkIsUp::get);
    }

    /// A number that is asked for when somebody looks, such as `pinstream.agent.outbox.events`.
    public void gauge(String name, Supplier<Number> value) {
        Gauge.builder(name, value).register(registry);
    }

    /// What every meter says now, by its name and tags without the prefix that all have.
    public SequencedMap<String, Double> figures() {
        var figures = new TreeMap<String, Double>();
        for (var meter : registry.getMeters()) {
            for (var measurement : meter.measure()) {
                if (measurement.getStatistic() != Statistic.MAX) { // decays with time and says little in a snapshot
                    figures.put(name(meter, measurement.getStatistic()), measurement.getValue());
                }
            }
        }
        return figures;
    }

    private static String name(Meter meter, Statistic statistic) {
        var name = new StringBuilder(meter.getId().getName().replace(PREFIX, ""));
        switch (statistic) {
            case TOTAL_TIME -> name.append(".seconds");
            case COUNT -> name.append(meter.getId().getType() == Meter.Type.TIMER ? ".count" : "");
            default -> {} // a gauge has one value
        }
        for (var tag : meter.getId().getTags()) {
            name.append('{')
                    .append(tag.getKey())
                    .append('=')
                    .append(tag.getValue())
                    .append('}');
        }
        return name.toString();
    }

    @Override
    public void sensorRead(SensorId sensor, Duration took) {
        registry.timer("pinstream.agent.sensor.read", "sensor", sensor.value()).record(took);
    }

    @Override
    public void readFailed(SensorId sensor, String flaw, String reason) {
        // The reason is free text and no tag.
        registry.counter("pinstream.agent.sensor.errors", "sensor", sensor.value(), "reason", flaw)
                .increment();
    }

    @Override
    public void readingBegan(SensorId sensor, Duration late) {
        jitters.computeIfAbsent(sensor, this::jitter).take(late);
    }

    private Jitter jitter(SensorId sensor) {
        var jitter = new Jitter();
        Gauge.builder("pinstream.agent.sensor.jitter.seconds", jitter, Jitter::seconds)
                .tag("sensor", sensor.value())
                .register(registry);
        return jitter;
    }

    @Override
    public void lateReading(SensorId sensor, Duration late) {
        registry.counter("pinstream.agent.sensor.late", "sensor", sensor.value())
                .increment();
    }

    @Override
    public void readingsSkipped(SensorId sensor, long readings) {
        registry.counter("pinstream.agent.sensor.skipped", "sensor", sensor.value())
                .increment((double) readings);
    }

    @Override
    public void packAppended(int events, int bytes) {
        packsAppended.increment();
        eventsAppended.increment(events);
        bytesAppended.increment(bytes);
    }

    @Override
    public void outboxFull(long bytes, long maxBytes) {
        registry.counter("pinstream.agent.outbox.full").increment();
    }

    @Override
    public void eventsDropped(long events, String reason) {
        registry.counter("pinstream.agent.events.dropped").increment((double) events);
    }

    @Override
    public void outboxFailed(String reason) {
        diskFailures.increment();
    }

    @Override
    public void outboxDamaged(String what) {
        registry.counter("pinstream.agent.outbox.damaged").increment();
    }

    @Override
    public void linkUp(String broker) {
        linkIsUp.set(1);
    }

    @Override
    public void linkLost(String broker, String reason) {
        linkIsUp.set(0);
        linkFailures.increment();
    }

    @Override
    public void publishRefused(String reason) {
        refused.increment();
    }

    @Override
    public void packSent(int bytes, boolean again) {
        (again ? packsSentAgain : packsSent).increment();
        bytesSent.increment(bytes);
    }

    @Override
    public void acknowledged(long row, Duration took) {
        roundTrip.record(took);
    }

    @Override
    public void streamBegan(String stream, String reason) {
        streams.increment();
    }

    @Override
    public void hubWentBack(String detail) {
        hubWentBack.increment();
    }

    @Override
    public void commanded(Reply reply) {
        command(
                switch (reply) {
                    case Reply.Done _ -> "done";
                    case Reply.Refused _ -> "refused";
                    case Reply.Failed _ -> "failed";
                    case Reply.Expired _ -> "expired";
                });
    }

    @Override
    public void commandRepeated() {
        command("repeated");
    }

    @Override
    public void commandUnusable(String reason) {
        command("unusable");
    }

    private void command(String outcome) {
        registry.counter("pinstream.agent.commands", "outcome", outcome).increment();
    }
}
