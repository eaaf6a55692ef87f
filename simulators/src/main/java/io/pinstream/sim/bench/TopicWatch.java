package io.pinstream.sim.bench;

import io.pinstream.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// A plain consumer of the committed events, from the topic's end on, that writes down when it got each of them.
final class TopicWatch implements AutoCloseable {
    private static final String TOPIC = "pinstream.events";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final TimeSource time;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    TopicWatch(String bootstrapServers, TimeSource time) {
        this.time = time;
        var settings = new HashMap<String, Object>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("isolation.level", "read_committed");
        settings.put("enable.auto.commit", "false");
        this.consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        var partitions = consumer.partitionsFor(TOPIC).stream()
                .map(one -> new TopicPartition(TOPIC, one.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position); // now, and not with the first poll
        Thread.ofPlatform().name("topic-watch").start(this::run);
    }

    private void run() {
        try (consumer) {
            while (true) {
                for (var one : consumer.poll(Duration.ofSeconds(1))) {
                    var id = one.headers().lastHeader("ce_id");
                    if (id != null) {
                        seen.putIfAbsent(new String(id.value(), StandardCharsets.UTF_8), time.nanos());
                    }
                }
            }
        } catch (WakeupException end) {
            // How it is ended.
        }
    }

    /// When it got an event, by the monotonic clock.
    OptionalLong when(String id) {
        var nanos = seen.get(id);
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    void awaitEvents(long howMany, Duration atMost) throws InterruptedException {
        long end = time.nanos() + atMost.toNanos();
        while (seen.size() < howMany && time.nanos() < end) {
            Thread.sleep(Duration.ofMillis(10));
        }
    }

    @Override
    public void close() {
        consumer.wakeup(); // its thread closes it
    }
}
