package io.pinstream.wire;

import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Names that came before, by their bytes: sensors with their quantities, and units. Bounded: a name that meets
/// another one in its slot takes the slot, so that a device that invents names costs allocation and nothing more.
final class NameCache {
    private static final int SLOTS = 1_024;

    /// What a record's name means.
    record Name(SensorId sensor, String quantity, Optional<Quantity> standard) {}

    private record Slot<T>(byte[] bytes, T value) {}

    @SuppressWarnings("unchecked")
    private final @Nullable Slot<Name>[] names = (Slot<Name>[]) new Slot<?>[SLOTS];

    @SuppressWarnings("unchecked")
    private final @Nullable Slot<Unit>[] units = (Slot<Unit>[]) new Slot<?>[SLOTS];

    /// Reads `<sensor>/<quantity>`.
    Name name(byte[] bytes, int from, int to, int record) throws MalformedSenml {
        int slot = slot(bytes, from, to);
        var known = names[slot];
        if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, to)) {
            return known.value;
        }
        var value = parse(new String(bytes, from, to - from, StandardCharsets.UTF_8), record);
        names[slot] = new Slot<>(Arrays.copyOfRange(bytes, from, to), value);
        return value;
    }

    /// Reads a unit.
    Unit unit(byte[] bytes, int from, int to, int record) throws MalformedSenml {
        int slot = slot(bytes, from, to);
        var known = units[slot];
        if (known != null && Arrays.equals(known.bytes, 0, known.bytes.length, bytes, from, to)) {
            return known.value;
        }
        try {
            var value = new Unit(new String(bytes, from, to - from, StandardCharsets.UTF_8));
            units[slot] = new Slot<>(Arrays.copyOfRange(bytes, from, to), value);
            return value;
        } catch (IllegalArgumentException wrong) {
            throw new MalformedSenml("record %d: %s".formatted(record, wrong.getMessage()));
        }
    }

    private static Name parse(String text, int record) throws MalformedSenml {
        int slash = text.indexOf('/');
        if (slash < 0 || text.indexOf('/', slash + 1) >= 0) {
            throw new MalformedSenml("record %d: name must be <device>/<sensor>/<quantity>, but ends in \"%s\""
                    .formatted(record, Printable.text(text)));
        }
        var sensor = text.substring(0, slash);
        var quantity = text.substring(slash + 1);
        var problem = SensorId.problemWith(sensor).or(() -> Quantity.problemWith(quantity));
        if (problem.isPresent()) {
            throw new MalformedSenml("record %d: %s".formatted(record, problem.get()));
        }
        return new Name(new SensorId(sensor), quantity, Quantity.standard(quantity));
    }

    private static int slot(byte[] bytes, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 16) & SLOTS - 1;
    }
}
