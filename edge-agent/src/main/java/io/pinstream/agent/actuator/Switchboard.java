package io.pinstream.agent.actuator;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.time.EventTimes;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that the device drives. Whatever it is set to is an event of its own: its state from then on, and by
/// what it came.
///
/// One that cannot be opened or set gives an event with `no-answer` and the reason, and is opened anew when it is
/// set next. For one thread; closing sets everything that was opened to its safe state, without an event.
public final class Switchboard implements AutoCloseable {
    /// By what an actuator came into its state: a rule's own words, `start` or `end`.
    static final Quantity CAUSE = new Quantity("cause", new Unit("/"));

    private static final class Place {
        private final ActuatorConfig config;
        private final EventTimes times;
        private @Nullable Actuator opened;

        Place(ActuatorConfig config, EventTimes times) {
            this.config = config;
            this.times = times;
        }
    }

    private final Board board;
    private final TimeSource time;
    private final AgentWatch watch;
    private final Map<SensorId, Place> places = new LinkedHashMap<>();

    public Switchboard(Map<SensorId, ActuatorConfig> configs, Board board, TimeSource time, AgentWatch watch) {
        this.board = board;
        this.time = time;
        this.watch = watch;
        configs.forEach((id, config) -> places.put(id, new Place(config, new EventTimes(time))));
    }

    /// Drives one of them.
    ///
    /// @param percent 0 to 100; none for its safe state
    /// @param cause in words
    public Event set(SensorId id, Optional<Integer> percent, String cause) {
        var place = places.get(id);
        if (place == null) {
            throw new IllegalStateException("there is no actuator %s; this is a bug in the agent".formatted(id));
        }
        int wanted = percent.orElse(place.config.safe());
        var stamp = place.times.at(time.nanos());
        var why = Measurement.of(CAUSE, limited(cause));
        try {
            var actuator = place.opened;
            if (actuator == null) {
                actuator = place.config.open(board);
                place.opened = actuator;
            }
            actuator.set(wanted);
            watch.readRecovered(id);
            return Event.edge(id, stamp.time(), stamp.quality(), List.of(place.config.state(wanted), why));
        } catch (IOException failed) {
            close(place);
            var reason = "%s cannot be set to %d %% (%s)".formatted(place.config.where(), wanted, failed.getMessage());
            watch.readFailed(id, Flaw.NO_ANSWER.text(), reason);
            Quality quality = stamp.quality().with(Flaw.NO_ANSWER);
            return Event.edge(id, stamp.time(), quality, List.of(Measurement.of(Quantity.FAULT, limited(reason)), why));
        }
    }

    private static String limited(String text) {
        return text.length() <= Value.Text.LONGEST ? text : text.substring(0, Value.Text.LONGEST);
    }

    private static void close(Place place) {
        var actuator = place.opened;
        place.opened = null;
        if (actuator != null) {
            actuator.close();
        }
    }

    @Override
    public void close() {
        places.forEach((id, place) -> {
            try {
                var actuator = place.opened;
                if (actuator != null) {
                    actuator.set(place.config.safe());
                }
            } catch (IOException failed) {
                watch.readFailed(id, Flaw.NO_ANSWER.text(), String.valueOf(failed.getMessage()));
            } finally {
                close(place);
            }
        });
    }
}
