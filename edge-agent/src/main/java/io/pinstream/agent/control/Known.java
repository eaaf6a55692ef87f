package io.pinstream.agent.control;

import io.pinstream.agent.control.LocalRule.Condition;
import io.pinstream.event.Event;
import io.pinstream.event.Value;
import java.util.Optional;

/// What is known of a condition: whether it holds by the last reading that can be believed, since when, and since
/// when nothing has been known. For one thread.
final class Known {
    private final Condition condition;
    private boolean holds;
    private Optional<Long> holdsSince = Optional.empty();
    private boolean asked;
    private Optional<Long> unknownSince = Optional.empty();

    Known(Condition condition) {
        this.condition = condition;
    }

    void hear(Event event, long nanos) {
        if (!event.sensor().equals(condition.sensor())) {
            return;
        }
        if (!event.quality().isValueGood()) {
            holdsSince = Optional.empty();
            unknownSince = unknownSince.or(() -> Optional.of(nanos));
            return;
        }
        figure(event).ifPresent(figure -> {
            asked = true;
            unknownSince = Optional.empty();
            holds = condition.holds(figure);
            holdsSince = holds ? holdsSince.or(() -> Optional.of(nanos)) : Optional.empty();
        });
    }

    private Optional<Double> figure(Event event) {
        for (var measurement : event.measurements()) {
            if (measurement.quantity().name().equals(condition.quantity())) {
                return switch (measurement.value()) {
                    case Value.Decimal(double number) -> Optional.of(number);
                    case Value.Truth(boolean truth) -> Optional.of(truth ? 1.0 : 0.0);
                    case Value.Text _ -> Optional.empty();
                };
            }
        }
        return Optional.empty();
    }

    /// Whether the last reading could be believed.
    boolean isKnown() {
        return asked && unknownSince.isEmpty();
    }

    boolean holds() {
        return isKnown() && holds;
    }

    /// For how long it has held without doubt; empty if it does not.
    Optional<Long> heldNanos(long nanos) {
        return holdsSince.map(since -> nanos - since);
    }

    /// For how long its sensor has said nothing that can be believed; empty if it has, or has said nothing at all.
    Optional<Long> unknownNanos(long nanos) {
        return unknownSince.map(since -> nanos - since);
    }

    /// Lets the time that it has held begin now.
    void beginAgain(long nanos) {
        holdsSince = holdsSince.map(_ -> nanos);
    }
}
