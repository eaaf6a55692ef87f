package io.pinstream.hub.log;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A member of a consumer group, with the number of the last replay in the metadata of each committed offset.
///
/// Kafka lets nobody set a group's offsets from outside while it has members. So each member sets its own back,
/// once for each replay and partition: a partition whose committed number is smaller than the wanted one was not
/// set back yet, whoever had it before.
final class KafkaGroupMember implements GroupMember {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final KafkaSettings settings;
    private final String topic;
    private final Source source;
    private final Start start;
    private final Listener listener;
    private final KafkaConsumer<byte[], byte[]> consumer;
    /// By partition, the number of the replay that it was last set back for.
    private final Map<TopicPartition, Long> replayed = new HashMap<>();
    private Replay wanted = Replay.NONE;
    private boolean taking;

    private KafkaGroupMember(
            KafkaSettings settings, String group, Source source, Start start, int most, Listener listener) {
        this.settings = settings;
        this.source = source;
        this.start = start;
        this.listener = listener;
        this.topic = switch (source) {
            case EVENTS -> settings.events();
            case DEAD_LETTERS -> settings.deadLetters();
            case DEVICES -> settings.devices();
        };
        this.consumer = new KafkaConsumer<>(
                settings.clientWith(Map.ofEntries(
                        Map.entry("group.id", group),
                        Map.entry("isolation.level", "read_committed"),
                        Map.entry("enable.auto.commit", "false"),
                        Map.entry("auto.offset.reset", "none"),
                        Map.entry("partition.assignment.strategy", CooperativeStickyAssignor.class.getName()),
                        Map.entry("session.timeout.ms", 15_000),
                        Map.entry("heartbeat.interval.ms", 3_000),
                        Map.entry("max.poll.records", most),
                        Map.entry("fetch.max.bytes", 8 << 20),
                        Map.entry("max.partition.fetch.bytes", 1 << 20),
                        Map.entry("metadata.max.age.ms", 60_000),
                        Map.entry("default.api.timeout.ms", (int) LIMIT.toMillis()),
                        Map.entry("allow.auto.create.topics", "false"))),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    static KafkaGroupMember join(
            KafkaSettings settings, String group, Source source, Start start, int most, Listener listener)
            throws IOException {
        try {
            var member = new KafkaGroupMember(settings, group, source, start, most, listener);
            member.consumer.subscribe(List.of(member.topic), member.new Rebalance());
            return member;
        } catch (KafkaException refused) { // a server's name that nobody knows, for one
            throw new IOException(
                    "no connection to %s: %s".formatted(settings.bootstrapServers(), KafkaReason.of(refused)), refused);
        }
    }

    @Override
    public Polled poll(Duration wait, boolean take) throws IOException {
        if (take != taking) {
            taking = take;
            if (take) {
                consumer.resume(consumer.paused());
            } else {
                consumer.pause(consumer.assignment());
            }
        }
        try {
            var records = consumer.poll(wait);
            var events = new ArrayList<CloudEvent>(records.count());
            for (var record : records) {
                GroupRecords.of(source, record).ifPresent(events::add);
            }
            var next = new HashMap<Integer, Long>();
            records.nextOffsets().forEach((partition, offset) -> next.put(partition.partition(), offset.offset()));
            return new Polled(events, next, 0);
        } catch (OffsetOutOfRangeException gone) {
            return new Polled(List.of(), Map.of(), skip(gone.offsetOutOfRangePartitions()));
        } catch (InterruptException stop) {
            throw stop;
        } catch (KafkaException failed) {
            throw failed("cannot read", failed);
        }
    }

    /// Goes on with the oldest record that is there.
    private long skip(Map<TopicPartition, Long> gone) throws IOException {
        try {
            var begins = consumer.beginningOffsets(gone.keySet());
            long deleted = 0;
            for (var partition : gone.entrySet()) {
                long begin = known(begins, partition.getKey());
                deleted += Math.max(0, begin - partition.getValue());
                consumer.seek(partition.getKey(), begin);
            }
            return deleted;
        } catch (KafkaException failed) {
            throw failed("cannot read", failed);
        }
    }

    @Override
    public boolean commit(Map<Integer, Long> next) throws IOException {
        var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
        next.forEach((number, offset) -> {
            var partition = new TopicPartition(topic, number);
            offsets.put(partition, mark(offset, replayed.getOrDefault(partition, 0L)));
        });
        return commitAll(offsets);
    }

    private boolean commitAll(Map<TopicPartition, OffsetAndMetadata> offsets) throws IOException {
        if (offsets.isEmpty()) {
            return true;
        }
        try {
            consumer.commitSync(offsets);
            return true;
        } catch (RebalanceInProgressException | CommitFailedException moved) {
            return false;
        } catch (InterruptException stop) {
            throw stop;
        } catch (KafkaException failed) {
            throw failed("cannot commit how far it is read:", failed);
        }
    }

    private static OffsetAndMetadata mark(long offset, long replay) {
        return new OffsetAndMetadata(offset, Long.toString(replay));
    }

    private static long replayOf(OffsetAndMetadata mark) {
        try {
            return Long.parseLong(mark.metadata());
        } catch (NumberFormatException other) { // committed by a tool of Kafka's
            return 0;
        }
    }

    @Override
    public void replay(Replay newer) throws IOException {
        if (newer.number() > wanted.number()) {
            wanted = newer;
            try {
                setBack(Set.copyOf(consumer.assignment()));
            } catch (InterruptException stop) {
                throw stop;
            } catch (KafkaException failed) {
                throw failed("cannot go back in", failed);
            }
        }
    }

    /// Only those that were not set back for this replay yet.
    private void setBack(Set<TopicPartition> assigned) {
        var asked = new HashMap<TopicPartition, Long>();
        for (var partition : assigned) {
            if (replayed.getOrDefault(partition, 0L) < wanted.number()) {
                asked.put(partition, Math.max(0, wanted.from().toEpochMilli()));
            }
        }
        if (asked.isEmpty()) {
            return;
        }
        var ends = consumer.endOffsets(asked.keySet()); // the end first: nothing may slip in between
        var found = consumer.offsetsForTimes(asked);
        var marks = new HashMap<TopicPartition, OffsetAndMetadata>();
        for (var partition : asked.keySet()) {
            var first = found.get(partition);
            long offset = first == null ? known(ends, partition) : first.offset();
            consumer.seek(partition, offset);
            replayed.put(partition, wanted.number());
            marks.put(partition, mark(offset, wanted.number()));
        }
        try {
            consumer.commitSync(marks);
        } catch (RebalanceInProgressException | CommitFailedException moved) {
            // Whoever gets them sets them back, or we do with the next commit.
        }
    }

    @Override
    public long lag() {
        long sum = 0;
        for (var partition : consumer.assignment()) {
            sum += Math.max(0, consumer.currentLag(partition).orElse(0));
        }
        return sum;
    }

    @Override
    public int partitions() {
        return consumer.assignment().size();
    }

    private IOException failed(String what, KafkaException why) {
        return new IOException(
                "%s %s at %s: %s".formatted(what, topic, settings.bootstrapServers(), KafkaReason.of(why)), why);
    }

    private static long known(Map<TopicPartition, Long> offsets, TopicPartition partition) {
        return Objects.requireNonNull(offsets.get(partition));
    }

    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // so that the group is left in order
        try {
            consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
        } catch (KafkaException failed) {
            // The group finds out by itself.
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> fresh) {
            if (fresh.isEmpty()) {
                return;
            }
            if (!taking) {
                consumer.pause(fresh);
            }
            var partitions = new HashSet<>(fresh);
            var marks = consumer.committed(partitions);
            var without = new HashSet<TopicPartition>();
            for (var partition : partitions) {
                var mark = marks.get(partition);
                replayed.put(partition, mark == null ? 0 : replayOf(mark));
                if (mark == null) {
                    without.add(partition);
                }
            }
            begin(without);
            setBack(partitions);
        }

        /// Committed at once: whoever is next must not begin elsewhere.
        private void begin(Set<TopicPartition> without) {
            if (without.isEmpty()) {
                return;
            }
            var offsets = switch (start) {
                case OLDEST -> consumer.beginningOffsets(without);
                case NEWEST -> consumer.endOffsets(without);
            };
            var marks = new HashMap<TopicPartition, OffsetAndMetadata>();
            offsets.forEach((partition, offset) -> {
                consumer.seek(partition, offset);
                marks.put(partition, mark(offset, 0));
            });
            try {
                consumer.commitSync(marks);
            } catch (RebalanceInProgressException | CommitFailedException moved) {
                // Whoever gets them begins.
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            tell(partitions, true);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            tell(partitions, false);
        }

        private void tell(Collection<TopicPartition> partitions, boolean mayCommit) {
            if (!partitions.isEmpty()) {
                listener.revoked(
                        partitions.stream().map(TopicPartition::partition).collect(Collectors.toUnmodifiableSet()),
                        mayCommit);
                partitions.forEach(replayed::remove);
            }
        }
    }
}
