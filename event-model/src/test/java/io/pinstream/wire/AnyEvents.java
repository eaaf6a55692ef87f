package io.pinstream.wire;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/// Everything that an agent may put into a pack, for property tests.
final class AnyEvents {
    /// The first time that SenML can name (RFC 8428 section 4.5.3: smaller numbers are relative to now).
    static final Instant FIRST = Instant.ofEpochSecond(1 << 28);

    static final Instant LAST = Instant.parse("2100-01-01T00:00:00Z");

    private static final String NAME = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

    private AnyEvents() {}

    /// Events of one device, in any order of times, of which no two neighbours would become one.
    static Arbitrary<List<Event>> packs() {
        return event().list().ofMinSize(1).ofMaxSize(12).map(AnyEvents::withoutTwins);
    }

    static Arbitrary<String> ids() {
        return Arbitraries.strings()
                .withChars(NAME)
                .ofMinLength(1)
                .ofMaxLength(64)
                .filter(id -> id.charAt(0) != '.');
    }

    private static Arbitrary<Event> event() {
        return Combinators.combine(Arbitraries.of(Event.Kind.class), sensors(), times(), qualities(), measurements())
                .as(Event::new);
    }

    private static Arbitrary<SensorId> sensors() {
        return Arbitraries.frequencyOf(
                        Tuple.of(3, Arbitraries.of("air", "door", "a.b_c-D")),
                        Tuple.of(1, ids().filter(id -> id.length() <= 63)))
                .map(SensorId::new);
    }

    /// Mostly close to each other, as in a real pack; sometimes decades apart, as after a clock was set.
    private static Arbitrary<Instant> times() {
        long first = ChronoUnit.MICROS.between(Instant.EPOCH, FIRST);
        long last = ChronoUnit.MICROS.between(Instant.EPOCH, LAST);
        return Arbitraries.oneOf(
                        Arbitraries.longs().between(first, last),
                        Arbitraries.longs().between(last - 10_000_000, last),
                        Arbitraries.longs().between(1_795_408_814_000_000L, 1_795_408_914_000_000L))
                .map(micros -> Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
    }

    private static Arbitrary<Quality> qualities() {
        var flawed = Arbitraries.of(Quality.Flaw.class).set().ofMinSize(1).map(Quality::new);
        return Arbitraries.oneOf(Arbitraries.just(Quality.GOOD), flawed);
    }

    private static Arbitrary<List<Measurement>> measurements() {
        return Arbitraries.oneOf(standard(), own())
                .list()
                .ofMinSize(1)
                .ofMaxSize(5)
                .uniqueElements(measurement -> measurement.quantity().name());
    }

    private static Arbitrary<Measurement> standard() {
        return Combinators.combine(Arbitraries.of(Quantity.standards().values()), values())
                .as(Measurement::new);
    }

    /// A quantity of one's own keeps its unit where there is a number; a state or a text has none.
    private static Arbitrary<Measurement> own() {
        var names = Combinators.combine(
                        Arbitraries.chars().range('a', 'z'),
                        Arbitraries.strings()
                                .withCharRange('a', 'z')
                                .withCharRange('0', '9')
                                .withChars('_')
                                .ofMaxLength(63))
                .as((first, rest) -> first + rest)
                .filter(name -> Quantity.problemWith(name).isEmpty()
                        && Quantity.standard(name).isEmpty());
        var units = Arbitraries.strings().withCharRange('!', '~').ofMinLength(1).ofMaxLength(Unit.LONGEST);
        return Combinators.combine(names, units, values())
                .as((name, unit, value) -> new Measurement(
                        new Quantity(name, value instanceof Value.Decimal ? new Unit(unit) : Unit.NONE), value));
    }

    private static Arbitrary<Value> values() {
        return Arbitraries.oneOf(
                numbers().map(Value.Decimal::new),
                Arbitraries.of(true, false).map(Value.Truth::new),
                texts().map(Value.Text::new));
    }

    private static Arbitrary<Double> numbers() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(Double::longBitsToDouble).filter(Double::isFinite),
                Arbitraries.longs().map(number -> (double) number),
                Arbitraries.integers().map(number -> number / 100.0),
                Arbitraries.floats().map(Float::doubleValue).filter(Double::isFinite),
                Arbitraries.of(
                        0.0,
                        -0.0,
                        Double.MIN_VALUE,
                        -Double.MIN_VALUE,
                        Double.MIN_NORMAL,
                        Double.MAX_VALUE,
                        -Double.MAX_VALUE,
                        0x1p53,
                        -0x1p53,
                        0x1p53 - 1,
                        0x1p63,
                        -0x1p63,
                        0x1p64,
                        (double) Float.MAX_VALUE,
                        (double) Float.MIN_VALUE));
    }

    /// Any Unicode text of at most 256 chars: planes beyond the first, controls, the null character.
    static Arbitrary<String> texts() {
        var codePoints = Arbitraries.oneOf(
                Arbitraries.integers().between(0, 0x7f),
                Arbitraries.integers().between(0x80, 0xd7ff),
                Arbitraries.integers().between(0xe000, 0xffff),
                Arbitraries.integers().between(0x1_0000, 0x10_ffff));
        return codePoints.list().ofMaxSize(Value.Text.LONGEST).map(points -> {
            var text = new StringBuilder();
            for (int point : points) {
                if (text.length() + Character.charCount(point) <= Value.Text.LONGEST) {
                    text.appendCodePoint(point);
                }
            }
            return text.toString();
        });
    }

    private static List<Event> withoutTwins(List<Event> events) {
        var apart = new ArrayList<Event>();
        for (var event : events) {
            if (apart.isEmpty() || !twins(apart.getLast(), event)) {
                apart.add(event);
            }
        }
        return List.copyOf(apart);
    }

    private static boolean twins(Event one, Event other) {
        return one.sensor().equals(other.sensor())
                && one.time().equals(other.time())
                && one.kind() == other.kind()
                && one.quality().equals(other.quality());
    }
}
