package io.pinstream.hub;

import io.pinstream.config.ConfigTree;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.ingest.ForeignIngest;
import io.pinstream.hub.ingest.ForeignMapping;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the section `foreign`: which plain MQTT topics with JSON payloads become which events.
final class ForeignReader {
    private static final double LARGEST = 1e300;

    /// For a field with a problem: the mapping is then not built, but not called empty either.
    private static final ForeignMapping.Field STAND_IN = new ForeignMapping.Field(Quantity.COUNT, "", 1, 0, false);

    private ForeignReader() {}

    static Optional<ForeignIngest.Config> read(ConfigTree tree) {
        var standard = ForeignIngest.Config.DEFAULT;
        var group = tree.text("group", standard.group());
        var client = tree.optionalText("client-id").orElseGet(() -> standard.clientId() + "-" + hostName());
        var kept = tree.duration("kept", standard.kept());
        HubConfig.judge(
                tree, "group", () -> new ForeignIngest.Config(group, standard.clientId(), standard.kept(), List.of()));
        HubConfig.judge(
                tree,
                "client-id",
                () -> new ForeignIngest.Config(standard.group(), client, standard.kept(), List.of()));
        HubConfig.judge(
                tree, "kept", () -> new ForeignIngest.Config(standard.group(), standard.clientId(), kept, List.of()));
        var mappings = new ArrayList<ForeignMapping>();
        tree.sections("mappings")
                .values()
                .forEach(section -> mapping(section.kind("a mapping")).ifPresent(mappings::add));
        return tree.build(() -> new ForeignIngest.Config(group, client, kept, mappings));
    }

    /// Two hubs on one machine need a name each; on two machines they have one.
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName().replaceAll("[^A-Za-z0-9._-]", "-");
        } catch (UnknownHostException nameless) {
            return "hub";
        }
    }

    private static Optional<ForeignMapping> mapping(ConfigTree tree) {
        var topic = tree.text("topic");
        var device = device(tree.section("device").kind("a device"));
        var sensor = tree.optionalParsed("sensor", SensorId::new);
        if (!tree.has("sensor")) {
            tree.problem("sensor", "is missing; name the sensor that the events are of");
        }
        var time = tree.optionalText("time");
        var zone = tree.parsed("zone", ZoneId.of("UTC"), ForeignReader::zone);
        var fields = new ArrayList<ForeignMapping.Field>();
        tree.sections("quantities")
                .forEach((name, section) ->
                        fields.add(field(name, section.kind("a quantity")).orElse(STAND_IN)));
        if (device.isEmpty() || sensor.isEmpty()) {
            return Optional.empty();
        }
        return tree.build(() -> new ForeignMapping(topic, device.get(), sensor.get(), time, zone, fields));
    }

    private static Optional<ForeignMapping.Device> device(ConfigTree tree) {
        var level = tree.optionalInteger("level", 0, 100);
        var name = tree.optionalParsed("name", DeviceId::new);
        boolean both = tree.has("level") && tree.has("name");
        boolean none = !tree.has("level") && !tree.has("name");
        if (both || none) {
            tree.problem(
                    both ? "name" : "level",
                    "a device has either a level, the level of the topic that names it, counted from 0, or a fixed name");
            return Optional.empty();
        }
        return tree.build(() -> level.isPresent()
                ? new ForeignMapping.Device.Level(level.getAsInt())
                : new ForeignMapping.Device.Fixed(name.orElse(new DeviceId("stand-in"))));
    }

    private static Optional<ForeignMapping.Field> field(String name, ConfigTree tree) {
        var pointer = tree.text("pointer");
        var unit = tree.optionalText("unit");
        double scale = tree.decimal("scale", 1, -LARGEST, LARGEST);
        double offset = tree.decimal("offset", 0, -LARGEST, LARGEST);
        boolean required = tree.flag("required", true);
        return tree.build(
                () -> new ForeignMapping.Field(ForeignMapping.quantity(name, unit), pointer, scale, offset, required));
    }

    private static ZoneId zone(String text) {
        try {
            return ZoneId.of(text);
        } catch (DateTimeException unknown) {
            throw new IllegalArgumentException(
                    "must be a zone such as UTC or Europe/Berlin, but is \"%s\"".formatted(text), unknown);
        }
    }
}
