package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.log.KafkaForeignLog;
import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.log.RealKafka;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A real Kafka with events in it, and outlets that read them, for tests of outlets.
public final class Line implements AutoCloseable {
    public static final Duration LIMIT = Duration.ofSeconds(60);

    public final KafkaSettings kafka;
    private final KafkaForeignLog log;
    private final List<Outlets> hubs = new ArrayList<>();
    private final Map<String, Integer> written = new HashMap<>();

    public Line() throws Exception {
        kafka = RealKafka.settingsWithTopics();
        log = KafkaForeignLog.open(kafka, "test", TimeSource.system());
    }

    /// Commits events; the ids of a device count from 0: `attic-0`.
    public void write(String device, int count) {
        for (int i = 0; i < count; i++) {
            int number = written.merge(device, 1, Integer::sum) - 1;
            var event = new Event(
                    Event.Kind.SAMPLE,
                    new SensorId("air"),
                    TimeSource.system().instant(),
                    Quality.GOOD,
                    List.of(Measurement.of(Quantity.TEMPERATURE, number)));
            log.event(new DeviceId(device), device + "-" + number, event);
        }
        assertThat(log.commit()).isEqualTo(LaneLog.Outcome.COMMITTED);
    }

    /// Starts the outlets of one hub.
    public Outlets hub(String yaml) {
        var tree = ConfigTree.parse("hub.yaml", yaml);
        var read = OutletSections.read(tree);
        assertThat(tree.finish()).isEmpty();
        var outlets =
                new Outlets(read, new KafkaOutletLog(kafka, TimeSource.system()), TimeSource.system(), HubWatch.NONE);
        outlets.topicsMade();
        hubs.add(outlets);
        return outlets;
    }

    /// How many events there are of each device.
    public Map<String, Integer> written() {
        return written;
    }

    /// Every event of each device arrived, the first time in order; the others are repeats with the same id.
    public void assertComplete(List<String> ids) {
        var next = new HashMap<String, Integer>();
        for (var id : ids) {
            int dash = id.lastIndexOf('-');
            var device = id.substring(0, dash);
            int number = Integer.parseInt(id.substring(dash + 1));
            int expected = next.getOrDefault(device, 0);
            assertThat(number).as("order of %s in %s", device, ids.size()).isLessThanOrEqualTo(expected);
            next.put(device, Math.max(expected, number + 1));
        }
        assertThat(next).isEqualTo(written);
    }

    public boolean isComplete(List<String> ids) {
        return ids.stream().distinct().count()
                == written.values().stream().mapToInt(n -> n).sum();
    }

    @Override
    public void close() {
        hubs.forEach(Outlets::close);
        log.close();
    }
}
