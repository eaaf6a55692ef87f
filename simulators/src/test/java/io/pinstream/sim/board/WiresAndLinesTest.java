package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.Driver;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Value;
import io.pinstream.sim.chip.Bme280Chip;
import io.pinstream.sim.chip.WireFault;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong between board and chip, of which the chip knows nothing.
final class WiresAndLinesTest {
    @TempDir
    Path root;

    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aBusThatIsHeldHoldsEveryChipOnItAndNoneOnAnother() throws Exception {
        // Given
        var one = bme280(1, 0x76);
        var two = bme280(1, 0x77);
        var other = bme280(2, 0x76);
        var held = bench.board.takeOpened().stream()
                .map(Connection.I2c.class::cast)
                .filter(chip -> chip.bus() == 1)
                .findFirst()
                .orElseThrow();

        // When
        held.whole().set(WireFault.STUCK_BUS);

        // Then
        fails(one, Flaw.NO_ANSWER, "Connection timed out");
        fails(two, Flaw.NO_ANSWER, "Connection timed out");
        assertThat(other.read().quality().isGood()).isTrue();
        held.whole().mend(WireFault.STUCK_BUS);
        assertThat(one.read().quality().isGood()).isTrue();
        assertThat(two.read().quality().isGood()).isTrue();
    }

    private Driver.Polled bme280(int bus, int address) throws Exception {
        var air = new Bme280Chip.Air(Signal.constant(20), Signal.constant(50), Signal.constant(100_000));
        bench.board.attach(bus, address, Bme280Chip.bme280(air, bench.world));
        return bench.polled(new Bme280Config(bus, address));
    }

    @Test
    void aBouncingContactIsHeardOftenUnlessTheBoardDebounces() throws Exception {
        var raw = heard(4, Duration.ZERO);
        var debounced = heard(5, Duration.ofMillis(5));
        bench.board.line(4).bounce(2);
        bench.board.line(5).bounce(2);

        bench.board.line(4).set(false);
        bench.board.line(5).set(false);

        await().untilAsserted(() -> {
            assertThat(raw).containsExactly(false, true, false, true, false, true);
            assertThat(debounced).containsExactly(false, true);
        });
    }

    @Test
    void aLineWhoseWireIsOffFloatsToItsPullAndComesBackToWhereTheWorldIs() throws Exception {
        var heard = heard(6, Duration.ZERO);
        var line = bench.board.line(6);
        line.set(false);

        line.disconnect();
        line.set(true);
        line.set(false);
        line.connect();

        await().untilAsserted(() -> assertThat(heard).containsExactly(false, true, false, true));
    }

    /// Whether a contact to ground on a pulled-up line is active, each time that it says so.
    private List<Boolean> heard(int line, Duration debounce) throws Exception {
        var heard = new CopyOnWriteArrayList<Boolean>();
        bench.edgeDriven(new ContactConfig(line, Pull.UP, true, debounce))
                .listen((measurements, _, _) ->
                        heard.add(((Value.Truth) measurements.getFirst().value()).truth()));
        return heard;
    }
}
