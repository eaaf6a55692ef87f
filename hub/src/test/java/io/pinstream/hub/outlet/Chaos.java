package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.outlet.OutletStatus.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.awaitility.Awaitility;

/// Faults, drawn by a seed, between outlets and their server while events come, and what must be true in spite
/// of them: nothing is lost, each device's order is kept, what arrives twice has the same id and is counted.
final class Chaos {
    static final int FAULTS = 50;
    private static final String[] DEVICES = {"attic", "cellar", "garage", "garden", "hall", "kitchen", "roof", "shed"};

    /// What can go wrong.
    enum Fault {
        /// The connection ends in the middle of what the outlet says.
        CUT_SAYING,
        /// The connection ends in the middle of what the server answers: it has what it never confirmed.
        CUT_ANSWER,
        /// The connection ends, and so do the next ones.
        REFUSE,
        /// The hub ends in order, and another one begins.
        RESTART_HUB,
        /// Another hub begins before this one ends: partitions move while events are on their way.
        HAND_OVER,
        /// The server is killed, and started again.
        KILL_SERVER
    }

    private final Line line;
    private final Server server;
    private final Relay relay;
    private final String yaml;
    private final long seed = Long.getLong("seed", 20_261_124);
    private final Random random = new Random(seed);
    private final List<Fault> faults = new ArrayList<>();
    private final Map<Fault, Integer> done = new TreeMap<>();
    private Outlets hub;
    private final Map<String, Tally> tallies = new TreeMap<>();

    /// What the hubs of one outlet have done together.
    ///
    /// @param inHand what they had in hand when they ended: it may have arrived, but the next one cannot know
    private record Tally(long sent, long repeated, long dead, long inHand) {
        Tally plus(OutletStatus status) {
            return new Tally(
                    sent + status.sent(), repeated + status.repeated(), dead + status.dead(), inHand + status.lag());
        }
    }

    /// @param kills how often the server is killed
    /// @param handovers how often a hub begins before the one before it ends
    /// @param yaml the outlets
    Chaos(Line line, Server server, Relay relay, int kills, int handovers, String yaml) {
        this.line = line;
        this.server = server;
        this.relay = relay;
        this.yaml = yaml;
        faults.addAll(Collections.nCopies(kills, Fault.KILL_SERVER));
        faults.addAll(Collections.nCopies(4, Fault.RESTART_HUB));
        faults.addAll(Collections.nCopies(handovers, Fault.HAND_OVER));
        while (faults.size() < FAULTS) {
            faults.add(Fault.values()[faults.size() % 3]);
        }
        Collections.shuffle(faults, random);
    }

    /// Lets all of it go wrong.
    ///
    /// @param arrived by outlet the ids that arrived, in order; asked when everything must be there
    void run(Map<String, Supplier<List<String>>> arrived) throws Exception {
        int number = 0;
        try {
            hub = line.hub(yaml);
            for (var fault : faults) {
                number++;
                write(1 + random.nextInt(3));
                happen(fault);
                done.merge(fault, 1, Integer::sum);
            }
            write(3);
            arrived.forEach(this::await);
            end(hub);
            arrived.forEach(this::check);
        } catch (Exception | AssertionError failed) {
            throw new AssertionError(
                    "seed %d (-Dseed=%d draws the same), fault %d of %s; the outlets: %s; %s"
                            .formatted(seed, seed, number, faults, hub.list(), failed.getMessage()),
                    failed);
        }
    }

    private void write(int devices) {
        for (int i = 0; i < devices; i++) {
            line.write(DEVICES[random.nextInt(DEVICES.length)], 1 + random.nextInt(20));
        }
    }

    private void happen(Fault fault) throws Exception {
        switch (fault) {
            case CUT_SAYING -> cut(Relay.Way.TO_SERVER, 1L << (4 + random.nextInt(9)));
            case CUT_ANSWER -> cut(Relay.Way.TO_OUTLET, 1L << random.nextInt(8));
            case REFUSE -> {
                relay.refuse(1 + random.nextInt(3));
                relay.cut();
            }
            case RESTART_HUB -> {
                end(hub);
                hub = line.hub(yaml);
            }
            case HAND_OVER -> {
                var before = hub;
                hub = line.hub(yaml);
                write(2);
                Awaitility.await()
                        .atMost(Line.LIMIT)
                        .until(() -> hub.list().stream().allMatch(status -> status.partitions() > 0));
                end(before);
            }
            case KILL_SERVER -> {
                server.kill();
                write(2);
                server.launch();
            }
        }
    }

    /// Where that much is not said in a while, because the outlet waits, the connection is cut as it is.
    private void cut(Relay.Way way, long most) throws InterruptedException {
        if (!relay.cutAfter(way, 1 + random.nextLong(most)).await(300, TimeUnit.MILLISECONDS)) {
            relay.cut();
        }
    }

    private void end(Outlets ended) {
        ended.close();
        for (var status : ended.list()) {
            var before = tallies.getOrDefault(status.name(), new Tally(0, 0, 0, 0));
            tallies.put(status.name(), before.plus(status));
        }
    }

    private OutletStatus status(String outlet) {
        return hub.list().stream()
                .filter(status -> status.name().equals(outlet))
                .findFirst()
                .orElseThrow();
    }

    private void await(String outlet, Supplier<List<String>> arrived) {
        Awaitility.await(outlet)
                .atMost(Line.LIMIT)
                .until(() -> status(outlet).lag() == 0 && status(outlet).state() == State.RUNNING);
        Awaitility.await(outlet).atMost(Line.LIMIT).until(() -> line.isComplete(arrived.get()));
    }

    private void check(String outlet, Supplier<List<String>> arrived) {
        var ids = arrived.get();
        line.assertComplete(ids);
        long twice = ids.size() - new HashSet<>(ids).size();
        var tally = Objects.requireNonNull(tallies.get(outlet));
        System.out.printf(
                "%s: %d events, %d faults %s: %d arrived twice; %s%n",
                outlet, ids.size() - twice, faults.size(), done, twice, tally);
        assertThat(done.values().stream().mapToInt(n -> n).sum()).isEqualTo(FAULTS);
        assertThat(twice)
                .as("%s: what arrived twice was repeated, or in hand when a hub ended", outlet)
                .isLessThanOrEqualTo(tally.repeated() + tally.inHand());
        assertThat(tally.sent()).as(outlet).isGreaterThanOrEqualTo(ids.size() - twice - tally.inHand());
        assertThat(tally.dead()).as(outlet).isZero();
    }
}
