package io.pinstream.agent.watch;

import io.pinstream.event.SensorId;
import io.pinstream.report.Outage;
import io.pinstream.report.Tally;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the agent's log: one line an event, a lost thing once and a restored thing once.
///
/// A line is a short sentence and then fixed keys: `sensor`, `flaw`, `error`, `broker`, `stream`, `events`,
/// `thread`, `file`, `lasted`, `failures`. What happens at every reading or pack is not logged but counted (see
/// [MeterWatch]). Texts from devices and peers are reduced to printable ASCII.
public final class LoggingWatch implements AgentWatch {
    /// How often the log repeats what goes on and on.
    static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int LONGEST = 256;

    private final Logger log = LoggerFactory.getLogger("io.pinstream.agent");
    private final TimeSource time;
    private final Outage link = new Outage();
    private final Outage disk = new Outage();
    private final AtomicBoolean linkWasUp = new AtomicBoolean();
    private final Map<SensorId, Outage> sensors = new ConcurrentHashMap<>();
    private final Map<SensorId, Outage> counts = new ConcurrentHashMap<>();
    private final Map<String, Outage> stuck = new ConcurrentHashMap<>();
    private final Map<SensorId, Tally> late = new ConcurrentHashMap<>();
    private final Map<SensorId, Tally> skipped = new ConcurrentHashMap<>();
    private final Map<String, Tally> dropped = new ConcurrentHashMap<>();
    private final Tally refused = new Tally(PAUSE);
    private final Tally unusable = new Tally(PAUSE);
    private final AtomicBoolean commandsWereRefused = new AtomicBoolean();
    private final Tally full = new Tally(PAUSE);

    public LoggingWatch(TimeSource time) {
        this.time = time;
    }

    @Override
    public void started(String web) {
        log.info("metrics and health are shown web={}", web);
    }

    @Override
    public void readFailed(SensorId sensor, String flaw, String reason) {
        if (sensors.computeIfAbsent(sensor, _ -> new Outage()).failed(time.nanos())) {
            log.warn("sensor cannot be read sensor={} flaw={} error={}", sensor, flaw, quoted(reason));
        }
    }

    @Override
    public void readRecovered(SensorId sensor) {
        sensors.computeIfAbsent(sensor, _ -> new Outage())
                .works(time.nanos())
                .ifPresent(ended -> log.info(
                        "sensor is read again sensor={} lasted={} failures={}",
                        sensor,
                        quoted(spoken(ended.lasted())),
                        ended.failures()));
    }

    @Override
    public void countNotKept(SensorId sensor, String reason) {
        if (counts.computeIfAbsent(sensor, _ -> new Outage()).failed(time.nanos())) {
            log.warn("count is not kept over a restart sensor={} error={}", sensor, quoted(reason));
        }
    }

    @Override
    public void countKept(SensorId sensor) {
        counts.computeIfAbsent(sensor, _ -> new Outage())
                .works(time.nanos())
                .ifPresent(ended -> log.info(
                        "count is kept over a restart again sensor={} lasted={}",
                        sensor,
                        quoted(spoken(ended.lasted()))));
    }

    @Override
    public void lateReading(SensorId sensor, Duration lateBy) {
        late.computeIfAbsent(sensor, _ -> new Tally(PAUSE))
                .add(1, time.nanos())
                .ifPresent(readings -> log.warn(
                        "readings are late sensor={} readings={} late={}ms", sensor, readings, lateBy.toMillis()));
    }

    @Override
    public void readingsSkipped(SensorId sensor, long readings) {
        skipped.computeIfAbsent(sensor, _ -> new Tally(PAUSE))
                .add(readings, time.nanos())
                .ifPresent(sum -> log.warn("readings were skipped sensor={} readings={}", sensor, sum));
    }

    @Override
    public void outboxFull(long bytes, long maxBytes) {
        full.add(1, time.nanos()).ifPresent(_ -> log.warn("outbox is full bytes={} max-bytes={}", bytes, maxBytes));
    }

    @Override
    public void eventsDropped(long events, String reason) {
        dropped.computeIfAbsent(reason, _ -> new Tally(PAUSE))
                .add(events, time.nanos())
                .ifPresent(sum -> log.warn("events were dropped events={} error={}", sum, quoted(reason)));
    }

