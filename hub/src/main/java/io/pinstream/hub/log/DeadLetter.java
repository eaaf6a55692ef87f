package io.pinstream.hub.log;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// What arrived and could not be used: the bytes as they came, why, whence and when.
///
/// @param reason printable, names what is wrong with its value
/// @param topic the MQTT topic that it came by
public record DeadLetter(String reason, String topic, Instant arrived, byte[] payload) {
    ProducerRecord<byte[], byte[]> toRecord(String kafkaTopic, String key) {
        var headers = List.<Header>of(
                header("reason", reason), header("topic", topic), header("arrived", arrived.toString()));
        return new ProducerRecord<>(
                kafkaTopic, null, arrived.toEpochMilli(), key.getBytes(StandardCharsets.UTF_8), payload, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
