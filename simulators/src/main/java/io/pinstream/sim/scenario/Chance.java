package io.pinstream.sim.scenario;

import io.pinstream.sim.device.Hardware;
import io.pinstream.sim.device.Trouble;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Faults by chance: at a mean rate, each something that can happen to one of the sensors, and that is mended by
/// itself. The same seed on the same board gives the same faults at the same times.
public final class Chance {
    private static final double MOST_A_MINUTE = 600;
    private static final long SHORTEST_MILLIS = 3_000;
    private static final long LONGEST_MILLIS = 15_000;
    private static final double DRIFT_PER_MINUTE = 5;
    private static final double SPIKE = 50;
    private static final double MILLIS_IN_MINUTE = 60_000;

    private final List<List<Action>> actions;
    private final double perMinute;
    private final SplittableRandom random;
    private double nextMillis;

    /// @param perMinute the mean rate, by the world's time
    public Chance(List<Hardware> hardware, double perMinute, long seed) {
        if (!(perMinute > 0 && perMinute <= MOST_A_MINUTE)) {
            throw new IllegalArgumentException("faults must come above 0 and at most %.0f a minute, but it was %s"
                    .formatted(MOST_A_MINUTE, perMinute));
        }
        this.actions = hardware.stream()
                .map(Chance::possible)
                .filter(list -> !list.isEmpty())
                .toList();
        this.perMinute = perMinute;
        this.random = new SplittableRandom(seed);
        this.nextMillis = pause();
    }

    private static List<Action> possible(Hardware one) {
        Stream<Action> troubles = Trouble.of(one).stream().map(trouble -> new Action.Breaks(one.id(), trouble, true));
        Stream<Action> signals = one.signals().keySet().stream()
                .flatMap(quantity -> Stream.of(
                        new Action.Drifts(one.id(), quantity, DRIFT_PER_MINUTE),
                        new Action.Sticks(one.id(), quantity, true),
                        new Action.Spikes(one.id(), quantity, SPIKE)));
        return Stream.concat(troubles, signals).collect(Collectors.toUnmodifiableList());
    }

    /// Intervals of a Poisson process.
    private double pause() {
        return -Math.log(1 - random.nextDouble()) / perMinute * MILLIS_IN_MINUTE;
    }

    /// What begins by then, each with its end.
    public List<Step> until(Duration elapsed) {
        var steps = new ArrayList<Step>();
        while (!actions.isEmpty() && nextMillis <= elapsed.toMillis()) {
            var sensor = actions.get(random.nextInt(actions.size()));
            var action = sensor.get(random.nextInt(sensor.size()));
            var at = Duration.ofMillis((long) nextMillis);
            var end = at.plusMillis(random.nextLong(SHORTEST_MILLIS, LONGEST_MILLIS));
            steps.add(new Step(at, "by chance: " + action.words(), action));
            if (!action.isOverAtOnce()) {
                steps.add(new Step(end, "mended: " + action.words(), action.undone()));
            }
            nextMillis += pause();
        }
        return steps;
    }
}
