package io.pinstream.hub.lane;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Hello;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/// What the lane writes to the compacted topic of devices: the last hello of a device and the state that it
/// retained at the broker, as one JSON object.
///
/// ```json
/// {"device":"greenhouse-7","hello":"2026-11-23T04:40:14Z","stream":"…32 digits…","state":{…as the device sent it…}}
/// ```
///
/// A compacted topic keeps the last record of a key only, so a hello repeats the state that is remembered here.
/// The memory is bounded: what was used longest ago is forgotten first, and the hello of such a device is
/// written without its state until that arrives again (with its next change, or when the lane opens). What an
/// aborted transaction held is written by the next one. For the lane's thread.
final class DeviceRecords {
    /// The longest state that is kept; a device with 60 sensors needs about 8 KiB.
    static final int LONGEST_STATE = 16 * 1024;

    private static final long MOST_REMEMBERED = 32L * 1024 * 1024;
    private static final byte[] NONE = {};
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNameLength(256)
                    .maxStringLength(LONGEST_STATE)
                    .build())
            .build();

    /// What is known of a device.
    ///
    /// @param state as it arrived, empty if it is not known or cannot be used
    /// @param refused what arrived and could not be used, so that the broker's repetition is not reported again
    private record Known(@Nullable Instant hello, String stream, byte[] state, byte[] refused) {
        static final Known NOTHING = new Known(null, "", NONE, NONE);
    }

    private final Map<DeviceId, Known> known = new LinkedHashMap<>(64, 0.75f, true);
    private final Set<DeviceId> unwritten = new LinkedHashSet<>();
    private long remembered;

    void hello(Hello hello, Instant arrived) {
        var before = known.getOrDefault(hello.device(), Known.NOTHING);
        var stream = hello.stream().map(Object::toString).orElse("");
        remember(hello.device(), new Known(arrived, stream, before.state, before.refused));
        unwritten.add(hello.device());
    }

    /// Takes a device's retained state; an empty payload means that somebody removed it.
    ///
    /// @return why it cannot be used, said once however often the broker repeats it
    Optional<String> state(DeviceId device, byte[] payload) {
        var before = known.getOrDefault(device, Known.NOTHING);
        if (Arrays.equals(payload, before.state) && known.containsKey(device)
                || payload.length > 0 && Arrays.equals(payload, before.refused)) {
            return Optional.empty();
        }
        var problem = payload.length == 0 ? Optional.<String>empty() : problemWith(payload);
        if (problem.isPresent()) {
            var refused = payload.length <= LONGEST_STATE ? payload : NONE;
            remember(device, new Known(before.hello, before.stream, before.state, refused));
            return problem;
        }
        remember(device, new Known(before.hello, before.stream, payload, NONE));
        unwritten.add(device);
        return problem;
    }

    boolean isEmpty() {
        return unwritten.isEmpty();
    }

    /// Gives every record that has to be written.
    void write(BiConsumer<DeviceId, byte[]> log) {
        unwritten.forEach(device -> log.accept(device, json(device, known.getOrDefault(device, Known.NOTHING))));
    }

    void committed() {
        unwritten.clear();
    }

    private void remember(DeviceId device, Known now) {
        var before = known.put(device, now);
        remembered += cost(now) - (before == null ? 0 : cost(before));
        var oldest = known.entrySet().iterator();
        while (remembered > MOST_REMEMBERED && oldest.hasNext()) {
            var entry = oldest.next();
            if (!unwritten.contains(entry.getKey()) && !entry.getKey().equals(device)) {
                remembered -= cost(entry.getValue());
                oldest.remove();
            }
        }
    }

    private static long cost(Known known) {
        return 200L + known.state.length + known.refused.length;
    }

    private static byte[] json(DeviceId device, Known known) {
        var text = new StringBuilder(160 + known.state.length);
        text.append("{\"device\":\"").append(device).append('"'); // ids and instants need no escaping
        if (known.hello != null) {
            text.append(",\"hello\":\"").append(known.hello).append('"');
        }
        if (!known.stream.isEmpty()) {
            text.append(",\"stream\":\"").append(known.stream).append('"');
        }
        if (known.state.length > 0) {
            text.append(",\"state\":").append(new String(known.state, StandardCharsets.UTF_8));
        }
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static Optional<String> problemWith(byte[] payload) {
        if (payload.length > LONGEST_STATE) {
            return Optional.of("state must have at most %d bytes, but has %d".formatted(LONGEST_STATE, payload.length));
        }
        try (var parser = JSON.createParser(ObjectReadContext.empty(), new ByteArrayInputStream(payload))) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return Optional.of("state must be a JSON object, but begins with something else");
            }
            parser.skipChildren();
            return parser.nextToken() == null
                    ? Optional.empty()
                    : Optional.of("state must be one JSON object, but more follows it");
        } catch (JacksonException bad) {
            // What is nested too deep comes without a place; the library's own words quote the payload.
            return bad.getLocation() == null
                    ? Optional.of("state is nested too deep, or has a name or number that is too long")
                    : Optional.of("state is not JSON: bad at byte %d"
                            .formatted(Math.max(0, bad.getLocation().getByteOffset())));
        }
    }
}
