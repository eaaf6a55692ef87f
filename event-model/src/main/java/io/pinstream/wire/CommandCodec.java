package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/// Commands and replies as MQTT 5 requests and responses (section 4.10), and back. There is no payload;
/// everything is in properties:
///
/// | message | topic | properties of MQTT | user properties |
/// |---|---|---|---|
/// | command | command | response topic, correlation data, message expiry | `actuator`, `set`=`0`…`100` or `safe`,
/// `by`, `for` if it is to hold, `sent`, `within` |
/// | reply | the response topic | correlation data | `result`=`done` (`percent`), `refused` (`why`, `reason`), `failed`
/// (`reason`) or `expired` |
///
/// `for` is seconds, `within` milliseconds, `sent` milliseconds since 1970. `within` (10 s) and `sent` may be
/// absent, so that any MQTT 5 client can command. Unknown properties are ignored, and so is a payload.
///
/// A response topic must be one of the device's own, `reply/<device>/<asker>`: the device writes nowhere else,
/// whatever it is asked, and a broker's access rules can hold it to its own name. Each hub has an asker's name of
/// its own, random at its start, and listens to `reply/+/<asker>`: of any number of hubs at one broker each hears
/// the replies to its own commands only. Has no state: for any thread.
public final class CommandCodec {
    /// How long a command is worth doing that does not say so.
    public static final Duration WITHIN = Duration.ofSeconds(10);

    private static final String ACTUATOR = "actuator";
    private static final String SET = "set";
    private static final String SAFE = "safe";
    private static final String FOR = "for";
    private static final String BY = "by";
    private static final String SENT = "sent";
    private static final String FOR_UNITS = "a number of seconds";
    private static final String WITHIN_NAME = "within";
    private static final String RESULT = "result";
    private static final String PERCENT = "percent";
    private static final String WHY = "why";
    private static final String REASON = "reason";
    /// The year 10000: no clock of ours, and safe to turn into an Instant.
    private static final long LATEST_MILLIS = 253_402_300_800_000L;

    private static final byte[] EMPTY = new byte[0];

    /// What decoding a command gave.
    public sealed interface Decoded {
        /// A command that can be read.
        record Good(Request request) implements Decoded {}

        /// A command that cannot be read, but can be answered.
        record Refused(Envelope answer, String reason) implements Decoded {}

        /// What cannot even be answered; the reason is printable.
        record Malformed(String reason) implements Decoded {}
    }

    /// A reply that arrived.
    public record Arrived(DeviceId device, CommandId id, Reply reply) {}

    private final Topics topics;

    public CommandCodec(Topics topics) {
        this.topics = topics;
    }

    public Envelope encode(Request request) {
        var command = request.command();
        var properties = HashMap.<String, String>newHashMap(6);
        properties.put(ACTUATOR, command.actuator().value());
        properties.put(SET, command.percent().map(Object::toString).orElse(SAFE));
        properties.put(BY, command.by());
        command.hold().ifPresent(hold -> properties.put(FOR, Long.toString(hold.toSeconds())));
        request.sent().ifPresent(sent -> properties.put(SENT, Long.toString(sent.toEpochMilli())));
        properties.put(WITHIN_NAME, Long.toString(request.within().toMillis()));
        long seconds = Math.ceilDiv(request.within().toMillis(), 1000);
        return new Envelope(
                topics.command(request.device()),
                Optional.empty(),
                properties,
                EMPTY,
                Exchange.request(request.replyTo(), request.id(), seconds));
    }

    /// The reply to a command, to where the command asks for it.
    public static Envelope encode(Request request, Reply reply) {
        return answer(request.replyTo(), request.id(), reply);
    }

    private static Envelope answer(String replyTo, CommandId id, Reply reply) {
        var properties = HashMap.<String, String>newHashMap(3);
        switch (reply) {
            case Reply.Done(int percent) -> {
                properties.put(RESULT, "done");
                properties.put(PERCENT, Integer.toString(percent));
            }
            case Reply.Refused(var why, var reason) -> {
                properties.put(RESULT, "refused");
                properties.put(WHY, why.text());
                properties.put(REASON, reason);
            }
            case Reply.Failed(var reason) -> {
                properties.put(RESULT, "failed");
                properties.put(REASON, reason);
            }
            case Reply.Expired() -> properties.put(RESULT, "expired");
        }
        return new Envelope(replyTo, Optional.empty(), properties, EMPTY, Exchange.response(id));
    }