    @Override
    public void outboxFailed(String reason) {
        if (disk.failed(time.nanos())) {
            log.error("disk refuses the outbox error={}", quoted(reason));
        }
    }

    @Override
    public void outboxRecovered() {
        disk.works(time.nanos())
                .ifPresent(ended -> log.info(
                        "disk takes the outbox again lasted={} failures={}",
                        quoted(spoken(ended.lasted())),
                        ended.failures()));
    }

    @Override
    public void outboxDamaged(String what) {
        log.error("outbox was found damaged error={}", quoted(what));
    }

    @Override
    public void linkUp(String broker) {
        var ended = link.works(time.nanos());
        if (linkWasUp.getAndSet(true) && ended.isPresent()) {
            log.info(
                    "link is back broker={} lasted={} failures={}",
                    broker,
                    quoted(spoken(ended.get().lasted())),
                    ended.get().failures());
        } else {
            log.info("link is up broker={}", broker);
        }
    }

    @Override
    public void linkLost(String broker, String reason) {
        if (link.failed(time.nanos())) {
            var what = linkWasUp.get() ? "link is lost" : "link cannot be made";
            log.warn("{} broker={} error={}", what, broker, quoted(reason));
        }
    }

    @Override
    public void publishRefused(String reason) {
        refused.add(1, time.nanos())
                .ifPresent(messages -> log.warn(
                        "broker refuses messages of this device; check its access rules messages={} error={}",
                        messages,
                        quoted(reason)));
    }

    @Override
    public void streamBegan(String stream, String reason) {
        log.info("stream began stream={} reason={}", stream, quoted(reason));
    }

    @Override
    public void configurationTaken(String file) {
        log.info("configuration was read again and is in force file={}", quoted(file));
    }

    @Override
    public void configurationRefused(String problem) {
        log.error("configuration was read again and is wrong; the one before stays in force error={}", quoted(problem));
    }

    @Override
    public void loopStuck(String thread) {
        if (stuck.computeIfAbsent(thread, _ -> new Outage()).failed(time.nanos())) {
            log.error("a thread is stuck; the watchdog of the service is not fed until it goes on thread={}", thread);
        }
    }

    @Override
    public void loopFreed(String thread) {
        stuck.computeIfAbsent(thread, _ -> new Outage())
                .works(time.nanos())
                .ifPresent(ended -> log.info(
                        "a thread that was stuck goes on thread={} lasted={}", thread, quoted(spoken(ended.lasted()))));
    }

    @Override
    public void hubWentBack(String detail) {
        log.error("hub has forgotten what it had committed; data may be missing in Kafka error={}", quoted(detail));
    }

    @Override
    public void commandUnusable(String reason) {
        unusable.add(1, time.nanos())
                .ifPresent(sum -> log.warn("commands cannot be taken commands={} error={}", sum, quoted(reason)));
    }

    @Override
    public void commandsRefused(String reason) {
        if (!commandsWereRefused.getAndSet(true)) {
            log.warn("device hears no commands error={}", quoted(reason));
        }
    }

    /// In quotes, with nothing in it that could end the line, colour a terminal or pass for another key.
    static String quoted(String text) {
        var safe = new StringBuilder("\"");
        text.chars()
                .limit(LONGEST)
                .map(c -> c == '"' ? '\'' : c)
                .forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.append('"').toString();
    }

    /// As people say it: `850 ms`, `12 s`, `4 h 12 min`.
    static String spoken(Duration duration) {
        if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
            return duration.toMillis() + " ms";
        }
        if (duration.compareTo(Duration.ofMinutes(1)) < 0) {
            return duration.toSeconds() + " s";
        }
        if (duration.compareTo(Duration.ofHours(1)) < 0) {
            return "%d min %d s".formatted(duration.toMinutes(), duration.toSecondsPart());
        }
        if (duration.compareTo(Duration.ofDays(1)) < 0) {
            return "%d h %d min".formatted(duration.toHours(), duration.toMinutesPart());
        }
        return "%d d %d h".formatted(duration.toDays(), duration.toHoursPart());
    }
}
