package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Resolves a pack's records one by one (RFC 8428 section 4.6) and gathers them into events.
final class SenmlResolver {
    /// RFC 8428 section 4.5.3: smaller times are relative to now, which nobody could repeat.
    private static final long LEAST_ABSOLUTE = 1 << 28;
    /// The year 10000: no clock of ours, and safe to turn into an Instant.
    private static final double LATEST = 253_402_300_800.0;

    private static final int VERSION = 10;

    private final DeviceId device;
    private final SenmlCodec.Limits limits;
    private final NameCache names;
    private final byte[] expectedBase;
    private final List<Event> events = new ArrayList<>();

    private boolean named;
    private double baseTime;
    private double baseValue;
    private @Nullable Unit baseUnit;
    private int records;

    // The event that is being gathered.
    private final List<Measurement> measurements = new ArrayList<>(4);
    private NameCache.@Nullable Name gathering;
    private long gatheringMicros;
    private Event.Kind gatheringKind = Event.Kind.SAMPLE;
    private Quality gatheringQuality = Quality.GOOD;

    SenmlResolver(DeviceId device, SenmlCodec.Limits limits, NameCache names) {
        this.device = device;
        this.limits = limits;
        this.names = names;
        this.expectedBase = (device.value() + "/").getBytes(StandardCharsets.US_ASCII);
    }

    NameCache names() {
        return names;
    }

    /// The number of the record that comes next, for messages.
    int next() throws MalformedSenml {
        if (records >= limits.records()) {
            throw new MalformedSenml("a pack must have at most %d records".formatted(limits.records()));
        }
        return records;
    }

    /// Takes the record that was read.
    void take(SenmlRecord read) throws MalformedSenml {
        int number = records++;
        takeBase(read, number);
        if (!named) {
            throw new MalformedSenml("record %d: the base name bn is missing".formatted(number));
        }
        if (!read.has(SenmlRecord.NAME)) {
            throw new MalformedSenml("record %d: the name n is missing".formatted(number));
        }
        if (read.nameTo - read.nameFrom + expectedBase.length > limits.nameLength()) {
            throw new MalformedSenml("record %d: a name must have at most %d characters, but has %d"
                    .formatted(number, limits.nameLength(), read.nameTo - read.nameFrom + expectedBase.length));
        }
        var name = names.name(read.name, read.nameFrom, read.nameTo, number);
        long micros = micros(baseTime, read.has(SenmlRecord.TIME) ? read.time : 0, number);
        var kind = kind(read, number);
        var quality = quality(read, number);
        if (gathering == null || !belongs(name, micros, kind, quality)) {
            finish();
            gathering = name;
            gatheringMicros = micros;
            gatheringKind = kind;
            gatheringQuality = quality;
        }
        add(name, value(read, number), unit(read), number);
    }

    /// Everything that was taken, at the end of the pack.
    List<Event> events() throws MalformedSenml {
        finish();
        if (events.isEmpty()) {
            throw new MalformedSenml("a pack must have at least 1 record, but has none");
        }
        return events;
    }

    private void takeBase(SenmlRecord read, int number) throws MalformedSenml {
        if (read.has(SenmlRecord.BASE_NAME)) {
            if (!Arrays.equals(
                    read.baseName, read.baseNameFrom, read.baseNameTo, expectedBase, 0, expectedBase.length)) {
                var text = new String(
                        read.baseName, read.baseNameFrom, read.baseNameTo - read.baseNameFrom, StandardCharsets.UTF_8);
                throw new MalformedSenml("record %d: base name of a pack of device %s must be \"%s/\", but is \"%s\""
                        .formatted(number, device, device, Printable.text(text)));
            }
            named = true;
        }
        if (read.has(SenmlRecord.BASE_VERSION) && read.baseVersion > VERSION) {
            throw new MalformedSenml("record %d: version bver must be at most %d, but is %d"
                    .formatted(number, VERSION, read.baseVersion));
        }
        if (read.has(SenmlRecord.BASE_TIME)) {
            baseTime = read.baseTime;
        }
        if (read.has(SenmlRecord.BASE_VALUE)) {
            baseValue = read.baseValue;
        }
        if (read.has(SenmlRecord.BASE_UNIT)) {
            baseUnit = read.baseUnit;
        }
    }

    private boolean belongs(NameCache.Name name, long micros, Event.Kind kind, Quality quality) {
        return gathering != null
                && micros == gatheringMicros
                && kind == gatheringKind
                && name.sensor().equals(gathering.sensor())
                && quality.equals(gatheringQuality);
    }

