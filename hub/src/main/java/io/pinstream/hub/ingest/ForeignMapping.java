package io.pinstream.hub.ingest;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// How a plain MQTT message with a JSON payload becomes an event: which topics, and where in them and in the
/// payload the device, the time and the values are.
///
/// @param topic an MQTT topic filter such as `tele/+/SENSOR`
/// @param device where the device id comes from
/// @param sensor the sensor that the events are of
/// @param time JSON pointer to the time; without it the time of arrival is taken. A number is seconds, or
///     milliseconds from 100,000,000,000 on, since 1970; a text is ISO 8601
/// @param zone which zone a time without one is in (Tasmota writes local time without a zone)
/// @param fields at least one, each quantity once
public record ForeignMapping(
        String topic, Device device, SensorId sensor, Optional<String> time, ZoneId zone, List<Field> fields) {
    private static final double FIRST_MILLIS = 1e11;
    private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("2200-01-01T00:00:00Z");

    /// Where a device id comes from.
    public sealed interface Device {
        /// A level of the topic, counted from 0.
        record Level(int level) implements Device {}

        /// Always the same.
        record Fixed(DeviceId id) implements Device {}
    }

    /// One value of the payload.
    ///
    /// @param pointer JSON pointer (RFC 6901); empty for a payload that is the bare value
    /// @param scale a number is multiplied by it, to bring it into the unit of the quantity
    /// @param offset and this is added then
    /// @param required whether a message without it is refused; otherwise the event goes without it
    public record Field(Quantity quantity, String pointer, double scale, double offset, boolean required) {
        public Field {
            requirePointer(pointer);
            if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
                throw new IllegalArgumentException(
                        "scale must be a number other than 0 and offset a number, but were %s and %s"
                                .formatted(scale, offset));
            }
        }
    }

    public ForeignMapping {
        fields = List.copyOf(fields);
        requireFilter(topic);
        time.ifPresent(ForeignMapping::requirePointer);
        if (fields.isEmpty()) {
            throw new IllegalArgumentException("quantities must name at least one quantity");
        }
        if (device instanceof Device.Level(int level)) {
            requireWildcard(topic, level);
        }
    }

    /// A quantity with the unit that it has everywhere.
    ///
    /// @param unit may be missing where the quantity is a standard one
    /// @throws IllegalArgumentException if the unit is another one, or is missing where nobody else knows it
    public static Quantity quantity(String name, Optional<String> unit) {
        var standard = Quantity.standard(name);
        if (standard.isPresent()) {
            var known = standard.get().unit().toString();
            if (unit.isPresent() && !unit.get().equals(known)) {
                throw new IllegalArgumentException(
                        "unit of %s is %s everywhere, but was %s: leave it out and convert with scale and offset"
                                .formatted(name, known, unit.get()));
            }
            return standard.get();
        }
        return new Quantity(
                name,
                new Unit(unit.orElseThrow(() -> new IllegalArgumentException(
                        "unit of %s must be named, because %s is no standard quantity (\"/\" for none)"
                                .formatted(name, name)))));
    }

    /// The pointers that have to be looked up.
    Set<String> pointers() {
        var all = new HashSet<String>();
        fields.forEach(field -> all.add(field.pointer));
        time.ifPresent(all::add);
        return all;
    }

    /// The device that a topic is of.
    DeviceId deviceOf(String of) throws UnusableMessage {
        return switch (device) {
            case Device.Fixed(DeviceId id) -> id;
            case Device.Level(int level) -> {
                var levels = of.split("/", -1);
                var text = level < levels.length ? levels[level] : "";
                var problem = DeviceId.problemWith(text);
                if (problem.isPresent()) {
                    throw new UnusableMessage("topic level %d: %s".formatted(level, problem.get()));
                }
                yield new DeviceId(text);
            }
        };
    }

    /// The event that the values are.
    Event event(Map<String, Value> values, Instant arrived) throws UnusableMessage {
        var measurements = new ArrayList<Measurement>(fields.size());
        for (var field : fields) {
            var value = values.get(field.pointer);
            if (value != null) {
                measurements.add(new Measurement(field.quantity, inUnit(field, value)));
            } else if (field.required) {
                throw new UnusableMessage(
                        "there is no value at %s for %s".formatted(field.pointer, field.quantity.name()));
            }
        }
        if (measurements.isEmpty()) {
            throw new UnusableMessage("there is none of the values that the mapping names");
        }
        return Event.sample(sensor, timeOf(values, arrived), Quality.GOOD, measurements);
    }

    private static Value inUnit(Field field, Value value) throws UnusableMessage {
        if (value instanceof Value.Decimal(double number)) {
            double scaled = number * field.scale + field.offset;
            if (!Double.isFinite(scaled)) {
                throw new UnusableMessage(field.pointer + " is a number beyond what can be carried");
            }
            return new Value.Decimal(scaled);
        }
        if (value instanceof Value.Text && !field.quantity.unit().equals(Unit.NONE)) {
            throw new UnusableMessage(
                    "%s must be a number in %s, but is a text".formatted(field.pointer, field.quantity.unit()));
        }
        return value;
    }

    private Instant timeOf(Map<String, Value> values, Instant arrived) throws UnusableMessage {
        if (time.isEmpty()) {
            return arrived;
        }
        var pointer = time.get();
        try {
            var read = switch (values.get(pointer)) {
                case null -> throw new UnusableMessage("there is no time at " + pointer);
                case Value.Decimal(double number) -> {
                    double millis = Math.abs(number) < FIRST_MILLIS ? number * 1000 : number;
                    yield Instant.ofEpochMilli(Math.round(millis));
                }
                case Value.Text(String text) -> timeOf(text);
                case Value.Truth _ -> throw new UnusableMessage("time at %s is a truth value".formatted(pointer));
            };
            if (read.isBefore(EARLIEST) || read.isAfter(LATEST)) {
                throw new UnusableMessage(
                        "time at %s must be in the years 2000 to 2199, but is %s".formatted(pointer, read));
            }
            return read;
        } catch (DateTimeException bad) {
            throw new UnusableMessage("time at %s is not ISO 8601".formatted(pointer));
        }
    }

    private Instant timeOf(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException withoutZone) {
            return LocalDateTime.parse(text).atZone(zone).toInstant();
        }
    }

    private static void requirePointer(String pointer) {
        if (!pointer.isEmpty() && !pointer.startsWith("/")) {
            throw new IllegalArgumentException(
                    "pointer must begin with a slash such as /AM2301/Temperature, but was \"%s\"".formatted(pointer));
        }
    }

    /// MQTT 5 section 4.7.1: a wildcard stands alone in its level, `#` only in the last one.
    private static void requireFilter(String topic) {
        var levels = topic.split("/", -1);
        boolean good = !topic.isEmpty() && topic.length() < 1024 && !topic.startsWith("$");
        for (int i = 0; i < levels.length; i++) {
            var level = levels[i];
            boolean wildcard = level.contains("+") || level.contains("#");
            good &= !wildcard || level.equals("+") || level.equals("#") && i == levels.length - 1;
        }
        if (!good) {
            throw new IllegalArgumentException(
                    "topic must be a topic filter such as tele/+/SENSOR, but was \"%s\"".formatted(topic));
        }
    }

    private static void requireWildcard(String topic, int level) {
        var levels = topic.split("/", -1);
        boolean wild = level >= 0
                && (level < levels.length && (levels[level].equals("+") || levels[level].equals("#"))
                        || level >= levels.length && levels[levels.length - 1].equals("#"));
        if (!wild) {
            throw new IllegalArgumentException(
                    "level must be a level of %s, counted from 0, that is a wildcard, but was %d; for one device of a"
                                    .formatted(topic, level)
                            + " fixed name use name");
        }
    }
}