    /// Decodes what arrived on a device's command topic. Never throws, whatever arrived.
    public Decoded decode(DeviceId device, Envelope envelope) {
        var exchange = envelope.exchange();
        var replyTo = exchange.replyTo().filter(topic -> topics.isReply(device, topic));
        if (!envelope.topic().equals(topics.command(device)) || replyTo.isEmpty()) {
            return new Decoded.Malformed("response topic must be %s/<asker>, but is \"%s\""
                    .formatted(
                            topics.replies(device),
                            Printable.text(exchange.replyTo().orElse(""))));
        }
        if (exchange.id().isEmpty()) {
            return new Decoded.Malformed("correlation data must be 1 to 64 bytes");
        }
        try {
            return new Decoded.Good(decode(device, replyTo.get(), exchange.id().get(), envelope));
        } catch (IllegalArgumentException unusable) {
            var reason = Printable.text(String.valueOf(unusable.getMessage()), Reply.LONGEST_TEXT);
            var refusal = new Reply.Refused(Reply.Why.MALFORMED, reason);
            return new Decoded.Refused(answer(replyTo.get(), exchange.id().get(), refusal), reason);
        }
    }

    private static Request decode(DeviceId device, String replyTo, CommandId id, Envelope envelope) {
        var properties = envelope.properties();
        var actuator = new SensorId(required(properties, ACTUATOR));
        var set = required(properties, SET);
        var percent = set.equals(SAFE)
                ? Optional.<Integer>empty()
                : Optional.of((int) number(SET, set, Command.WHOLE, "safe or a number of percent"));
        var hold = Optional.ofNullable(properties.get(FOR))
                .map(text -> Duration.ofSeconds(number(FOR, text, Command.LONGEST_HOLD.toSeconds(), FOR_UNITS)));
        var sent = Optional.ofNullable(properties.get(SENT))
                .map(text -> Instant.ofEpochMilli(number(SENT, text, LATEST_MILLIS, "milliseconds since 1970")));
        var asked = Optional.ofNullable(properties.get(WITHIN_NAME))
                .map(text -> number(WITHIN_NAME, text, Request.LONGEST.toMillis(), "milliseconds"))
                .orElse(WITHIN.toMillis());
        var command = new Command(actuator, percent, hold, required(properties, BY));
        return new Request(device, id, replyTo, sent, Duration.ofMillis(asked), command);
    }

    /// Decodes what arrived on a reply topic; empty if it is no reply. Never throws, whatever arrived.
    ///
    /// @param asker the name that the asker listens by
    public Optional<Arrived> decodeReply(String asker, Envelope envelope) {
        var device = topics.deviceOfReply(asker, envelope.topic());
        var id = envelope.exchange().id();
        if (device.isEmpty() || id.isEmpty()) {
            return Optional.empty();
        }
        try {
            return reply(envelope.properties()).map(reply -> new Arrived(device.get(), id.get(), reply));
        } catch (IllegalArgumentException unusable) {
            return Optional.empty();
        }
    }

    private static Optional<Reply> reply(Map<String, String> properties) {
        return Optional.ofNullable(
                switch (properties.getOrDefault(RESULT, "")) {
                    case "done" -> {
                        var text = required(properties, PERCENT);
                        yield new Reply.Done((int) number(PERCENT, text, Command.WHOLE, "a number of percent"));
                    }
                    case "refused" ->
                        new Reply.Refused(why(required(properties, WHY)), properties.getOrDefault(REASON, ""));
                    case "failed" -> new Reply.Failed(properties.getOrDefault(REASON, ""));
                    case "expired" -> new Reply.Expired();
                    default -> null;
                });
    }

    private static Reply.Why why(String text) {
        for (var why : Reply.Why.values()) {
            if (why.text().equals(text)) {
                return why;
            }
        }
        throw new IllegalArgumentException("why is unknown");
    }

    private static String required(Map<String, String> properties, String name) {
        var text = properties.get(name);
        if (text == null) {
            throw new IllegalArgumentException("the user property %s is missing".formatted(name));
        }
        return text;
    }

    /// How long a command may still wait with the device that it has just reached: what it is worth doing for,
    /// and what the broker has left of its expiry, whichever is less. Brokers count whole seconds, so one more is
    /// given.
    public static Duration left(Request request, OptionalLong expirySeconds) {
        var within = request.within();
        if (expirySeconds.isEmpty() || expirySeconds.getAsLong() >= Request.LONGEST.toSeconds()) {
            return within;
        }
        var expiry = Duration.ofSeconds(expirySeconds.getAsLong() + 1);
        return expiry.compareTo(within) < 0 ? expiry : within;
    }

    private static long number(String name, String text, long most, String what) {
        long value = 0;
        boolean digits = !text.isEmpty() && text.length() <= 16;
        for (int i = 0; digits && i < text.length(); i++) {
            char c = text.charAt(i);
            digits = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!digits || value > most) {
            throw new IllegalArgumentException(
                    "%s must be %s, 0 to %d, but is \"%s\"".formatted(name, what, most, Printable.text(text)));
        }
        return value;
    }
}