    private void add(NameCache.Name name, Value value, @Nullable Unit unit, int number) throws MalformedSenml {
        for (int i = 0; i < measurements.size(); i++) {
            if (measurements.get(i).quantity().name().equals(name.quantity())) {
                throw new MalformedSenml("record %d: %s/%s comes twice at the same time"
                        .formatted(number, name.sensor(), name.quantity()));
            }
        }
        measurements.add(new Measurement(quantity(name, value, unit, number), value));
    }

    private static Quantity quantity(NameCache.Name name, Value value, @Nullable Unit unit, int number)
            throws MalformedSenml {
        if (!(value instanceof Value.Decimal)) {
            return name.standard().orElseGet(() -> new Quantity(name.quantity(), Unit.NONE));
        }
        if (name.standard().isEmpty()) {
            if (unit == null) {
                throw new MalformedSenml("record %d: %s needs a unit u, since it is no standard quantity"
                        .formatted(number, name.quantity()));
            }
            return new Quantity(name.quantity(), unit);
        }
        var standard = name.standard().get();
        if (unit == null || !unit.equals(standard.unit())) {
            throw new MalformedSenml("record %d: %s must be in %s, but is in %s"
                    .formatted(number, name.quantity(), standard.unit(), unit == null ? "no unit" : unit));
        }
        return standard;
    }

    private @Nullable Unit unit(SenmlRecord read) {
        return read.has(SenmlRecord.UNIT) ? read.unit : baseUnit;
    }

    private Value value(SenmlRecord read, int number) throws MalformedSenml {
        int kinds = Integer.bitCount(read.labels & (SenmlRecord.VALUE | SenmlRecord.TRUTH | SenmlRecord.TEXT));
        if (kinds != 1) {
            throw new MalformedSenml("record %d: must have one of v, vb, vs, but has %d".formatted(number, kinds));
        }
        if (read.has(SenmlRecord.TRUTH)) {
            return new Value.Truth(read.truth);
        }
        if (read.has(SenmlRecord.TEXT)) {
            if (read.text.length() > Value.Text.LONGEST) {
                throw new MalformedSenml("record %d: vs must have at most %d characters, but has %d"
                        .formatted(number, Value.Text.LONGEST, read.text.length()));
            }
            return new Value.Text(read.text);
        }
        double value = baseValue == 0 ? read.value : baseValue + read.value; // −0 + 0 would be 0
        if (!Double.isFinite(value)) {
            throw new MalformedSenml("record %d: v must be finite, but is %s".formatted(number, value));
        }
        return new Value.Decimal(value);
    }

    /// The sum of two times, to the microsecond until 2106. Rounding the plain sum of two doubles is a microsecond
    /// off for some times from 2038 on: so what the addition lost is found (Knuth's TwoSum), and only the fraction
    /// of the second is multiplied.
    private static long micros(double base, double offset, int number) throws MalformedSenml {
        double seconds = base + offset;
        if (seconds > 0 && seconds < LATEST) {
            double added = seconds - base;
            double lost = (base - (seconds - added)) + (offset - added);
            double whole = Math.floor(seconds);
            long micros = ((long) whole) * 1_000_000 + Math.round((seconds - whole + lost) * 1e6);
            if (micros >= LEAST_ABSOLUTE * 1_000_000) {
                return micros;
            }
        }
        throw new MalformedSenml("record %d: time must be seconds since 1970, from 2^28 to the year 9999, but is %s"
                .formatted(number, seconds));
    }

    private static Event.Kind kind(SenmlRecord read, int number) throws MalformedSenml {
        if (!read.has(SenmlRecord.KIND)) {
            return Event.Kind.SAMPLE;
        }
        return switch (read.kind) {
            case "edge" -> Event.Kind.EDGE;
            case "dropped" -> Event.Kind.DROPPED;
            case "sample" -> Event.Kind.SAMPLE;
            default ->
                throw new MalformedSenml("record %d: e must be sample, edge or dropped, but is \"%s\""
                        .formatted(number, Printable.text(read.kind)));
        };
    }

    private static Quality quality(SenmlRecord read, int number) throws MalformedSenml {
        if (!read.has(SenmlRecord.QUALITY)) {
            return Quality.GOOD;
        }
        var quality = Quality.parse(read.quality);
        if (quality.isEmpty()) {
            throw new MalformedSenml(
                    "record %d: q is not a quality: \"%s\"".formatted(number, Printable.text(read.quality)));
        }
        return quality.get();
    }

    private void finish() {
        if (gathering != null) {
            var time = Instant.ofEpochSecond(
                    Math.floorDiv(gatheringMicros, 1_000_000), Math.floorMod(gatheringMicros, 1_000_000) * 1_000L);
            events.add(new Event(gatheringKind, gathering.sensor(), time, gatheringQuality, measurements));
            measurements.clear();
            gathering = null;
        }
    }
}
