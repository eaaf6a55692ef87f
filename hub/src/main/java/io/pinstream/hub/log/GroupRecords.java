package io.pinstream.hub.log;

import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Records of our topics as CloudEvents. Those of the events topic are; the others get what they lack: their id is
/// `<topic>/<partition>/<offset>`, which stays the same however often they are read.
final class GroupRecords {
    static final String OUTLET = "outlet";
    static final String SOURCE = "outlet-source";

    private static final JsonFactory JSON = JsonFactory.builder().build();

    private GroupRecords() {}

    /// Empty for a letter that an outlet of dead letters wrote itself: it would read it again, and so on for ever.
    static Optional<CloudEvent> of(GroupMember.Source source, ConsumerRecord<byte[], byte[]> record) {
        return switch (source) {
            case EVENTS -> Optional.of(CloudEvent.of(record));
            case DEVICES ->
                Optional.of(event(
                        record,
                        "/devices/" + EventReader.key(record),
                        "io.pinstream.device.v1",
                        record.value() == null ? new byte[0] : record.value()));
            case DEAD_LETTERS ->
                EventReader.header(record, SOURCE).equals(GroupMember.Source.DEAD_LETTERS.name())
                        ? Optional.empty()
                        : Optional.of(event(record, "/dead-letters", "io.pinstream.dead-letter.v1", letter(record)));
        };
    }

    private static CloudEvent event(ConsumerRecord<byte[], byte[]> record, String source, String type, byte[] data) {
        var timestamp = Instant.ofEpochMilli(record.timestamp());
        return new CloudEvent(
                record.partition(),
                record.offset(),
                timestamp,
                EventReader.key(record),
                "",
                "%s/%d/%d".formatted(record.topic(), record.partition(), record.offset()),
                source,
                type,
                timestamp.toString(),
                "",
                data);
    }

    private static byte[] letter(ConsumerRecord<byte[], byte[]> record) {
        var text = new ByteArrayOutputStream();
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeStringProperty("key", EventReader.key(record));
            for (var name : new String[] {"reason", "topic", "arrived", DeadLetter.PACK, OUTLET}) {
                var value = EventReader.header(record, name);
                if (!value.isEmpty()) {
                    out.writeStringProperty(name, value);
                }
            }
            out.writeName("payload_base64");
            out.writeBinary(record.value() == null ? new byte[0] : record.value());
            out.writeEndObject();
        }
        return text.toByteArray();
    }
}
