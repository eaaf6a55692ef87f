package io.pinstream.agent.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Statistic;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/// Counts what the agent does, as Micrometer meters.
///
/// The names are `pinstream.agent.…`, which Prometheus shows as `pinstream_agent_…` with `_total` or `_seconds`
/// behind it. Tags name sensors and reasons of a fixed set, never the device: a fleet would make one time series
/// of each.
public final class MeterWatch implements AgentWatch {
    private static final String PREFIX = "pinstream.agent.";

    private static final List<String> FLAWS = Stream.of(
                    Flaw.NO_ANSWER, Flaw.CHECKSUM, Flaw.OUT_OF_RANGE, Flaw.SATURATED, Flaw.NOT_READY)
            .map(Flaw::text)
            .toList();

    private final MeterRegistry registry;
    private final AtomicInteger linkIsUp = new AtomicInteger();
    private final Counter eventsAppended;
    private final Counter packsAppended;
    private final Counter bytesAppended;
    private final Map<SensorId, Jitter> jitters = new ConcurrentHashMap<>();
    private final Counter dropped;
    private final Counter full;
    private final Counter damaged;
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
        this.eventsAppended = counter("outbox.appended.events", "events that came to the outbox");
        this.packsAppended = counter("outbox.appended.packs", "packs that came to the outbox");
        this.bytesAppended = counter("outbox.appended.bytes", "bytes of the packs that came to the outbox");
        this.dropped = counter("events.dropped", "events that were dropped for want of room; they are named in Kafka");
        this.full = counter("outbox.full", "how often the outbox had no room");
        this.damaged = counter("outbox.damaged", "places of the outbox that were found torn or damaged at the start");
        this.diskFailures = counter("outbox.failures", "writes that the disk refused");
        this.linkFailures = counter("link.failures", "how often the link was lost or could not be made");
        this.refused = counter("link.refused", "messages that the broker took and refused to pass on");
        this.packsSent = sent("false");
        this.packsSentAgain = sent("true");
        this.bytesSent = counter("link.sent.bytes", "bytes of the packs that were sent");
        this.streams = counter("streams", "streams that began");
        this.hubWentBack = counter("hub.went.back", "how often the hub had forgotten what it had committed");
        this.roundTrip = Timer.builder(PREFIX + "acknowledged")
                .description("from sending a pack to the hub's word that it is committed")
                .register(registry);
        for (var outcome : List.of("done", "refused", "failed", "expired", "repeated", "unusable")) {
            var _ = commands(outcome);
        }
        gauge("link.up", "1 while the link to the broker is up", linkIsUp::get);
        gauge(
                "jvm.memory.used.bytes",
                "heap in use",
                () -> Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory());
        gauge(
                "jvm.memory.max.bytes",
                "heap that there may be",
                () -> Runtime.getRuntime().maxMemory());
    }

    private Counter counter(String name, String meaning) {
        return Counter.builder(PREFIX + name).description(meaning).register(registry);
    }

    private Counter sent(String again) {
        return Counter.builder(PREFIX + "link.sent.packs")
                .description("packs that were sent to the broker; again, if they had been sent before")
                .tag("again", again)
                .register(registry);
    }

    /// A number that is asked for when somebody looks.
    ///
    /// @param name behind `pinstream.agent.`
    /// @param meaning for who reads the meters
    public void gauge(String name, String meaning, Supplier<Number> value) {
        Gauge.builder(PREFIX + name, value).description(meaning).register(registry);
    }

    /// A number that only rises and is counted elsewhere.
    ///
    /// @param source held by the meters
    public void total(String name, String meaning, ToDoubleFunction<MeterWatch> source) {
        FunctionCounter.builder(PREFIX + name, this, source)
                .description(meaning)
                .register(registry);
    }

    /// Which build this is.
    public void build(String version) {
        Gauge.builder(PREFIX + "build.info", () -> 1)
                .description("always 1; its tag says which build this is")
                .tag("version", version)
                .register(registry);
    }

    /// A sensor that there is: its meters are there from the start, so that a rate has no gap before its first
    /// failure.
    public void expect(SensorId sensor) {
        var _ = reads(sensor);
        var _ = late(sensor);
        var _ = skipped(sensor);
        for (var flaw : FLAWS) {
            var _ = errors(sensor, flaw);
        }
    }

    private Timer reads(SensorId sensor) {
        return Timer.builder(PREFIX + "sensor.read")
                .description("readings, and how long each took")
                .tag("sensor", sensor.value())
                .register(registry);
    }

    private Counter late(SensorId sensor) {
        return sensorCounter("sensor.late", "readings that were later than they may be", sensor);
    }

    private Counter skipped(SensorId sensor) {
        return sensorCounter(
                "sensor.skipped", "readings or edges that were missed, because what was before took too long", sensor);
    }

    private Counter sensorCounter(String name, String meaning, SensorId sensor) {
        return Counter.builder(PREFIX + name)
                .description(meaning)
                .tag("sensor", sensor.value())
                .register(registry);
    }

    private Counter errors(SensorId sensor, String flaw) {
        return Counter.builder(PREFIX + "sensor.errors")
                .description("readings that failed, by what their quality says")
                .tag("sensor", sensor.value())
                .tag("reason", flaw)
                .register(registry);
    }

    /// Everything in Prometheus' text format 0.0.4.
    public String scrape() {
        return Exposition.of(registry);
    }

    /// What every meter says now, by its name and tags without the prefix that all have.
    public SequencedMap<String, Double> figures() {
        var figures = new TreeMap<String, Double>();
        for (var meter : registry.getMeters()) {
            if (isSilent(meter)) {
                continue;
            }
            for (var measurement : meter.measure()) {
                if (measurement.getStatistic() != Statistic.MAX) { // decays with time and says little in a snapshot
                    figures.put(name(meter, measurement.getStatistic()), measurement.getValue());
                }
            }
        }
        return figures;
    }

    /// What has never happened to a sensor, or to a command: with many of them it would be most of a snapshot.
    private static boolean isSilent(Meter meter) {
        if ((meter.getId().getTag("sensor") == null && meter.getId().getTag("outcome") == null)
                || meter.getId().getType() == Meter.Type.GAUGE) {
            return false;
        }
        for (var measurement : meter.measure()) {
            if (measurement.getStatistic() == Statistic.COUNT && measurement.getValue() > 0) {
                return false;
            }
        }
        return true;
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
        reads(sensor).record(took);
    }

    @Override
    public void readFailed(SensorId sensor, String flaw, String reason) {
        // The reason is free text and no tag.
        errors(sensor, flaw).increment();
    }

    @Override
    public void readingBegan(SensorId sensor, Duration late) {
        jitters.computeIfAbsent(sensor, this::jitter).take(late);
    }

    private Jitter jitter(SensorId sensor) {
        var jitter = new Jitter();
        Gauge.builder("pinstream.agent.sensor.jitter.seconds", jitter, Jitter::seconds)
                .description("how unevenly readings begin, smoothed as RFC 3550 does it")
                .tag("sensor", sensor.value())
                .register(registry);
        return jitter;
    }

    @Override
    public void lateReading(SensorId sensor, Duration late) {
        late(sensor).increment();
    }

    @Override
    public void readingsSkipped(SensorId sensor, long readings) {
        skipped(sensor).increment((double) readings);
    }

    @Override
    public void packAppended(int events, int bytes) {
        packsAppended.increment();
        eventsAppended.increment(events);
        bytesAppended.increment(bytes);
    }

    @Override
    public void outboxFull(long bytes, long maxBytes) {
        full.increment();
    }

    @Override
    public void eventsDropped(long events, String reason) {
        dropped.increment((double) events);
    }

    @Override
    public void outboxFailed(String reason) {
        diskFailures.increment();
    }

    @Override
    public void outboxDamaged(String what) {
        damaged.increment();
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
        count(
                switch (reply) {
                    case Reply.Done _ -> "done";
                    case Reply.Refused _ -> "refused";
                    case Reply.Failed _ -> "failed";
                    case Reply.Expired _ -> "expired";
                });
    }

    @Override
    public void commandRepeated() {
        count("repeated");
    }

    @Override
    public void commandUnusable(String reason) {
        count("unusable");
    }

    private void count(String outcome) {
        commands(outcome).increment();
    }

    private Counter commands(String outcome) {
        return Counter.builder(PREFIX + "commands")
                .description("commands that came, by what became of them")
                .tag("outcome", outcome)
                .register(registry);
    }
}
