package io.pinstream.hub.device;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.Position;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// What a device has measured, read from the events topic when it is asked for.
///
/// Kafka has no index by device: it reads everything since the asked-for time, of all devices, because a device
/// that was away delivers late, behind events that are newer. So the work is bounded: by the number of records,
/// and by how many read at once. Safe for use by many threads.
public final class History {
    /// How much it may read.
    ///
    /// @param readers how many questions may be read for at once
    /// @param records how many records one question may need
    public record Config(int readers, int records) {
        public static final Config DEFAULT = new Config(4, 500_000);

        public Config {
            if (readers < 1 || readers > 1_000) {
                throw new IllegalArgumentException("readers must be 1 to 1000, but was " + readers);
            }
            if (records < 1) {
                throw new IllegalArgumentException("records must be at least 1, but was " + records);
            }
        }
    }

    /// A question that costs too much, or too many of them; says what to do.
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final boolean later;

        private Refused(String message, boolean later) {
            super(message);
            this.later = later;
        }

        /// Whether the same question may be answered later.
        public boolean later() {
            return later;
        }
    }

    /// Values of one quantity of one sensor within one step.
    ///
    /// @param start of the step
    /// @param last the value whose time is the newest
    public record Point(Instant start, long count, double min, double mean, double max, double last) {}

    /// The points of one quantity of one sensor, by time; steps without a value are left out. True and false count
    /// as 1 and 0.
    ///
    /// @param edges whether they are changes, each of which holds until the next one
    public record Series(String sensor, String quantity, boolean edges, List<Point> points) {}

    /// How often a sensor's events were to be doubted within one step.
    ///
    /// @param start of the step
    /// @param flaws as they are named in events' quality, each once, by name
    public record Doubt(String sensor, Instant start, long count, Set<String> flaws) {}

    /// The answer to a question.
    ///
    /// @param doubts by sensor and time; steps without any are left out
    public record Answer(List<Series> series, List<Doubt> doubts) {}

    private static final Set<String> ENVELOPE =
            Set.of("device", "sensor", "time", "quality", "kind", "delivery", "first_sequence", "last_sequence");
    private static final String QUALITY = "quality";
    private static final String GOOD = "good";
    private static final String EDGE = "io.pinstream.edge.v1";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration STALL = Duration.ofSeconds(15);
    private static final Duration PERMIT = Duration.ofSeconds(5);

    private record Name(String sensor, String quantity) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            int order = sensor.compareTo(other.sensor);
            return order != 0 ? order : quantity.compareTo(other.quantity);
        }
    }

    private static final class Sum {
        long count;
        double sum;
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double last;
        private Instant newest = Instant.MIN;

        void add(double value, Instant at) {
            if (!at.isBefore(newest)) {
                last = value;
                newest = at;
            }
            count++;
            sum += value;
            min = Math.min(min, value);
            max = Math.max(max, value);
        }
    }

    /// The sums of one question.
    private static final class Sums {
        private final Instant from;
        private final Duration step;
        private final Map<Name, TreeMap<Long, Sum>> all = new TreeMap<>();
        private final Set<Name> edges = new HashSet<>();
        private final Map<String, TreeMap<Long, List<String>>> doubts = new TreeMap<>();

        Sums(Instant from, Duration step) {
            this.from = from;
            this.step = step;
        }

        void add(CloudEvent event) {
            long number = Duration.between(from, event.timestamp()).toNanos() / step.toNanos();
            for (var member : event.members()) {
                if (member.name().equals(QUALITY) && !member.text().equals(GOOD)) {
                    doubts.computeIfAbsent(event.sensor(), _ -> new TreeMap<>())
                            .computeIfAbsent(number, _ -> new ArrayList<>())
                            .add(member.text());
                } else if (!Double.isNaN(member.number()) && !ENVELOPE.contains(member.name())) {
                    var name = new Name(event.sensor(), member.name());
                    all.computeIfAbsent(name, _ -> new TreeMap<>())
                            .computeIfAbsent(number, _ -> new Sum())
                            .add(member.number(), event.timestamp());
                    if (event.type().equals(EDGE)) {
                        edges.add(name);
                    }
                }
            }
        }

        Answer answer() {
            return new Answer(
                    all.entrySet().stream()
                            .map(one -> new Series(
                                    one.getKey().sensor(),
                                    one.getKey().quantity(),
                                    edges.contains(one.getKey()),
                                    points(one.getValue())))
                            .toList(),
                    doubts.entrySet().stream()
                            .flatMap(one -> doubts(one.getKey(), one.getValue()))
                            .toList());
        }

        private Stream<Doubt> doubts(String sensor, Map<Long, List<String>> found) {
            return found.entrySet().stream().map(one -> {
                var flaws = new TreeSet<String>();
                one.getValue().forEach(text -> flaws.addAll(List.of(text.split(",", -1))));
                return new Doubt(sensor, start(one.getKey()), one.getValue().size(), flaws);
            });
        }

        private List<Point> points(Map<Long, Sum> sums) {
            return sums.entrySet().stream()
                    .map(one -> {
                        var sum = one.getValue();
                        return new Point(
                                start(one.getKey()), sum.count, sum.min, sum.sum / sum.count, sum.max, sum.last);
                    })
                    .toList();
        }

        private Instant start(long number) {
            return from.plus(step.multipliedBy(number));
        }
    }

    private final EventLog log;
    private final Config config;
    private final TimeSource time;
    private final Semaphore readers;

    public History(EventLog log, Config config, TimeSource time) {
        this.log = log;
        this.config = config;
        this.time = time;
        this.readers = new Semaphore(config.readers(), true);
    }

    /// The newest event of each sensor of a device, by sensor.
    ///
    /// @param since how far back to look
    /// @throws IOException if Kafka does not answer
    public List<CloudEvent> latest(String device, Instant since) throws IOException, Refused, InterruptedException {
        var newest = new TreeMap<String, CloudEvent>();
        scan(since, event -> {
            if (event.device().equals(device)) {
                newest.merge(
                        event.sensor(),
                        event,
                        (before, after) -> after.timestamp().isBefore(before.timestamp()) ? before : after);
            }
        });
        return List.copyOf(newest.values());
    }

    /// The numbers that a device measured, in steps of equal length from `from` on.
    ///
    /// @param to exclusive
    /// @throws IOException if Kafka does not answer
    public Answer series(String device, Instant from, Instant to, Duration step)
            throws IOException, Refused, InterruptedException {
        var sums = new Sums(from, step);
        scan(from, event -> {
            if (event.device().equals(device)
                    && !event.timestamp().isBefore(from)
                    && event.timestamp().isBefore(to)) {
                sums.add(event);
            }
        });
        return sums.answer();
    }

    /// Gives every event from about a time on, to what is the end now.
    private void scan(Instant since, Consumer<CloudEvent> events) throws IOException, Refused, InterruptedException {
        if (!readers.tryAcquire(PERMIT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new Refused(
                    "%d questions are read for already, which is the limit (history.readers): ask again later"
                            .formatted(config.readers()),
                    true);
        }
        try (var reader = log.open()) {
            var start = reader.at(since);
            var end = reader.end();
            long records = distance(start, end);
            if (records > config.records()) {
                throw new Refused(
                        ("the answer needs %d records to be read, but the limit is %d (history.records): ask for what"
                                        + " is newer, or raise the limit")
                                .formatted(records, config.records()),
                        false);
            }
            reader.seek(start);
            var position = start;
            long heard = time.nanos();
            while (!position.covers(end)) {
                var batch = reader.poll(POLL);
                if (!batch.next().equals(position)) {
                    heard = time.nanos();
                } else if (time.nanos() - heard > STALL.toNanos()) {
                    throw new IOException("Kafka has given nothing for %d s".formatted(STALL.toSeconds()));
                }
                for (var event : batch.events()) {
                    if (end.next(event.partition()) > event.offset()) {
                        events.accept(event);
                    }
                }
                position = batch.next();
            }
        } finally {
            readers.release();
        }
    }

    private static long distance(Position from, Position to) {
        long sum = 0;
        for (int i = 0; i < to.partitions(); i++) {
            sum += Math.max(0, to.next(i) - from.next(i));
        }
        return sum;
    }
}
