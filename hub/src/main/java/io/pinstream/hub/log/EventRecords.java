package io.pinstream.hub.log;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import io.pinstream.time.TimeSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// Makes Kafka records of events: CloudEvents 1.0 in Kafka's binary mode, key = device id, time stamp = the
/// event's own. What repeats is kept as bytes. For one thread.
///
/// A device whose clock runs ahead keeps its time in `ce_time`, but not as the record's time stamp, which is then
/// the time of arrival: Kafka refuses time stamps that are more than an hour ahead (KIP-937), which would hold up
/// the whole lane, and one from the year 2100 would keep every older segment from ever being deleted.
final class EventRecords {
    /// What is kept per sensor is small, but sensors are named by devices: it is bounded.
    private static final int KEPT = 20_000;
    private static final long AHEAD_MILLIS = 60_000;

    private static final Header SPECVERSION = header("ce_specversion", "1.0");
    private static final Header CONTENT_TYPE = header("content-type", "application/json");
    private static final Header AT_LEAST_ONCE = header("ce_delivery", "at-least-once");
    private static final Map<Event.Kind, Header> TYPES = Map.of(
            Event.Kind.SAMPLE, header("ce_type", "io.pinstream.sample.v1"),
            Event.Kind.EDGE, header("ce_type", "io.pinstream.edge.v1"),
            Event.Kind.DROPPED, header("ce_type", "io.pinstream.dropped.v1"));

    private record Source(DeviceId device, SensorId sensor) {}

    private final String topic;
    private final TimeSource time;
    private final EventJson json = new EventJson();
    private final Map<Source, Header> sources = new HashMap<>();
    private final Map<DeviceId, byte[]> keys = new HashMap<>();

    EventRecords(String topic, TimeSource time) {
        this.topic = topic;
        this.time = time;
    }

    /// An event that came by the delivery protocol.
    ///
    /// @param more further members of the JSON, beginning with a comma
    ProducerRecord<byte[], byte[]> exactlyOnce(DeviceId device, String id, Event event, String more) {
        return record(device, event, more, headers(device, id, event));
    }

    /// An event of a device that does not speak the protocol; it says so.
    ProducerRecord<byte[], byte[]> atLeastOnce(DeviceId device, String id, Event event) {
        var headers = new ArrayList<>(headers(device, id, event));
        headers.add(AT_LEAST_ONCE);
        return record(device, event, ",\"delivery\":\"at-least-once\"", headers);
    }

    private List<Header> headers(DeviceId device, String id, Event event) {
        return List.of(
                SPECVERSION,
                header("ce_id", id),
                source(device, event.sensor()),
                Objects.requireNonNull(TYPES.get(event.kind())),
                new RecordHeader("ce_time", json.writeTime(event.time())),
                CONTENT_TYPE);
    }

    private ProducerRecord<byte[], byte[]> record(DeviceId device, Event event, String more, List<Header> headers) {
        return new ProducerRecord<>(
                topic, null, timestamp(event), key(device), json.write(device, event, more), headers);
    }

    private long timestamp(Event event) {
        long own = event.time().toEpochMilli();
        long now = time.instant().toEpochMilli();
        return own > now + AHEAD_MILLIS ? now : Math.max(0, own);
    }

    /// The device's id as a record key.
    byte[] key(DeviceId device) {
        if (keys.size() > KEPT) {
            keys.clear();
        }
        return keys.computeIfAbsent(device, d -> d.value().getBytes(StandardCharsets.US_ASCII));
    }

    private Header source(DeviceId device, SensorId sensor) {
        if (sources.size() > KEPT) {
            sources.clear();
        }
        return sources.computeIfAbsent(
                new Source(device, sensor),
                s -> header("ce_source", "/devices/%s/sensors/%s".formatted(device, sensor)));
    }

    private static Header header(String key, String value) {
        return new RecordHeader(key, value.getBytes(StandardCharsets.UTF_8));
    }
}
