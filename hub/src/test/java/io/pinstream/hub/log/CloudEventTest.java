package io.pinstream.hub.log;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import java.net.URI;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/// Structured JSON, read by the CloudEvents SDK.
class CloudEventTest {
    private static CloudEvent event(String id, byte[] data) {
        return new CloudEvent(
                0,
                7,
                Instant.EPOCH,
                "attic",
                "air",
                id,
                "/devices/attic/sensors/air",
                "io.pinstream.sample.v1",
                "2026-12-01T00:00:00Z",
                "",
                data);
    }

    private static io.cloudevents.CloudEvent read(CloudEvent event) {
        return EventFormatProvider.getInstance()
                .resolveFormat(JsonFormat.CONTENT_TYPE)
                .deserialize(event.jsonBytes());
    }

    @Test
    void writesWhatAnotherReaderReads() {
        var read = read(event("é\"\\\n\u0001", "{\"temperature\":21.4,\"unit\":\"°C\"}".getBytes(UTF_8)));

        assertThat(read.getId()).isEqualTo("é\"\\\n\u0001");
        assertThat(read.getSource()).isEqualTo(URI.create("/devices/attic/sensors/air"));
        assertThat(read.getTime()).hasToString("2026-12-01T00:00Z");
        assertThat(read.getExtensionNames()).isEmpty();
        assertThat(new String(read.getData().toBytes(), UTF_8)).isEqualTo("{\"temperature\":21.4,\"unit\":\"°C\"}");
    }

    @Test
    void staysOnOneLine() {
        var event = event("1", "{\r\n\"a\": 1\n}".getBytes(UTF_8));

        assertThat(event.json()).doesNotContain("\n", "\r").endsWith("\"data\":{  \"a\": 1 }}");
        assertThat(event.data()).as("the event itself").contains('\n');
    }

    @Test
    void writesWhatIsNoObjectAsBase64() {
        assertThat(read(event("1", new byte[] {1, 2, -3})).getData().toBytes()).isEqualTo(new byte[] {1, 2, -3});
    }

    @Test
    void staysUtf8WhateverTheDataIs() {
        var json = event("1", "{\"name\":\"é\"}".getBytes(ISO_8859_1)).jsonBytes();

        assertThat(new String(json, UTF_8).getBytes(UTF_8)).isEqualTo(json);
        assertThat(new String(json, UTF_8)).contains("{\"name\":\"\ufffd\"}");
    }
}
