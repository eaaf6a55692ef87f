package io.pinstream.hub.live;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// The events topic in memory. Like Kafka's, it has offsets that hold nothing (the markers of transactions), gives
/// partitions in any order, as much at once as it likes, and forgets what is old.
public final class MemoryLog implements EventLog {
    static final Instant START = Instant.parse("2026-11-23T04:00:00Z");

    private final int number;
    private final List<List<CloudEvent>> partitions = new ArrayList<>();
    private final long[] begin;
    private final long[] end;
    private final Random random;
    private int made;
    private boolean patient;

    public MemoryLog(int number, int partitions, Random random) {
        this.number = number;
        this.random = random;
        this.begin = new long[partitions];
        this.end = new long[partitions];
        for (int i = 0; i < partitions; i++) {
            this.partitions.add(new ArrayList<>());
        }
    }

    /// Lets polls wait for something to come; else they give at once what there is.
    public synchronized MemoryLog patient() {
        patient = true;
        return this;
    }

    /// Appends one event a second.
    public synchronized CloudEvent append(int partition, String device, String sensor) {
        var time = START.plusSeconds(made++);
        var event = new CloudEvent(
                partition,
                end[partition]++,
                time,
                device,
                sensor,
                "s/" + made + "/0",
                "/devices/%s/sensors/%s".formatted(device, sensor),
                "io.pinstream.sample.v1",
                time.toString(),
                "",
                "{\"device\":\"%s\",\"sensor\":\"%s\",\"temperature\":21.5}"
                        .formatted(device, sensor)
                        .getBytes(StandardCharsets.UTF_8));
        partitions.get(partition).add(event);
        notifyAll();
        return event;
    }

    /// The end of a transaction takes an offset, too.
    synchronized void mark(int partition) {
        end[partition]++;
    }

    /// The retention deletes what is before an offset.
    public synchronized void forget(int partition, long before) {
        begin[partition] = before;
        partitions.get(partition).removeIf(event -> event.offset() < before);
    }

    synchronized List<CloudEvent> all(int partition) {
        return List.copyOf(partitions.get(partition));
    }

    @Override
    public Reader open() {
        return new MemoryReader();
    }

    private final class MemoryReader implements Reader {
        private final long[] next = new long[end.length];

        @Override
        public int log() {
            return number;
        }

        @Override
        public Position begin() {
            synchronized (MemoryLog.this) {
                return Position.of(begin);
            }
        }

        @Override
        public Position end() {
            synchronized (MemoryLog.this) {
                return Position.of(end);
            }
        }

        @Override
        public Position at(Instant time) {
            synchronized (MemoryLog.this) {
                var found = end.clone();
                Arrays.setAll(
                        found,
                        i -> partitions.get(i).stream()
                                .filter(event -> !event.timestamp().isBefore(time))
                                .mapToLong(CloudEvent::offset)
                                .findFirst()
                                .orElse(end[i]));
                return Position.of(found);
            }
        }

        @Override
        public void seek(Position position) {
            Arrays.setAll(next, position::next);
        }

        @Override
        public Batch poll(Duration wait) {
            synchronized (MemoryLog.this) {
                if (patient && wait.toMillis() > 0 && Position.of(next).covers(Position.of(end))) {
                    try {
                        MemoryLog.this.wait(wait.toMillis());
                    } catch (InterruptedException stop) {
                        Thread.currentThread().interrupt();
                    }
                }
                var lost = new ArrayList<Lost>();
                for (int i = 0; i < next.length; i++) {
                    if (next[i] < begin[i]) {
                        var first = partitions.get(i).isEmpty()
                                ? START.plusSeconds(made)
                                : partitions.get(i).getFirst().timestamp();
                        lost.add(new Lost(i, next[i], begin[i], first));
                        next[i] = begin[i];
                    }
                }
                if (!lost.isEmpty()) {
                    return new Batch(List.of(), Position.of(next), lost);
                }
                var events = new ArrayList<CloudEvent>();
                int first = random.nextInt(next.length);
                for (int k = 0; k < next.length; k++) {
                    int p = (first + k) % next.length;
                    long to = next[p] + random.nextLong(end[p] - next[p] + 1);
                    for (var event : partitions.get(p)) {
                        if (event.offset() >= next[p] && event.offset() < to) {
                            events.add(event);
                        }
                    }
                    next[p] = to;
                }
                return new Batch(events, Position.of(next), List.of());
            }
        }

        @Override
        public void close() {}
    }
}
