package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Topics;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

final class BucketTest {
    @Test
    void devicesOfALaneAreInFewPartitionsByKafkasOwnPartitioner() {
        var settings = KafkaSettings.DEFAULT;

        // Ids of every length, so that each way to end the hash is taken.
        IntStream.range(0, 10_000).mapToObj(i -> "d" + "x".repeat(i % 7) + i).forEach(id -> {
            int partition =
                    BuiltInPartitioner.partitionForKey(id.getBytes(StandardCharsets.UTF_8), settings.eventPartitions());
            int bucket = Topics.bucket(new DeviceId(id));

            assertThat(bucket % settings.eventPartitions()).as(id).isEqualTo(partition);
            assertThat(bucket % settings.lanes()).as(id).isEqualTo(partition % settings.lanes());
        });
    }
}
