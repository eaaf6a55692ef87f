package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.GpsConfig;
import io.pinstream.agent.driver.Pms5003Config;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.GpsChip;
import io.pinstream.sim.chip.Pms5003Chip;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Chips that speak on a serial line by themselves.
final class SerialSensorsOnTheBoardTest {
    private static final Duration OFTEN = Duration.ofMillis(20);
    private static final Quantity FINE = new Quantity("pm2_5", new Unit("ug/m3"));
    private static final Quantity LATITUDE = new Quantity("latitude", new Unit("lat"));
    private static final Quantity LONGITUDE = new Quantity("longitude", new Unit("lon"));

    @TempDir
    Path root;

    private volatile double figure = 12;
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
    void aParticleCounterGivesWhatTheWorldIsAndEveryFaultIsSaidAndMended() throws Exception {
        var chip = new Pms5003Chip(_ -> figure, OFTEN);
        bench.board.attach("/dev/serial0", chip);
        var driver = bench.polled(new Pms5003Config("/dev/serial0"));

        for (double each : new double[] {12, 0, 500}) {
            figure = each;
            assertThat(figure(driver.read(), FINE)).isEqualTo(each);
        }
        for (var fault : List.of(Fault.UNPLUGGED, Fault.NAK)) {
            chip.faults().set(fault);
            fails(driver, Flaw.NO_ANSWER, "Input/output error");
            chip.faults().mend(fault);
            assertThat(figure(driver.read(), FINE)).isEqualTo(500);
        }
        chip.faults().set(Fault.WRONG_CRC);
        fails(driver, Flaw.CHECKSUM, "checksum of the PMS5003");
        chip.faults().mend(Fault.WRONG_CRC);
        chip.faults().brownOut();
        assertThat(figure(driver.read(), FINE)).isEqualTo(500);
    }

    @Test
    void aReceiverGivesWhereItIsAndEveryFaultIsSaidAndMended() throws Exception {
        var chip = new GpsChip(
                new GpsChip.Track(
                        Signal.constant(-33.858333),
                        Signal.constant(151.215),
                        Signal.constant(4),
                        Signal.constant(2.5)),
                OFTEN);
        bench.board.attach("/dev/ttyUSB0", chip);
        var driver = bench.polled(new GpsConfig("/dev/ttyUSB0", 9600));

        somewhere(driver);
        chip.faults().set(Fault.WRONG_CRC);
        fails(driver, Flaw.CHECKSUM, "do not fit their checksum");
        chip.faults().mend(Fault.WRONG_CRC);
        somewhere(driver);
        chip.faults().brownOut();
        fails(driver, Flaw.NOT_READY, "has no fix (2 satellites)");
        fails(driver, Flaw.NOT_READY, "has no fix");
        fails(driver, Flaw.NOT_READY, "has no fix");
        somewhere(driver);
    }

    private static void somewhere(Driver.Polled driver) throws Exception {
        var reading = driver.read();
        assertThat(figure(reading, LATITUDE)).isCloseTo(-33.858333, within(2e-6));
        assertThat(figure(reading, LONGITUDE)).isCloseTo(151.215, within(2e-6));
        assertThat(figure(reading, Quantity.SPEED)).isCloseTo(2.5, within(1e-3));
        assertThat(figure(reading, new Quantity("altitude", new Unit("m")))).isEqualTo(4);
    }

    @Test
    void aPortIsOneSensorsAlone() throws Exception {
        bench.board.attach("/dev/serial0", new Pms5003Chip(_ -> figure, OFTEN));
        var first = bench.polled(new Pms5003Config("/dev/serial0"));
        first.read();

        fails(bench.polled(new GpsConfig("/dev/serial0", 9600)), Flaw.NO_ANSWER, "/dev/serial0 is in use by another");
        first.close();
        bench.polled(new Pms5003Config("/dev/serial0")).read();
        fails(bench.polled(new GpsConfig("/dev/ttyUSB7", 9600)), Flaw.NO_ANSWER, "cannot open", "ttyUSB7");
        assertThatThrownBy(() -> bench.board.attach("/dev/serial0", new Pms5003Chip(_ -> figure, OFTEN)))
                .hasMessage("/dev/serial0 has a chip already");
    }
}
