package io.pinstream.sim.session;

import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.event.SensorId;
import io.pinstream.sim.chip.SimulatedLine;
import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Network;
import io.pinstream.sim.device.Trouble;
import io.pinstream.sim.scenario.Action;
import io.pinstream.sim.scenario.Controls;
import io.pinstream.sim.session.Picture.Section;
import io.pinstream.sim.session.Tally.EventText;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What somebody sees of a board and does to it by keys: each sensor has a key of its own, `n` is the network.
/// Owned by one thread.
final class Desk {
    static final char NETWORK = 'n';
    static final char QUIT = 'q';

    private static final String KEYS = "123456789abcdefghijklmoprstuvwxyz";
    private static final int PULSES = 5;
    private static final double KIB = 1024;

    private final Map<Character, Hardware> byKey = new LinkedHashMap<>();
    private final List<Hardware> hardware;
    private final Controls controls;
    private final Optional<Network> network;
    private final Tally tally;
    private final Supplier<Outbox.Figures> outbox;

    Desk(
            List<Hardware> hardware,
            Controls controls,
            Optional<Network> network,
            Tally tally,
            Supplier<Outbox.Figures> outbox) {
        this.hardware = hardware;
        this.controls = controls;
        this.network = network;
        this.tally = tally;
        this.outbox = outbox;
        for (int i = 0; i < Math.min(hardware.size(), KEYS.length()); i++) {
            byKey.put(KEYS.charAt(i), hardware.get(i));
        }
    }

    /// What a key does; empty if it does nothing.
    Optional<Action> action(char key) {
        if (key == NETWORK) {
            return network.map(it -> new Action.Network(!it.isUp()));
        }
        return Optional.ofNullable(byKey.get(key)).flatMap(this::toggle);
    }

    private Optional<Action> toggle(Hardware one) {
        if (one.contact().isPresent()) {
            return Optional.of(new Action.Contact(one.id(), !controls.isClosed(one.id())));
        }
        if (one.counted().isPresent()) {
            return Optional.of(new Action.Pulses(one.id(), PULSES));
        }
        return Trouble.UNPLUGGED.appliesTo(one)
                ? Optional.of(new Action.Breaks(one.id(), Trouble.UNPLUGGED, !Trouble.UNPLUGGED.isOn(one)))
                : Optional.empty();
    }

    /// The board at this moment.
    ///
    /// @param nanos of the monotonic clock
    Picture picture(String title, List<String> news, long nanos, boolean raw) {
        var pins = new ArrayList<String>();
        var chips = new ArrayList<String>();
        var readings = new ArrayList<String>();
        int longest = hardware.stream()
                .mapToInt(one -> one.id().toString().length())
                .max()
                .orElse(1);
        var name = "%-" + longest + "s";
        byKey.forEach((key, one) -> {
            var id = name.formatted(one.id());
            var troubles = one.troubles();
            if (!one.lines().isEmpty()) {
                for (var line : one.lines()) {
                    pins.add("[%c] %s  %-8s %-5s %-6s %s"
                            .formatted(
                                    key,
                                    id,
                                    line.place(),
                                    level(line.line()),
                                    contact(one),
                                    String.join(", ", troubles)));
                }
            } else {
                chips.add("[%c] %s  %-10s %-14s %s"
                        .formatted(
                                key,
                                id,
                                one.sensor().driver().type(),
                                place(one),
                                troubles.isEmpty() ? "ok" : String.join(", ", troubles)));
            }
        });
        for (var one : hardware) {
            readings.add(name.formatted(one.id()) + "  " + reading(one.id()));
        }
        var sections = new ArrayList<Section>();
        sections.add(new Section("PINS", pins));
        sections.add(new Section("CHIPS", chips));
        sections.add(new Section("READINGS", readings));
        sections.add(new Section("OUTBOX", List.of(outbox())));
        sections.add(new Section("LINK", List.of(link(nanos))));
        var help = "keys: a line or chip by its [key]%s, q quit%s"
                .formatted(network.isPresent() ? ", n network" : "", raw ? "" : " (then Enter)");
        return new Picture(title, sections, news, help);
    }

    private String contact(Hardware one) {
        return one.contact()
                .map(_ -> controls.isClosed(one.id()) ? "closed" : "open")
                .orElse("");
    }

    private String reading(SensorId sensor) {
        return tally.newest(sensor)
                .map(event -> "%-12s %s".formatted(event.quality(), EventText.values(event)))
                .orElse("nothing yet");
    }

    private String outbox() {
        var figures = outbox.get();
        return "%d rows with %d events wait, %.1f KiB on disk; %d events taken"
                .formatted(figures.rows(), figures.events(), figures.bytes() / KIB, tally.events());
    }

    private String link(long nanos) {
        var link = tally.link();
        var net = network.map(it -> it.isUp() ? "" : " [network is down]").orElse("");
        return "%s for %d s%s; %d packs sent, %d of them again, up to row %d acknowledged%s"
                .formatted(
                        link.up() ? "up" : "down",
                        Duration.ofNanos(nanos - link.since()).toSeconds(),
                        net,
                        link.sent(),
                        link.resent(),
                        link.acknowledged(),
                        link.up() || link.reason().isEmpty() ? "" : " (" + link.reason() + ")");
    }

    private static String place(Hardware one) {
        DriverConfig driver = one.sensor().driver();
        return one.connections().isEmpty() ? driver.where() : one.place();
    }

    private static String level(SimulatedLine line) {
        try {
            return line.isHigh() ? "high" : "low";
        } catch (IOException gone) {
            return "gone";
        }
    }
}
