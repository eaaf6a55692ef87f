package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.pi4j.io.gpio.digital.DigitalOutput;
import com.pi4j.io.gpio.digital.DigitalState;
import com.pi4j.io.pwm.Pwm;
import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.Ds18b20Config;
import io.pinstream.agent.driver.HostConfig;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.Scale;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.event.Value;
import io.pinstream.sim.chip.Ds18b20Chip;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.HostFiles;
import io.pinstream.sim.chip.LineMover;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LinesAndFilesOnTheBoardTest {
    private static final String ID = "28-00000a1b2c3d";

    @TempDir
    Path root;

    private volatile double celsius = 21.5;
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
    void aContactTellsItsStateAndEveryEdgeAndTheOnesThatWereLost() throws Exception {
        // Given a contact to ground on a pulled-up line
        var door = bench.edgeDriven(new ContactConfig(17, Pull.UP, true, Duration.ZERO));
        List<String> heard = new CopyOnWriteArrayList<>();
        door.listen((measurements, nanos, missed) -> heard.add(active(measurements) + (missed ? " missed" : "")));

        // When
        var line = bench.board.line(17);
        line.set(false);
        line.set(true);
        line.lose(2);
        line.pulse(2);
        line.set(true);

        // Then
        await().untilAsserted(
                        () -> assertThat(heard).containsExactly("false", "true", "false", "true missed", "false"));
    }

    @Test
    void aCounterCountsEveryPulseAndScalesThem() throws Exception {
        var rain = new Scale(new Quantity("rain", new Unit("mm")), 0.2, 0);
        var counter = bench.polled(new PulseCounterConfig(22, Pull.DOWN, Duration.ZERO, Optional.of(rain)));

        bench.board.line(22).pulse(1000);

        await().untilAsserted(() -> {
            var reading = counter.read();
            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
            assertThat(figure(reading, Quantity.COUNT)).isEqualTo(1000);
            assertThat(figure(reading, rain.quantity())).isCloseTo(200, within(1e-9));
        });
    }

    @Test
    void aCounterSaysThatEdgesWereLostAndThatItsLineIsGone() throws Exception {
        var counter = bench.polled(new PulseCounterConfig(22, Pull.DOWN, Duration.ZERO, Optional.empty()));
        var line = bench.board.line(22);
        line.pulse(3);
        line.lose(2);
        line.pulse(2);

        assertThat(counter.read().quality()).isEqualTo(Quality.of(Flaw.EDGES_MISSED));
        line.faults().set(Fault.UNPLUGGED);
        fails(counter, Flaw.NO_ANSWER, "line 22 cannot be read", "No such device");
        line.faults().mend(Fault.UNPLUGGED);
        var reading = counter.read();
        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(figure(reading, Quantity.COUNT)).isEqualTo(4);
    }

    @Test
    void theWorldMovesLinesByItself() throws Exception {
        var counter = bench.polled(new PulseCounterConfig(5, Pull.DOWN, Duration.ZERO, Optional.empty()));
        bench.board.move(LineMover.pulses(bench.board.line(5), Signal.constant(200), bench.world));

        bench.board.start();

        await().atMost(Duration.ofSeconds(10)).until(() -> figure(counter.read(), Quantity.COUNT) > 20);
    }

    @Test
    void aThermometerOnOneWireSaysWhatTheWorldIs() throws Exception {
        bench.board.attach(new Ds18b20Chip(ID, time -> celsius));
        var driver = bench.polled(new Ds18b20Config(Optional.of(ID)));

        for (double each : new double[] {125, 85.0625, 25.0625, 0, -10.125, -55}) {
            celsius = each;
            bench.board.step();
            assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isEqualTo(each);
        }
    }

    @Test
    void everyFaultOnOneWireIsSaidAndMended() throws Exception {
        var chip = new Ds18b20Chip(ID, time -> celsius);
        bench.board.attach(chip);
        var driver = bench.polled(new Ds18b20Config(Optional.empty()));
        record Expected(Fault fault, Flaw flaw, String words) {}
        for (var expected : List.of(
                new Expected(Fault.UNPLUGGED, Flaw.NO_ANSWER, "dtoverlay=w1-gpio"),
                new Expected(Fault.NAK, Flaw.NO_ANSWER, "gave no scratchpad"),
                new Expected(Fault.WRONG_CRC, Flaw.CHECKSUM, "does not fit"))) {
            chip.faults().set(expected.fault);
            bench.board.step();
            fails(driver, expected.flaw, expected.words);

            chip.faults().mend(expected.fault);
            bench.board.step(); // plugged in again, it says its power-on value once
            bench.board.step();
            assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isEqualTo(21.5);
        }
    }

    @Test
    void aBrownOutOnOneWireIsNoReadingOfEightyFiveDegrees() throws Exception {
        var chip = new Ds18b20Chip(ID, time -> celsius);
        bench.board.attach(chip);
        var driver = bench.polled(new Ds18b20Config(Optional.empty()));
        driver.read();

        chip.faults().brownOut();
        bench.board.step();
        fails(driver, Flaw.NOT_READY, "exactly 85 °C, its power-on value");

        bench.board.step();
        assertThat(figure(driver.read(), Quantity.TEMPERATURE)).isEqualTo(21.5);
    }

    @Test
    void theMachineItselfIsASensor() throws Exception {
        bench.board.machine(new HostFiles.Machine(
                Signal.constant(48.5), Signal.constant(0.25), Signal.constant(200_000_000), Signal.constant(1000)));
        var host = bench.polled(new HostConfig(root));

        var reading = host.read();

        assertThat(reading.measurements())
                .extracting(Measurement::quantity)
                .isEqualTo(new HostConfig(root).quantities());
        assertThat(figure(reading, Quantity.TEMPERATURE)).isEqualTo(48.5);
        assertThat(figure(reading, new Quantity("load1", Unit.NONE))).isEqualTo(0.25);
        assertThat(figure(reading, new Quantity("memory_available", new Unit("B"))))
                .isCloseTo(200_000_000, within(1024.0));
        assertThat(figure(reading, new Quantity("disk_free", new Unit("B")))).isPositive();
    }

    @Test
    void whatTheBoardDrivesCanBeSeenFromOutside() throws Exception {
        var context = bench.board.context();
        var fan = context.create(DigitalOutput.newConfigBuilder(context)
                .id("fan")
                .bcm(27)
                .initial(DigitalState.LOW)
                .build());
        fan.high();
        assertThat(bench.board.line(27).isHigh()).isTrue();
        fan.low();
        assertThat(bench.board.line(27).isHigh()).isFalse();

        var lamp = context.create(Pwm.newConfigBuilder(context)
                .id("lamp")
                .chip(0)
                .channel(0)
                .frequency(100)
                .initial(0)
                .build());
        lamp.on(50, 200);
        assertThat(lamp.isOn()).isTrue();
        assertThat(lamp.getDutyCycle()).isEqualTo(50);
    }

    private static boolean active(List<Measurement> measurements) {
        return ((Value.Truth) measurements.getFirst().value()).truth();
    }
}
