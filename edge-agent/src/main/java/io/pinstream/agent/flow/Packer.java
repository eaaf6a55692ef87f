package io.pinstream.agent.flow;

import io.pinstream.agent.outbox.Packed;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Value;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Collects events into packs: few messages for many readings, and no reading that waits for long.
///
/// A pack is due when it has enough events or bytes, when its first event has waited for the linger time, or at
/// once when it holds an edge. For one thread.
public final class Packer {
    /// How large a pack grows, and how long it waits for that.
    ///
    /// @param events at most this many events
    /// @param linger how long an event may wait for others
    /// @param bytes at most about this many bytes; an event that alone has more makes a pack of its own
    public record Config(int events, Duration linger, int bytes, Payload.Format format) {
        static final int MOST_EVENTS = 5_000;
        static final int FEWEST_BYTES = 1024;
        /// Half of what a hub takes by default.
        static final int MOST_BYTES = SenmlCodec.Limits.DEFAULT.bytes() / 2;
        static final Duration LONGEST = Duration.ofMinutes(10);
        public static final Config DEFAULT = new Config(50, Duration.ofMillis(200), 32 * 1024, Payload.Format.CBOR);

        public Config {
            if (events < 1 || events > MOST_EVENTS) {
                throw new IllegalArgumentException("events must be 1 to %d, but was %d".formatted(MOST_EVENTS, events));
            }
            if (linger.isNegative() || linger.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException("linger must be at most %d min and not negative, but was %d ms"
                        .formatted(LONGEST.toMinutes(), linger.toMillis()));
            }
            if (bytes < FEWEST_BYTES || bytes > MOST_BYTES) {
                throw new IllegalArgumentException(
                        "bytes must be %d to %d, but was %d".formatted(FEWEST_BYTES, MOST_BYTES, bytes));
            }
        }
    }

    /// Half of what a hub takes by default.
    private static final int MOST_RECORDS = SenmlCodec.Limits.DEFAULT.records() / 2;

    private final DeviceId device;
    private final Config config;
    private final List<Event> events = new ArrayList<>();
    private int bytes;
    private int records;
    private long firstNanos;
    private boolean edges;

    public Packer(DeviceId device, Config config) {
        this.device = device;
        this.config = config;
    }

    /// Whether the event still fits the pack that is being filled; an empty one takes any.
    boolean fits(Event event) {
        return events.isEmpty()
                || bytes + bytes(event) <= config.bytes()
                        && records + event.measurements().size() <= MOST_RECORDS;
    }

    /// Adds an event that fits.
    void add(Event event, long nanos) {
        if (events.isEmpty()) {
            firstNanos = nanos;
        }
        events.add(event);
        bytes += bytes(event);
        records += event.measurements().size();
        edges |= event.kind() == Event.Kind.EDGE;
    }

    boolean isEmpty() {
        return events.isEmpty();
    }

    /// Whether the pack has as many events as it may.
    boolean isFull() {
        return events.size() >= config.events() || bytes >= config.bytes();
    }

    /// How long the pack that is being filled may still wait: nothing with an edge in it, for ever if it is empty.
    long waitNanos(long nanos) {
        if (events.isEmpty()) {
            return Long.MAX_VALUE;
        }
        return edges || isFull() ? 0 : Math.max(0, config.linger().toNanos() - (nanos - firstNanos));
    }

    /// The pack, which is not empty; the next one begins.
    Packed take() {
        var packed = new Packed(SenmlCodec.encode(device, events, config.format()), events.size(), edges);
        events.clear();
        bytes = 0;
        records = 0;
        edges = false;
        return packed;
    }

    /// At least what the event takes in either format: labels and numbers need less than 64 bytes a record, and
    /// JSON may write 6 for a character of text.
    private static int bytes(Event event) {
        int sum = 0;
        for (Measurement measurement : event.measurements()) {
            sum += 64
                    + event.sensor().value().length()
                    + measurement.quantity().name().length()
                    + (measurement.value() instanceof Value.Text(String text) ? 6 * text.length() : 0);
        }
        return sum + event.quality().toString().length();
    }
}
