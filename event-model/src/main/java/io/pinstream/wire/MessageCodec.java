package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Messages as MQTT 5 envelopes, and back. What is not the payload travels in user properties:
///
/// | message | topic | content type | user properties |
/// |---|---|---|---|
/// | pack | up | `application/senml+cbor` or `+json` | `stream`, `seq`, on the first of a stream `supersedes` |
/// | SKIP | up | the same | the same, and `through` |
/// | hello | up | none | `message`=`hello`, `nonce`, `stream` if there is one |
/// | welcome | down | none | `message`=`welcome`, `nonce`, `seq`, `stream` and `current` if there are any |
/// | ack | down | none | `message`=`ack`, `seq`, `stream` and `current` if there are any |
///
/// Streams are 32 lower-case hex digits, nonces 16, numbers decimal. Unknown properties are ignored. Has no
/// state: for any thread.
public final class MessageCodec {
    /// Numbers beyond what a double can hold exactly are no sequence of ours.
    public static final long LARGEST_SEQUENCE = 1L << 53;

    private static final String MESSAGE = "message";
    private static final String STREAM = "stream";
    private static final String SEQUENCE = "seq";
    private static final String THROUGH = "through";
    private static final String SUPERSEDES = "supersedes";
    private static final String CURRENT = "current";
    private static final String NONCE = "nonce";
    private static final byte[] EMPTY = new byte[0];

    /// What decoding an envelope gave.
    public sealed interface Decoded {
        /// A message whose header is valid; the payload of a pack has not been looked at.
        record Good(Message message) implements Decoded {}

        /// No message, and why; the reason is printable.
        record Malformed(String reason) implements Decoded {}
    }

    private final Topics topics;

    public MessageCodec(Topics topics) {
        this.topics = topics;
    }

    public Envelope encode(Message message) {
        return switch (message) {
            case Pack pack -> encode(pack);
            case Hello hello -> {
                var properties = named("hello");
                properties.put(NONCE, HexFormat.of().toHexDigits(hello.nonce()));
                hello.stream().ifPresent(stream -> properties.put(STREAM, stream.toString()));
                yield new Envelope(topics.up(hello.device()), Optional.empty(), properties, EMPTY);
            }
            case Welcome welcome -> {
                var properties = named("welcome");
                properties.put(NONCE, HexFormat.of().toHexDigits(welcome.nonce()));
                put(properties, welcome.committed());
                yield new Envelope(topics.down(welcome.device()), Optional.empty(), properties, EMPTY);
            }
            case Ack ack -> {
                var properties = named("ack");
                put(properties, ack.committed());
                yield new Envelope(topics.down(ack.device()), Optional.empty(), properties, EMPTY);
            }
        };
    }

    private Envelope encode(Pack pack) {
        var properties = HashMap.<String, String>newHashMap(4);
        properties.put(STREAM, pack.stream().toString());
        properties.put(SEQUENCE, Long.toString(pack.sequence()));
        pack.supersedes().ifPresent(stream -> properties.put(SUPERSEDES, stream.toString()));
        pack.through().ifPresent(through -> properties.put(THROUGH, Long.toString(through)));
        return new Envelope(
                topics.up(pack.device()),
                Optional.of(pack.payload().format().contentType()),
                properties,
                pack.payload().bytes());
    }

    private static Map<String, String> named(String message) {
        var properties = HashMap.<String, String>newHashMap(5);
        properties.put(MESSAGE, message);
        return properties;
    }

    private static void put(Map<String, String> properties, Committed committed) {
        properties.put(SEQUENCE, Long.toString(committed.sequence()));
        committed.stream().ifPresent(stream -> properties.put(STREAM, stream.toString()));
        committed.current().ifPresent(stream -> properties.put(CURRENT, stream.toString()));
    }

