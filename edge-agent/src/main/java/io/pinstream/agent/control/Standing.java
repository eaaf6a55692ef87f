package io.pinstream.agent.control;

import io.pinstream.event.Event;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/// Where one rule stands. For one thread.
final class Standing {
    /// What a rule says of its actuator.
    enum State {
        /// Nothing yet, or nothing any more.
        UNKNOWN,
        INACTIVE,
        ACTIVE
    }

    private final LocalRule rule;
    private final Duration hold;
    private final Known when;
    private final Optional<Known> until;
    private State state = State.UNKNOWN;

    /// @param hold how long it stays what it is while its sensor fails
    Standing(LocalRule rule, Duration hold) {
        this.rule = rule;
        this.hold = hold;
        this.when = new Known(rule.when());
        this.until = rule.until().map(Known::new);
    }

    LocalRule rule() {
        return rule;
    }

    State state() {
        return state;
    }

    void hear(Event event, long nanos) {
        when.hear(event, nanos);
        until.ifPresent(end -> end.hear(event, nanos));
    }

    /// Where it stands by now.
    void step(long nanos) {
        var unknown = unknownNanos(nanos);
        if (unknown.isPresent()) {
            if (unknown.get() >= hold.toNanos()) {
                state = State.UNKNOWN;
            }
        } else if (state == State.ACTIVE) {
            if (until.map(Known::holds).orElseGet(() -> !when.holds())) {
                state = State.INACTIVE;
                when.beginAgain(nanos); // where the end came from another sensor
            }
        } else if (when.isKnown()) {
            state = lastingNanos(nanos) == 0 ? State.ACTIVE : State.INACTIVE;
        }
    }

    /// For how long what it waits for has not been known: its end once it has begun, else both. Empty if it is.
    private Optional<Long> unknownNanos(long nanos) {
        var ends = until.flatMap(end -> end.unknownNanos(nanos));
        if (state == State.ACTIVE && until.isPresent()) {
            return ends;
        }
        return Stream.of(ends, when.unknownNanos(nanos))
                .flatMap(Optional::stream)
                .max(Comparator.naturalOrder());
    }

    /// How long until it begins if nothing changes; for ever if it does not.
    private long lastingNanos(long nanos) {
        boolean over = until.map(Known::holds).orElse(false); // it would end at once
        return over
                ? Long.MAX_VALUE
                : when.heldNanos(nanos)
                        .map(held -> Math.max(0, rule.lasting().toNanos() - held))
                        .orElse(Long.MAX_VALUE);
    }

    /// How long until [#step] may find something else without a further reading.
    long waitNanos(long nanos) {
        var unknown = unknownNanos(nanos);
        if (unknown.isPresent()) {
            return state == State.UNKNOWN ? Long.MAX_VALUE : Math.max(0, hold.toNanos() - unknown.get());
        }
        return state == State.ACTIVE ? Long.MAX_VALUE : lastingNanos(nanos);
    }
}
