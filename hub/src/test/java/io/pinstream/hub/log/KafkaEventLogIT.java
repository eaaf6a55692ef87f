package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.EventLog.Lost;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class KafkaEventLogIT {
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final Instant NOW = ManualTime.START;

    private final ManualTime time = new ManualTime();
    private KafkaSettings kafka;
    private LaneLog log;
    private EventLog events;
    private long sequence;

    @BeforeEach
    void start() throws Exception {
        kafka = RealKafka.settingsWithTopics();
        log = KafkaLaneLog.open(kafka, 0, time);
        events = KafkaEventLog.events(kafka, time);
    }

    @AfterEach
    void stop() {
        log.close();
    }

    private void write(int count) {
        for (int i = 0; i < count; i++) {
            var event = Event.sample(
                    new SensorId("air"),
                    NOW.minusSeconds(100 - sequence),
                    Quality.GOOD,
                    List.of(Measurement.of(Quantity.TEMPERATURE, 21.5)));
            log.event(ATTIC, new StreamId(0, 1), ++sequence, 0, event);
        }
    }

    /// As many as there should be: a commit shows a moment after it has been done.
    private static List<CloudEvent> read(EventLog.Reader reader, int count, List<Lost> lost) throws IOException {
        var read = new ArrayList<CloudEvent>();
        for (int polls = 0; read.size() < count && polls < 200; polls++) {
            var batch = reader.poll(Duration.ofMillis(100));
            read.addAll(batch.events());
            lost.addAll(batch.lost());
        }
        return read;
    }

    @Test
    void givesWhatIsCommittedFromAnyPositionOn() throws Exception {
        // Given
        write(3);
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
        write(2);
        assertThat(log.abort()).isEqualTo(LaneLog.Outcome.ABORTED);
        write(2);
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);

        try (var reader = events.open()) {
            // When
            reader.seek(reader.begin());
            var all = read(reader, 5, new ArrayList<>());

            // Then
            assertThat(all)
                    .extracting(CloudEvent::id)
                    .map(id -> id.replaceFirst(".*?/", ""))
                    .containsExactly("1/0", "2/0", "3/0", "6/0", "7/0");
            assertThat(all.getFirst().sensor()).isEqualTo("air");
            assertThat(all.getFirst().members()).contains(new CloudEvent.Member("temperature", 21.5, ""));

            // When
            reader.seek(Position.of().behind(all.get(1)));

            // Then
            assertThat(read(reader, 3, new ArrayList<>()))
                    .extracting(CloudEvent::offset)
                    .isEqualTo(
                            all.subList(2, 5).stream().map(CloudEvent::offset).toList());

            // When
            reader.seek(reader.at(all.get(3).timestamp()));

            // Then
            assertThat(read(reader, 2, new ArrayList<>()))
                    .extracting(CloudEvent::id)
                    .isEqualTo(all.subList(3, 5).stream().map(CloudEvent::id).toList());
        }
    }

    @Test
    void saysFromWhereToWhereTheRetentionHasDeleted() throws Exception {
        // Given
        write(5);
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
        try (var reader = events.open();
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            reader.seek(reader.begin());
            var all = read(reader, 5, new ArrayList<>());
            var partition = new TopicPartition(kafka.events(), all.getFirst().partition());

            // When
            admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            reader.seek(Position.of().behind(all.getFirst()));

            // Then
            var lost = new ArrayList<Lost>();
            assertThat(read(reader, 2, lost)).hasSize(2);
            assertThat(lost)
                    .containsExactly(
                            new Lost(partition.partition(), 1, 3, all.get(3).timestamp()));
        }
    }

    @Test
    void readsAPartitionThatIsAddedFromItsFirstRecordOn() throws Exception {
        var impatient = new KafkaSettings(
                kafka.bootstrapServers(),
                Map.of("metadata.max.age.ms", "200"),
                kafka.prefix(),
                kafka.lanes(),
                kafka.eventPartitions(),
                kafka.replicationFactor(),
                kafka.retention());
        try (var reader = KafkaEventLog.events(impatient, time).open();
                var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            // Given
            reader.seek(reader.end());

            // When
            admin.createPartitions(Map.of(kafka.events(), NewPartitions.increaseTo(kafka.eventPartitions() + 1)))
                    .all()
                    .get(30, TimeUnit.SECONDS);
            // Then
            var next = Position.of();
            for (int polls = 0; next.partitions() <= kafka.eventPartitions() && polls < 100; polls++) {
                time.advance(Duration.ofMinutes(2));
                next = reader.poll(Duration.ofMillis(100)).next();
            }
            assertThat(next.partitions()).isEqualTo(kafka.eventPartitions() + 1);
        }
    }

    @Test
    void saysThatTheTopicIsMissing() {
        assertThatThrownBy(
                        () -> KafkaEventLog.events(RealKafka.settings(), time).open())
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot read test-");
    }
}
