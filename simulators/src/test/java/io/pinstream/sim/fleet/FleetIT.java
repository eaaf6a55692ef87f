package io.pinstream.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Fleets on a real broker (mosquitto), with a hub whose log is a list.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FleetIT {
    private static final Instant START = Instant.parse("2026-06-01T06:00:00Z");
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long BOUND = 50_000;

    @TempDir
    Path temporary;

    private Program mosquitto;
    private InetSocketAddress broker;

    @BeforeEach
    void start() throws IOException {
        int port = Program.freePort();
        mosquitto = Program.mosquitto(temporary, port);
        broker = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @AfterEach
    void end() {
        mosquitto.close();
    }

    @Test
    void saysTheSameByteForByteInTwoRunsOfTheSameSeedAndStart() throws Exception {
        // When
        var plan = plan(8, 6, Plan.Trouble.NONE, 42);
        var one = published(plan, 0);
        var same = published(plan, 3); // what is repeated, and how often a device must ask, makes no difference
        var other = published(plan(8, 6, Plan.Trouble.NONE, 43), 0);

        // Then: 6 packs and 2 states of each device
        assertThat(one).hasSize(8 * (6 + 2)).isEqualTo(same);
        assertThat(other).hasSameSizeAs(one).doesNotContainAnyElementsOf(packs(one));
    }

    private List<String> packs(List<String> published) {
        return published.stream().filter(line -> line.contains("/up/")).toList();
    }

    private List<String> published(Plan plan, int deafEvery) throws Exception {
        mosquitto.close();
        mosquitto = Program.mosquitto(temporary, broker.getPort()); // one that retains nothing of the last run
        try (var hub = new LedgerHub(broker.getPort())) {
            hub.deafEvery = deafEvery;
            runToItsEnd(plan);
            await().atMost(PATIENCE)
                    .until(() ->
                            hub.accepted.size() == plan.devices() * plan.load().packs());
            await().atMost(PATIENCE)
                    .until(() -> hub.published().stream()
                                    .filter(line -> line.contains("/state/"))
                                    .count()
                            >= 2L * plan.devices());
            hub.assertReadable(plan.load().eventsPerPack());
            return hub.published();
        }
    }

    @Test
    void losesNothingAndRepeatsNothingInStormsAndSilences() throws Exception {
        // Given devices that fall silent, a storm every second, and a hub that does not hear everything
        var trouble = new Plan.Trouble(0.5, Duration.ofSeconds(1), Duration.ofSeconds(1), 0.7);
        var plan = plan(20, 40, trouble, 7);
        Report report;
        try (var hub = new LedgerHub(broker.getPort())) {
            hub.deafEvery = 9;

            // When
            report = runToItsEnd(plan);

            // Then
            assertThat(hub.sequences())
                    .hasSize(20)
                    .allSatisfy((_, sequences) -> assertThat(sequences)
                            .isEqualTo(LongStream.rangeClosed(1, 40).boxed().toList()));
        }
        assertThat(report.acknowledged()).isEqualTo(800);
        assertThat(report.waiting()).isZero();
        assertThat(report.sent()).isEqualTo(800);
        assertThat(report.resent()).isPositive();
        assertThat(report.stormed()).isPositive();
        assertThat(report.silences()).isPositive();
        assertThat(report.failures()).isZero();
        assertThat(report.connections()).isGreaterThan(20);
    }

    @Test
    void sendsOnlyWhatAnEarlierRunOfTheSamePlanDidNot() throws Exception {
        try (var hub = new LedgerHub(broker.getPort())) {
            runToItsEnd(plan(5, 4, Plan.Trouble.NONE, 1));

            var report = runToItsEnd(plan(5, 9, Plan.Trouble.NONE, 1));

            assertThat(report.known()).isBetween(1L, 5L * 4);
            assertThat(report.acknowledged() + report.known()).isEqualTo(5 * 9);
            assertThat(report.waiting()).isZero();
            assertThat(hub.sequences().values())
                    .containsOnly(LongStream.rangeClosed(1, 9).boxed().toList());
            assertThat(report.text()).contains("committed already");
        }
    }

    @Test
    void costsLessThanFiftyKilobytesOfHeapADevice() throws Exception {
        var load = new Plan.Load(1, 1, Long.MAX_VALUE, Duration.ZERO, Duration.ZERO);
        var plan = new Plan("heap", 300, load, Plan.Trouble.NONE, new Plan.World(1, START));
        try (var hub = new LedgerHub(broker.getPort());
                var fleet = Fleet.start(plan, broker, TimeSource.system())) {
            await().atMost(PATIENCE)
                    .until(() -> fleet.isComplete() && fleet.report().acknowledged() > 600);
            // What tests before this one leave behind is in this JVM's heap as well, until it ends.
            await().atMost(PATIENCE).untilAsserted(() -> {
                fleet.measureMemory();
                long heap = fleet.report().bytes().heap().orElseThrow();
                assertThat(heap).as("bytes of heap a device").isBetween(1_000L, BOUND / 2);
            });
            assertThat(hub.accepted).isNotEmpty();
        }
    }

    @Test
    void comesBackWhenTheBrokerDoes() throws Exception {
        try (var first = new LedgerHub(broker.getPort())) {
            var plan = plan(3, 1_000_000, Plan.Trouble.NONE, 1);
            try (var fleet = Fleet.start(plan, broker, TimeSource.system())) {
                await().atMost(PATIENCE).until(() -> fleet.report().acknowledged() > 10);
                assertThat(first.accepted).isNotEmpty();
                mosquitto.kill();
                await().atMost(PATIENCE)
                        .until(() -> fleet.report().lastFailure().contains("refuses connections"));
                mosquitto = Program.mosquitto(temporary, broker.getPort());
                try (var again = new LedgerHub(broker.getPort())) {
                    long before = fleet.report().acknowledged();
                    await().atMost(PATIENCE)
                            .until(() -> fleet.isComplete() && fleet.report().acknowledged() > before + 10);
                    fleet.end();
                    await().atMost(PATIENCE).until(fleet::isDone);
                    assertThat(fleet.report().waiting()).isZero();
                    assertThat(fleet.report().hubWentBack()).isPositive(); // the second ledger began empty
                    assertThat(again.accepted).isNotEmpty();
                }
            }
        }
    }

    @Test
    void saysThatThereIsNoBroker() throws Exception {
        mosquitto.close();
        var plan = plan(3, 1, Plan.Trouble.NONE, 1);
        assertThatThrownBy(() -> Fleet.start(plan, broker, TimeSource.system()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("refuses connections: is it running");
    }

    private Report runToItsEnd(Plan plan) throws IOException {
        try (var fleet = Fleet.start(plan, broker, TimeSource.system())) {
            await().atMost(PATIENCE).until(fleet::isDone);
            return fleet.report();
        }
    }

    private static Plan plan(int devices, long packs, Plan.Trouble trouble, long seed) {
        var load = new Plan.Load(10, 3, packs, Duration.ofMillis(300), Duration.ofSeconds(10));
        return new Plan("farm", devices, load, trouble, new Plan.World(seed, START));
    }
}
