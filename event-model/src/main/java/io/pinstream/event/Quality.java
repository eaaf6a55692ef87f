package io.pinstream.event;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// How far an event can be believed: good, or the flaws that it has.
///
/// Its text is `good`, or the flaws' names joined by commas in the order of [Flaw], such as `stuck,time-unknown`.
public record Quality(Set<Flaw> flaws) {
    /// One reason for doubt. The order is part of the text form: new flaws go to the end.
    public enum Flaw {
        /// The sensor did not answer; the event carries the reason and no value.
        NO_ANSWER("no-answer"),
        /// The sensor's checksum did not fit; the event carries no value.
        CHECKSUM("checksum"),
        /// The value is outside what the chip can measure.
        OUT_OF_RANGE("out-of-range"),
        /// The converter is at its end: the true value may be beyond.
        SATURATED("saturated"),
        /// The value has not changed for longer than it should.
        STUCK("stuck"),
        /// The value has changed faster than what is measured can.
        JUMPED("jumped"),
        /// There has been no good value for longer than there should.
        STALE("stale"),
        /// The chip says that it is not ready: power-on value, calibration missing.
        NOT_READY("not-ready"),
        /// The device did not know the wall time when it took the reading.
        TIME_UNKNOWN("time-unknown"),
        /// Edges came faster than they could be taken: some are missing between this event and the one before.
        EDGES_MISSED("edges-missed");

        private final String text;

        Flaw(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /// Flaws that leave the value as it is.
    private static final Set<Flaw> BESIDE_THE_VALUE = Set.of(Flaw.TIME_UNKNOWN, Flaw.EDGES_MISSED);

    public static final Quality GOOD = new Quality(Set.of());

    public Quality {
        flaws = Set.copyOf(flaws);
    }

    public static Quality of(Flaw first, Flaw... more) {
        return new Quality(EnumSet.of(first, more));
    }

    public boolean isGood() {
        return flaws.isEmpty();
    }

    /// Whether the value can be believed: what is not known, if anything, is when it was so, or what was between
    /// it and the one before. A board without a network may never learn what time it is, and still rules its fan.
    public boolean isValueGood() {
        return BESIDE_THE_VALUE.containsAll(flaws);
    }

    /// This quality with all flaws of another one.
    public Quality with(Quality other) {
        var joined = this;
        for (var flaw : other.flaws) {
            joined = joined.with(flaw);
        }
        return joined;
    }

    /// This quality without one of its flaws, if it has it.
    public Quality without(Flaw flaw) {
        return new Quality(flaws.stream().filter(one -> one != flaw).collect(Collectors.toSet()));
    }

    /// This quality with one flaw more.
    public Quality with(Flaw flaw) {
        var all = EnumSet.of(flaw);
        all.addAll(flaws);
        return new Quality(all);
    }

    /// Reads the text form; empty if a part of it is no flaw.
    public static Optional<Quality> parse(String text) {
        if (text.equals("good")) {
            return Optional.of(GOOD);
        }
        var flaws = EnumSet.noneOf(Flaw.class);
        for (var name : text.split(",", -1)) {
            var flaw = EnumSet.allOf(Flaw.class).stream()
                    .filter(f -> f.text.equals(name))
                    .findFirst();
            if (flaw.isEmpty()) {
                return Optional.empty();
            }
            flaws.add(flaw.get());
        }
        return Optional.of(new Quality(flaws));
    }

    @Override
    public String toString() {
        return isGood() ? "good" : flaws.stream().sorted().map(Flaw::text).collect(Collectors.joining(","));
    }
}