    /// Decodes what arrived on an up or down topic. Never throws, whatever arrived.
    public Decoded decode(Envelope envelope) {
        try {
            var up = topics.deviceOfUp(envelope.topic());
            if (up.isPresent()) {
                return new Decoded.Good(decodeUp(up.get(), envelope));
            }
            var down = topics.deviceOfDown(envelope.topic());
            if (down.isPresent()) {
                return new Decoded.Good(decodeDown(down.get(), envelope));
            }
            return new Decoded.Malformed("topic is none of ours, or its bucket is not the device's: \"%s\""
                    .formatted(Printable.text(envelope.topic())));
        } catch (Unusable unusable) {
            return new Decoded.Malformed(unusable.reason);
        }
    }

    private static Message decodeUp(DeviceId device, Envelope envelope) throws Unusable {
        var properties = envelope.properties();
        var message = properties.get(MESSAGE);
        if (message == null) {
            return decodePack(device, envelope);
        }
        if (!message.equals("hello")) {
            throw new Unusable("message", message, "hello, or absent for a pack");
        }
        return new Hello(device, stream(properties, STREAM), nonce(properties));
    }

    private static Pack decodePack(DeviceId device, Envelope envelope) throws Unusable {
        var properties = envelope.properties();
        var contentType = envelope.contentType().orElse("");
        var format = Payload.Format.of(contentType);
        if (format.isEmpty()) {
            throw new Unusable("content type", contentType, "application/senml+cbor or application/senml+json");
        }
        var stream = stream(properties, STREAM);
        if (stream.isEmpty()) {
            throw new Unusable("stream", "", "32 lower-case hex digits");
        }
        long sequence = number(properties, SEQUENCE, 1);
        var through = OptionalLong.empty();
        if (properties.containsKey(THROUGH)) {
            through = OptionalLong.of(number(properties, THROUGH, sequence));
        }
        var payload = new Payload(format.get(), envelope.payload());
        return new Pack(device, stream.get(), stream(properties, SUPERSEDES), sequence, through, payload);
    }

    private static Message decodeDown(DeviceId device, Envelope envelope) throws Unusable {
        var properties = envelope.properties();
        var committed =
                new Committed(stream(properties, STREAM), number(properties, SEQUENCE, 0), stream(properties, CURRENT));
        var message = properties.getOrDefault(MESSAGE, "");
        return switch (message) {
            case "ack" -> new Ack(device, committed);
            case "welcome" -> new Welcome(device, nonce(properties), committed);
            default -> throw new Unusable("message", message, "ack or welcome");
        };
    }

    private static Optional<StreamId> stream(Map<String, String> properties, String name) throws Unusable {
        var text = properties.get(name);
        if (text == null) {
            return Optional.empty();
        }
        var stream = StreamId.parse(text);
        if (stream.isEmpty()) {
            throw new Unusable(name, text, "32 lower-case hex digits");
        }
        return stream;
    }

    private static long number(Map<String, String> properties, String name, long least) throws Unusable {
        var text = properties.getOrDefault(name, "");
        long value = 0;
        boolean digits = !text.isEmpty() && text.length() <= 16;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            digits = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!digits || value < least || value > LARGEST_SEQUENCE) {
            throw new Unusable(name, text, "a number from %d to %d".formatted(least, LARGEST_SEQUENCE));
        }
        return value;
    }

    private static long nonce(Map<String, String> properties) throws Unusable {
        var text = properties.getOrDefault(NONCE, "");
        if (text.length() != 16 || !text.chars().allMatch(HexFormat::isHexDigit)) {
            throw new Unusable(NONCE, text, "16 hex digits");
        }
        return HexFormat.fromHexDigitsToLong(text);
    }

    /// A header that cannot be used; never leaves this class.
    private static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        private final String reason;

        Unusable(String name, String value, String allowed) {
            super(name, null, false, false);
            this.reason = "%s must be %s, but is \"%s\"".formatted(name, allowed, Printable.text(value));
        }
    }
}
