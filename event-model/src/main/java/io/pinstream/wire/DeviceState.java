package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What a device says of itself, retained on its state topic; its last will says that it is offline.
///
/// As JSON: `{"device":"greenhouse-7","state":"online","since":"…","agent":"0.1.0","board":"…","provider":"…",
/// "sensors":{"air":{"type":"bme280","every":1.0,"quantities":{"temperature":"Cel"}}},
/// "actuators":{"fan":{"type":"relay","least":0,"most":100,"step":100,"safe":0,"commands":"always"}},
/// "figures":{"outbox.rows":0}}`. A device that drives nothing has no `actuators`.
///
/// @param since when it came into this state, by its own clock
/// @param board what board it is, as its firmware tells it
/// @param provider by which Pi4J providers it reaches its hardware
/// @param figures what it counts, by name: devices need no open port
public record DeviceState(
        DeviceId device,
        boolean online,
        Instant since,
        String agent,
        String board,
        String provider,
        List<Sensor> sensors,
        List<Driven> actuators,
        SequencedMap<String, Double> figures) {
    /// One sensor of the device.
    ///
    /// @param type which chip
    /// @param every how often it is read; none for one that speaks by interrupt
    public record Sensor(SensorId id, String type, Optional<Duration> every, List<Quantity> quantities) {}

    /// One actuator of the device; its events are told as those of a sensor of its name.
    ///
    /// @param type `relay`, `pwm` or `servo`
    /// @param step 100 for what is only on or off, 1 for what takes every whole percent
    /// @param safe what it is set to while nobody rules it, in %
    /// @param commands `always`, `unless-ruled` or `never`: whether it takes commands
    public record Driven(SensorId id, String type, int step, int safe, String commands) {}

    public static final String CONTENT_TYPE = "application/json";
    private static final JsonFactory FACTORY = JsonFactory.builder().build();

    public byte[] toJson() {
        var bytes = new ByteArrayOutputStream(512);
        try (var out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeStringProperty("device", device.value());
            out.writeStringProperty("state", online ? "online" : "offline");
            out.writeStringProperty("since", since.toString());
            out.writeStringProperty("agent", agent);
            out.writeStringProperty("board", board);
            out.writeStringProperty("provider", provider);
            out.writeName("sensors");
            out.writeStartObject();
            sensors.forEach(sensor -> write(out, sensor));
            out.writeEndObject();
            if (!actuators.isEmpty()) {
                out.writeObjectPropertyStart("actuators");
                actuators.forEach(actuator -> write(out, actuator));
                out.writeEndObject();
            }
            out.writeName("figures");
            out.writeStartObject();
            for (Map.Entry<String, Double> figure : figures.entrySet()) {
                write(out, figure.getKey(), figure.getValue());
            }
            out.writeEndObject();
            out.writeEndObject();
        }
        return bytes.toByteArray();
    }

    private static void write(JsonGenerator out, Sensor sensor) {
        out.writeName(sensor.id().value());
        out.writeStartObject();
        out.writeStringProperty("type", sensor.type());
        sensor.every().ifPresent(every -> write(out, "every", every.toNanos() / 1e9));
        out.writeName("quantities");
        out.writeStartObject();
        for (var quantity : sensor.quantities()) {
            out.writeStringProperty(quantity.name(), quantity.unit().symbol());
        }
        out.writeEndObject();
        out.writeEndObject();
    }

    private static void write(JsonGenerator out, Driven actuator) {
        out.writeObjectPropertyStart(actuator.id().value());
        out.writeStringProperty("type", actuator.type());
        out.writeNumberProperty("least", 0);
        out.writeNumberProperty("most", Command.WHOLE);
        out.writeNumberProperty("step", actuator.step());
        out.writeNumberProperty("safe", actuator.safe());
        out.writeStringProperty("commands", actuator.commands());
        out.writeEndObject();
    }

    /// A whole number without a point; JSON has no NaN, so what is not finite is left out.
    private static void write(JsonGenerator out, String name, double value) {
        if (Double.isFinite(value)) {
            out.writeName(name);
            if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
                out.writeNumber((long) value);
            } else {
                out.writeNumber(value);
            }
        }
    }
}
