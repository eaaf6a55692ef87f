package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.log.CloudEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What may be sent next, and what may be committed, whatever becomes of each event.
class BatchTest {
    private static CloudEvent event(int partition, long offset, String device) {
        return new CloudEvent(
                partition, offset, Instant.EPOCH, device, "air", device + "-" + offset, "/", "t", "", "", new byte[9]);
    }

    private static Batch batch(List<CloudEvent> events) {
        var next = new HashMap<Integer, Long>();
        events.forEach(event -> next.merge(event.partition(), event.offset() + 1, Math::max));
        return new Batch(events, next);
    }

    /// Entries of one call fail by chance: a device's later ones with the first.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_201})
    void keepsEachDevicesOrderAndCommitsNothingThatIsNotSettled(long seed) {
        var random = new Random(seed);
        for (int i = 0; i < 300; i++) {
            liveThrough(random, "seed %d, world %d".formatted(seed, i));
        }
    }

    private static void liveThrough(Random random, String world) {
        var events = new ArrayList<CloudEvent>();
        for (int i = 0; i < 40; i++) {
            int device = random.nextInt(6);
            events.add(event(device % 2, i, "device-" + device));
        }
        var batch = batch(events);
        var limits = new Sink.Limits(
                1 + random.nextInt(10), 1 + random.nextInt(2_000), random.nextBoolean(), 1 + random.nextInt(4));
        var arrived = new ArrayList<CloudEvent>();
        var held = new HashSet<String>();
        while (!batch.isSettled()) {
            turn(batch, limits, random, arrived, held);
            batch.confirmed()
                    .forEach((partition, offset) -> assertThat(arrived)
                            .as(world)
                            .containsAll(events.stream()
                                    .filter(event -> event.partition() == partition && event.offset() < offset)
                                    .toList()));
        }
        for (int i = 0; i < 6; i++) {
            var device = "device-" + i;
            assertThat(of(arrived, device)).as(world).isEqualTo(of(events, device));
        }
    }

    private static void turn(
            Batch batch, Sink.Limits limits, Random random, List<CloudEvent> arrived, Set<String> held) {
        var packs = batch.packs(limits, CloudEvent::size);
        assertThat(packs).hasSizeLessThanOrEqualTo(limits.calls());
        var devices = new HashSet<String>();
        for (var pack : packs) {
            var theirs = pack.stream().map(entry -> entry.event().device()).toList();
            assertThat(theirs).noneMatch(devices::contains).noneMatch(held::contains);
            devices.addAll(theirs);
            if (limits.onePerDevice()) {
                assertThat(theirs).doesNotHaveDuplicates();
            }
        }
        // Calls end in any order.
        Collections.shuffle(packs, random);
        var packed = packs.stream().flatMap(List::stream).toList();
        var failed = new ArrayList<String>();
        for (var entry : packed) {
            var device = entry.event().device();
            if (failed.contains(device) || random.nextInt(4) == 0) {
                failed.add(device);
                batch.hold(device);
                held.add(device);
            } else {
                entry.settle();
                arrived.add(entry.event());
            }
        }
        batch.sweep();
        if (packed.isEmpty()) {
            batch.release();
            held.clear();
        }
    }

    private static List<CloudEvent> of(List<CloudEvent> events, String device) {
        return events.stream().filter(event -> event.device().equals(device)).toList();
    }

    @Test
    void forgetsPartitionsThatAreSomebodyElsesNow() {
        var batch = batch(List.of(event(0, 7, "attic"), event(1, 9, "cellar")));

        batch.drop(Set.of(0));

        assertThat(batch.left()).isEqualTo(1);
        assertThat(batch.confirmed()).isEqualTo(Map.of(1, 9L));
    }
}
