package io.pinstream.hub.log;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/// Which lanes this hub owns: its share of the marks topic's partitions in a consumer group of all hubs.
///
/// The group only says who should own a lane; that nobody else can write to it is the fence's business. Nothing
/// is read by this consumer. Runs on a thread `lanes`; Kafka may be away at the start or later, it keeps trying.
public final class LaneOwnership implements Runnable, AutoCloseable {
    /// Hears what changes, on the thread `lanes`.
    public interface Listener {
        void assigned(List<Integer> lanes);

        /// The lanes go to another hub, or their time ran out: end them.
        void revoked(List<Integer> lanes);
    }

    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration AGAIN = Duration.ofSeconds(2);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(3);

    private final KafkaSettings settings;
    private final Listener listener;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean member;

    public LaneOwnership(KafkaSettings settings, Listener listener) {
        this.settings = settings;
        this.listener = listener;
    }

    /// Why no lanes have been assigned; empty if the group has said which, be it none. Any thread.
    public String state() {
        return member ? "" : "not yet in the group of hubs";
    }

    @Override
    public void run() {
        try {
            while (closed.getCount() > 0) {
                try (var open = open()) {
                    follow(open);
                } catch (KafkaException refused) {
                    pause(refused); // a server's name that nobody knows, for one
                }
            }
        } catch (WakeupException stop) {
            // how the hub ends this loop
        } catch (InterruptException | InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends it where it hangs
        }
    }

    /// The consumer, closed in order: its lanes are revoked, then the group is left, so that another hub takes
    /// them at once.
    private Membership open() {
        var opened = new KafkaConsumer<>(
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
        consumer = opened;
        return new Membership(opened);
    }

    private record Membership(KafkaConsumer<byte[], byte[]> consumer) implements AutoCloseable {
        @Override
        public void close() {
            boolean interrupted = Thread.interrupted(); // so that the group is left in order
            consumer.close(CloseOptions.timeout(CLOSE_LIMIT));
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void follow(Membership membership) throws InterruptedException {
        var open = membership.consumer();
        open.subscribe(List.of(settings.marks()), new Rebalance(open));
        while (closed.getCount() > 0) {
            try {
                open.poll(POLL);
            } catch (WakeupException | InterruptException stop) {
                throw stop;
            } catch (KafkaException refused) {
                pause(refused); // not authorised, or no such topic yet
            }
        }
    }

    /// Nothing that asking again can make worse; a stop is no refusal.
    private void pause(KafkaException refused) throws InterruptedException {
        if (refused instanceof WakeupException || refused instanceof InterruptException) {
            throw refused;
        }
        var _ = closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /// Asks the loop to end: the thread ends the lanes and leaves the group. Any thread.
    @Override
    public void close() {
        closed.countDown();
        var open = consumer;
        if (open != null) {
            open.wakeup();
        }
    }

    private final class Rebalance implements ConsumerRebalanceListener {
        private final KafkaConsumer<byte[], byte[]> consumer;

        Rebalance(KafkaConsumer<byte[], byte[]> consumer) {
            this.consumer = consumer;
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            member = true;
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
