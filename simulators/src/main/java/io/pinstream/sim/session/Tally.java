package io.pinstream.sim.session;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Dropped;
import io.pinstream.event.Event;
import io.pinstream.event.Quality;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/// Listens to an agent: the newest reading of each sensor, how the link is, and every event that it has taken, so
/// that they can be looked for in Kafka. Called by the agent's threads, asked by others.
final class Tally implements AgentWatch {
    /// Events that are remembered for the comparison at the end; those behind them are only counted.
    static final int MOST_REMEMBERED = 500_000;

    private static final long REPEAT = Duration.ofSeconds(10).toNanos();

    /// How the link is.
    ///
    /// @param since nanoseconds of the monotonic clock
    record Link(boolean up, long since, String reason, long sent, long resent, long acknowledged) {}

    /// What was seen of outages so far.
    record Outages(int count, Duration longest) {}

    private final TimeSource time;
    private final Consumer<String> said;
    private final Map<SensorId, Event> newest = new HashMap<>(); // guarded by this, as all below
    private final Map<SensorId, Long> printed = new HashMap<>();
    private final Map<String, Integer> taken = new HashMap<>();
    private long events;
    private long dropped;
    private boolean wasUp;
    private Link link;
    private int outages;
    private Duration longest = Duration.ZERO;

    /// @param said hears what changes, a line each; must return at once
    Tally(TimeSource time, Consumer<String> said) {
        this.time = time;
        this.said = said;
        this.link = new Link(false, time.nanos(), "not connected yet", 0, 0, 0);
    }

    @Override
    public synchronized void eventTaken(Event event) {
        events++;
        if (taken.size() < MOST_REMEMBERED && !event.sensor().equals(Dropped.OUTBOX)) {
            taken.merge(EventText.key(event), 1, Integer::sum);
        }
        var before = newest.put(event.sensor(), event);
        long now = time.nanos();
        boolean changed = before == null
                || event.kind() == Event.Kind.EDGE
                || !before.quality().equals(event.quality())
                || now - printed.getOrDefault(event.sensor(), now - REPEAT) >= REPEAT;
        if (changed) {
            printed.put(event.sensor(), now);
            said.accept(EventText.line(event));
        }
    }

    @Override
    public synchronized void eventsDropped(long count, String reason) {
        dropped += count;
        said.accept("%d events dropped: %s".formatted(count, reason));
    }

    @Override
    public void outboxFull(long bytes, long maxBytes) {
        said.accept("outbox is full: %d of %d bytes".formatted(bytes, maxBytes));
    }

    @Override
    public void hubWentBack(String detail) {
        said.accept("hub went back: " + detail);
    }

    @Override
    public void publishRefused(String reason) {
        said.accept("broker refused a message: " + reason);
    }

    @Override
    public synchronized void linkUp(String broker) {
        long now = time.nanos();
        if (wasUp && !link.up) {
            var lasted = Duration.ofNanos(now - link.since);
            outages++;
            longest = longest.compareTo(lasted) < 0 ? lasted : longest;
            said.accept("link back after %.1f s".formatted(lasted.toMillis() / 1e3));
        } else if (!wasUp) {
            said.accept("link up: " + broker);
        }
        wasUp = true;
        link = new Link(true, now, "", link.sent, link.resent, link.acknowledged);
    }

    @Override
    public synchronized void linkLost(String broker, String reason) {
        if (link.up) {
            said.accept("link down: " + reason);
            link = new Link(false, time.nanos(), reason, link.sent, link.resent, link.acknowledged);
        } else if (!wasUp && !link.reason.equals(reason)) {
            said.accept("no link: " + reason);
            link = new Link(false, link.since, reason, link.sent, link.resent, link.acknowledged);
        }
    }

    @Override
    public synchronized void packSent(int bytes, boolean again) {
        link = new Link(
                link.up, link.since, link.reason, link.sent + 1, link.resent + (again ? 1 : 0), link.acknowledged);
    }

    @Override
    public synchronized void acknowledged(long row, Duration roundTrip) {
        link = new Link(link.up, link.since, link.reason, link.sent, link.resent, row);
    }

    synchronized Link link() {
        return link;
    }

    synchronized Outages outages() {
        return new Outages(outages, longest);
    }

    synchronized long events() {
        return events;
    }

    synchronized long dropped() {
        return dropped;
    }

    synchronized Optional<Event> newest(SensorId sensor) {
        return Optional.ofNullable(newest.get(sensor));
    }

    /// How often each event was taken, by [EventText#key].
    synchronized Map<String, Integer> taken() {
        return Map.copyOf(taken);
    }

    /// How events are written here.
    static final class EventText {
        private EventText() {}

        /// What tells an event from every other one of its device, and whether its values are the same.
        static String key(Event event) {
            var figures = new TreeMap<String, String>();
            for (var measurement : event.measurements()) {
                var name = measurement.quantity().name();
                switch (measurement.value()) {
                    case Value.Decimal(double number) -> figures.put(name, Double.toString(number));
                    case Value.Truth(boolean truth) -> figures.put(name, Boolean.toString(truth));
                    case Value.Text _ -> {
                        // Words tell no two events apart.
                    }
                }
            }
            return key(event.sensor().toString(), event.epochMicros(), event.quality(), figures);
        }

        static String key(String sensor, long micros, Quality quality, SortedMap<String, String> figures) {
            return "%s|%d|%s|%s".formatted(sensor, micros, quality, figures);
        }

        /// One event for people: `air temperature 21.43 Cel, humidity 48.1 %RH`, and the quality where it is not
        /// good.
        static String line(Event event) {
            return event.sensor() + " " + values(event)
                    + (event.quality().isGood() ? "" : " [" + event.quality() + "]");
        }

        static String values(Event event) {
            List<String> values = new ArrayList<>();
            for (var measurement : event.measurements()) {
                var quantity = measurement.quantity();
                values.add(
                        switch (measurement.value()) {
                            case Value.Decimal(double number) ->
                                "%s %s%s"
                                        .formatted(
                                                quantity.name(),
                                                number(number),
                                                unit(quantity.unit().toString()));
                            case Value.Truth(boolean truth) -> "%s %s".formatted(quantity.name(), truth);
                            case Value.Text(String text) -> text;
                        });
            }
            return values.stream().collect(Collectors.joining(", "));
        }

        private static String unit(String unit) {
            return unit.isEmpty() || unit.equals("/") || unit.equals("count") ? "" : " " + unit;
        }

        private static String number(double number) {
            return Math.abs(number) >= 1000 || number == Math.rint(number)
                    ? "%.0f".formatted(number)
                    : "%.3f".formatted(number).replaceFirst("0{1,2}$", "");
        }
    }
}
