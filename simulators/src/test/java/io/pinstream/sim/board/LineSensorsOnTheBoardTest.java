package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.ButtonConfig;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.HcSr04Config;
import io.pinstream.agent.driver.PirConfig;
import io.pinstream.agent.driver.RotaryEncoderConfig;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.HcSr04Chip;
import io.pinstream.sim.chip.RotaryKnob;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Motion detector, button, encoder and ultrasound, on lines that the outside world moves.
final class LineSensorsOnTheBoardTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path root;

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private volatile double meters = 1.5;
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
    void aMotionDetectorHoldsMotionThroughPauses() throws Exception {
        listen(new PirConfig(23, Pull.DOWN, false, Duration.ZERO, HOUR));
        var line = bench.board.line(23);

        line.set(true);
        line.set(false);
        line.set(true);
        line.set(false, line.nanos() + HOUR.toNanos());
        line.set(true, line.nanos() + HOUR.multipliedBy(3).toNanos());

        await().untilAsserted(() ->
                assertThat(heard).containsExactly("motion=false", "motion=true", "motion=false", "motion=true"));
    }

    @Test
    void aButtonTellsShortFromLong() throws Exception {
        listen(new ButtonConfig(24, Pull.UP, true, Duration.ZERO, Duration.ofSeconds(1)));
        var line = bench.board.line(24);

        long begun = line.nanos();
        line.set(false, begun);
        line.set(true, begun + Duration.ofMillis(300).toNanos());
        line.set(false, begun + Duration.ofMillis(600).toNanos());
        line.set(true, begun + Duration.ofMillis(2_600).toNanos());
        line.lose(1);
        line.set(false);
        line.set(true);

        await().untilAsserted(() -> assertThat(heard)
                .containsExactly(
                        "active=false",
                        "active=true",
                        "active=false press=short",
                        "active=true",
                        "active=true press=long",
                        "active=false",
                        "active=false missed"));
    }

    @Test
    void aPressThatLastsIsSaidWithoutAnEdge() throws Exception {
        var button = listen(new ButtonConfig(24, Pull.UP, true, Duration.ZERO, Duration.ofMillis(100)));
        bench.board.line(24).set(false);

        await().untilAsserted(() -> {
            button.check();
            assertThat(heard).containsExactly("active=false", "active=true", "active=true press=long");
        });
        bench.board.line(24).faults().set(Fault.UNPLUGGED);
        assertThat(catchThrowable(button::check)).hasMessageContaining("line 24");
        bench.board.line(24).faults().mend(Fault.UNPLUGGED);
        button.check();
    }

    @Test
    void anEncoderFollowsTheKnob() throws Exception {
        listen(new RotaryEncoderConfig(5, 6, Pull.UP, Duration.ZERO, 4));
        List<Double> turned = new CopyOnWriteArrayList<>();
        var knob =
                new RotaryKnob(bench.board.line(5), bench.board.line(6), Signal.constant(40), bench.world, turned::add);

        knob.turn(3);
        knob.turn(-2);
        bench.board.line(6).lose(1);
        knob.turn(1);
        knob.step();

        await().untilAsserted(() -> assertThat(heard).hasSizeGreaterThan(40));
        assertThat(heard.subList(0, 6))
                .containsExactly(
                        "position=0.0",
                        "position=1.0 direction=clockwise",
                        "position=2.0 direction=clockwise",
                        "position=3.0 direction=clockwise",
                        "position=2.0 direction=counterclockwise",
                        "position=1.0 direction=counterclockwise");
        assertThat(turned).hasSize(3 + 2 + 1 + 38);
        assertThat(heard.stream().filter(each -> each.endsWith("missed"))).hasSize(1);
    }

    @Test
    void ultrasoundSaysHowFarItIs() throws Exception {
        var chip = new HcSr04Chip(bench.board.line(20), bench.board.line(21), _ -> meters, bench.world);
        var sensor = bench.polled(new HcSr04Config(20, 21, 20));

        for (double each : new double[] {0.021, 0.5, 3.99}) {
            meters = each;
            assertThat(figure(sensor.read(), Quantity.DISTANCE)).isCloseTo(each, within(1e-4));
        }
        for (double each : new double[] {0.01, 4.5, 9}) {
            meters = each;
            fails(sensor, Flaw.OUT_OF_RANGE, "that it can measure");
        }
        meters = 1;
        for (var fault : List.of(Fault.UNPLUGGED, Fault.NAK)) {
            chip.faults().set(fault);
            fails(sensor, Flaw.NO_ANSWER, "does not answer");
            chip.faults().mend(fault);
            assertThat(figure(sensor.read(), Quantity.DISTANCE)).isCloseTo(1, within(1e-4));
        }
        chip.faults().set(Fault.STUCK_BUSY);
        fails(sensor, Flaw.OUT_OF_RANGE, "60 ms");
        fails(sensor, Flaw.NOT_READY, "still high");
        chip.faults().mend(Fault.STUCK_BUSY);
        chip.reset();
        assertThat(figure(sensor.read(), Quantity.DISTANCE)).isCloseTo(1, within(1e-4));
    }

    private Driver.EdgeDriven listen(DriverConfig config) throws Exception {
        var driver = bench.edgeDriven(config);
        driver.listen((measurements, nanos, missed) -> heard.add(said(measurements) + (missed ? " missed" : "")));
        return driver;
    }

    private static String said(List<Measurement> measurements) {
        return measurements.stream()
                .filter(measurement -> !measurement.quantity().name().equals("held"))
                .map(measurement -> measurement.quantity().name() + "=" + said(measurement.value()))
                .collect(Collectors.joining(" "));
    }

    private static Object said(Value value) {
        return switch (value) {
            case Value.Decimal(double number) -> number;
            case Value.Truth(boolean truth) -> truth;
            case Value.Text(String text) -> text;
        };
    }
}
