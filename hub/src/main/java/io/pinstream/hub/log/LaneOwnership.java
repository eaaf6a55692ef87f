package io.pinstream.hub.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Which lanes this hub owns: its share of the marks topic's partitions in a consumer group of all hubs.
///
/// The group only says who should own a lane; that nobody else can write to it is the fence's business. Nothing
/// is read by this consumer. Runs on a thread `lanes`; Kafka may be away at the start or later, the client keeps
/// trying.
public final class LaneOwnership implements Runnable, AutoCloseable {
    /// Hears what changes, on the thread `lanes`.
    public interface Listener {
        void assigned(List<Integer> lanes);

        /// The lanes go to another hub, or their time ran out: end them.
        void revoked(List<Integer> lanes);
    }

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(2);

    private final KafkaSettings settings;
    private final Listener listener;
    private final KafkaConsumer<byte[], byte[]> consumer;

    public LaneOwnership(KafkaSettings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
        this.consumer = new KafkaConsumer<>(
                settings.clientWith(Map.of(
                        "group.id",
                        settings.prefix() + "-lanes",
                        "enable.auto.commit",
                        "false",
                        "partition.assignment.strategy",
                        CooperativeStickyAssignor.class.getName(),
                        "session.timeout.ms",
                        15_000,
                        "heartbeat.interval.ms",
                        3_000)),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    @Override
    public void run() {
        try {
            consumer.subscribe(List.of(settings.marks()), new Rebalance());
            while (!Thread.currentThread().isInterrupted()) {
                step();
            }
        } catch (WakeupException | org.apache.kafka.common.errors.InterruptException stop) {
            Thread.currentThread().interrupt(); // this is how the hub ends this loop
        } finally {
            Thread.interrupted(); // so that the group is left in order
            consumer.close();
        }
    }

    private void step() {
        try {
            consumer.poll(POLL);
        } catch (WakeupException | org.apache.kafka.common.errors.InterruptException stop) {
            throw stop;
        } catch (KafkaException refused) {
            // Not authorised, or no such topic yet: nothing that asking again can make worse.
            java.util.concurrent.locks.LockSupport.parkNanos(AGAIN.toNanos());
        }
    }

    /// Ends the loop. The thread leaves the group, so that another hub takes the lanes at once. Any thread.
    @Override
    public void close() {
        consumer.wakeup();
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            consumer.pause(partitions);
            if (!partitions.isEmpty()) {
                listener.assigned(lanes(partitions));
            }
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            if (!partitions.isEmpty()) {
                listener.revoked(lanes(partitions));
            }
        }

        private static List<Integer> lanes(Collection<TopicPartition> partitions) {
            return partitions.stream().map(TopicPartition::partition).sorted().toList();
        }
    }
}
