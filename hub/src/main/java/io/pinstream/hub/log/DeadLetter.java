package io.pinstream.hub.log;

import io.pinstream.wire.StreamId;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/// What arrived and could not be used: the bytes as they came, why, whence and when.
///
/// @param reason printable, names what is wrong with its value
/// @param topic the MQTT topic that it came by
/// @param pack the numbers that it takes up in its stream, if it is a pack: they are missing among the events, and
///     an audit finds them here
public record DeadLetter(String reason, String topic, Instant arrived, Optional<Numbers> pack, byte[] payload) {
    static final String PACK = "pack";

    /// Packs of one stream, from the first to the last one.
    public record Numbers(StreamId stream, long first, long last) {
        /// `<stream>/<first>-<last>`
        @Override
        public String toString() {
            return "%s/%d-%d".formatted(stream, first, last);
        }

        static Optional<Numbers> parse(String text) {
            int slash = text.indexOf('/');
            int dash = text.indexOf('-', slash + 1);
            if (slash < 0 || dash < 0) {
                return Optional.empty();
            }
            try {
                long first = Long.parseLong(text, slash + 1, dash, 10);
                long last = Long.parseLong(text, dash + 1, text.length(), 10);
                return StreamId.parse(text.substring(0, slash)).map(stream -> new Numbers(stream, first, last));
            } catch (NumberFormatException other) {
                return Optional.empty();
            }
        }
    }

    ProducerRecord<byte[], byte[]> toRecord(String kafkaTopic, String key) {
        var headers = new ArrayList<Header>(
                List.of(header("reason", reason), header("topic", topic), header("arrived", arrived.toString())));
        pack.ifPresent(numbers -> headers.add(header(PACK, numbers.toString())));
        return new ProducerRecord<>(
                kafkaTopic, null, arrived.toEpochMilli(), key.getBytes(StandardCharsets.UTF_8), payload, headers);
    }

    private static Header header(String name, String value) {
        return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
