package io.pinstream.hub.log;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;

/// Writes events as the flat JSON that stands in Kafka, into one buffer that is used again. For one thread.
///
/// ```json
/// {"device":"greenhouse-7","sensor":"air","time":"2026-11-23T04:40:14.123Z","quality":"good","temperature":21.43}
/// ```
///
/// By hand, because a record is written for every event: ids and quantity names are ASCII that needs no escaping,
/// by their own rules; only text values do.
final class EventJson {
    private static final int LENGTH_OF_SECONDS = "2026-11-23T04:40:14".length();

    private byte[] buffer = new byte[512];
    private int length;
    private long secondOfText = Long.MIN_VALUE;
    private byte[] secondText = new byte[0];

    /// The event as JSON, in an array of its own.
    ///
    /// @param more further members, as JSON that begins with a comma; empty for none
    byte[] write(DeviceId device, Event event, String more) {
        length = 0;
        ascii("{\"device\":\"");
        ascii(device.value());
        ascii("\",\"sensor\":\"");
        ascii(event.sensor().value());
        ascii("\",\"time\":\"");
        time(event.time());
        ascii("\",\"quality\":\"");
        ascii(event.quality().toString());
        octet('"');
        if (event.kind() != Event.Kind.SAMPLE) {
            ascii(",\"kind\":\"");
            ascii(event.kind().text());
            octet('"');
        }
        for (int i = 0; i < event.measurements().size(); i++) {
            measurement(event.measurements().get(i));
        }
        ascii(more);
        octet('}');
        return Arrays.copyOf(buffer, length);
    }

    /// A time as RFC 3339 in UTC, in an array of its own.
    byte[] writeTime(Instant time) {
        length = 0;
        time(time);
        return Arrays.copyOf(buffer, length);
    }

    private void measurement(Measurement measurement) {
        ascii(",\"");
        ascii(measurement.quantity().name());
        ascii("\":");
        switch (measurement.value()) {
            case Value.Decimal(double number) -> ascii(Double.toString(number)); // shortest that reads back the same
            case Value.Truth(boolean truth) -> ascii(truth ? "true" : "false");
            case Value.Text(String text) -> text(text);
        }
    }

    /// Most events of a batch are of the same second: its text is kept.
    private void time(Instant time) {
        long second = time.getEpochSecond();
        if (second != secondOfText) {
            secondText = time.atOffset(ZoneOffset.UTC)
                    .withNano(0)
                    .toLocalDateTime()
                    .format(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
                    .getBytes(StandardCharsets.US_ASCII);
            secondOfText = second;
            assert secondText.length >= LENGTH_OF_SECONDS;
        }
        room(secondText.length);
        System.arraycopy(secondText, 0, buffer, length, secondText.length);
        length += secondText.length;
        int micros = time.getNano() / 1_000;
        if (micros != 0) {
            octet('.');
            boolean millis = micros % 1_000 == 0;
            digits(millis ? micros / 1_000 : micros, millis ? 3 : 6);
        }
        octet('Z');
    }

    private void digits(int value, int places) {
        room(places);
        int rest = value;
        for (int i = places - 1; i >= 0; i--) {
            buffer[length + i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += places;
    }

    /// A text from a device: untrusted.
    private void text(String text) {
        octet('"');
        for (var octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet == '"' || octet == '\\') {
                octet('\\');
                octet(octet);
            } else if (octet >= 0 && octet < ' ' || octet == 0x7f) {
                ascii("\\u%04x".formatted(octet));
            } else {
                octet(octet);
            }
        }
        octet('"');
    }

    @SuppressWarnings("deprecation") // getBytes(int, …) copies Latin-1 without a new array: this is the hot path
    private void ascii(String text) {
        room(text.length());
        text.getBytes(0, text.length(), buffer, length);
        length += text.length();
    }

    private void octet(int value) {
        room(1);
        buffer[length++] = (byte) value;
    }

    private void room(int more) {
        if (length + more > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + more));
        }
    }
}
