package io.pinstream.event;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What is measured, and in which unit: one quantity has one unit everywhere, which is why the value in Kafka can
/// be flat.
///
/// @param name 1 to 64 of `a-z 0-9 _`, beginning with a letter, and not one of [#RESERVED]
/// @param unit its unit; the standard quantities have theirs, any other names it in the agent's configuration
public record Quantity(String name, Unit unit) {
    public static final int LONGEST = 64;
    /// Keys of an event's own envelope in Kafka.
    public static final Set<String> RESERVED =
            Set.of("device", "sensor", "time", "quality", "kind", "delivery", "specversion", "id", "source", "type");

    public static final Quantity TEMPERATURE = standard("temperature", "Cel");
    public static final Quantity HUMIDITY = standard("humidity", "%RH");
    public static final Quantity PRESSURE = standard("pressure", "Pa");
    public static final Quantity ILLUMINANCE = standard("illuminance", "lx");
    public static final Quantity VOLTAGE = standard("voltage", "V");
    public static final Quantity CURRENT = standard("current", "A");
    public static final Quantity POWER = standard("power", "W");
    public static final Quantity ENERGY = standard("energy", "J");
    public static final Quantity DISTANCE = standard("distance", "m");
    public static final Quantity SPEED = standard("speed", "m/s");
    public static final Quantity COUNT = standard("count", "count");
    public static final Quantity FREQUENCY = standard("frequency", "Hz");
    public static final Quantity RATIO = standard("ratio", "/");
    public static final Quantity CO2 = standard("co2", "ppm");
    /// Whether a contact, a button or a PIR is active.
    public static final Quantity ACTIVE = standard("active", "/");
    /// Why a reading failed, in words: what is sent in place of a value that there is not.
    public static final Quantity FAULT = standard("fault", "/");

    private static final Map<String, Quantity> STANDARD = List.of(
                    TEMPERATURE,
                    HUMIDITY,
                    PRESSURE,
                    ILLUMINANCE,
                    VOLTAGE,
                    CURRENT,
                    POWER,
                    ENERGY,
                    DISTANCE,
                    SPEED,
                    COUNT,
                    FREQUENCY,
                    RATIO,
                    CO2,
                    ACTIVE,
                    FAULT)
            .stream()
            .collect(Collectors.toUnmodifiableMap(Quantity::name, Function.identity()));

    public Quantity {
        var problem = problemWith(name);
        if (problem.isPresent()) {
            throw new IllegalArgumentException(problem.get());
        }
    }

    /// The quantity of that name which every Pinstream knows.
    public static Optional<Quantity> standard(String name) {
        return Optional.ofNullable(STANDARD.get(name));
    }

    /// All standard quantities by name.
    public static Map<String, Quantity> standards() {
        return STANDARD;
    }

    /// What is wrong with a text as the name of a quantity; empty if it is one.
    public static Optional<String> problemWith(String name) {
        if (name.isEmpty() || name.length() > LONGEST) {
            return Optional.of("quantity must have 1 to %d characters, but has %d".formatted(LONGEST, name.length()));
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = c >= 'a' && c <= 'z';
            if (!letter && (i == 0 || !(c >= '0' && c <= '9' || c == '_'))) {
                return Optional.of("quantity may hold only a-z 0-9 _ and begins with a letter, but is \"%s\""
                        .formatted(Names.printable(name)));
            }
        }
        return RESERVED.contains(name)
                ? Optional.of("quantity must not be \"%s\", which is a key of every event".formatted(name))
                : Optional.empty();
    }

    private static Quantity standard(String name, String unit) {
        return new Quantity(name, new Unit(unit));
    }
}
