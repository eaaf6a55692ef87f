package io.pinstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.delivery.World.Sabotage;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Runs the real [Courier] and [LaneLedger] through bad worlds. `-Dseeds=N` for more, `-Dseed=S` to replay one.
class DeliverySimulationTest {
    private static final long SEEDS = Long.getLong("seeds", 1_000);

    @Test
    void losesNothingAndRepeatsNothingInAnyWorld() {
        var replay = Long.getLong("seed");
        var seeds = replay == null ? LongStream.range(0, SEEDS) : LongStream.of(replay);

        var failures = seeds.boxed()
                .flatMap(seed -> World.failure(seed, Sabotage.NONE).stream())
                .toList();

        assertThat(failures).as("replay one with -Dseed=S").isEmpty();
    }

    @Test
    void theWorldsAreNotEmpty() {
        var world = new World(1, Sabotage.NONE);

        world.run();

        assertThat(world.events()).isGreaterThan(50);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void everyBrokenRuleIsNoticed(Sabotage sabotage) {
        var first = LongStream.range(0, 200)
                .filter(seed -> World.failure(seed, sabotage).isPresent())
                .findFirst();

        assertThat(first).as("a seed below 200 that notices %s", sabotage).isPresent();
    }
}
