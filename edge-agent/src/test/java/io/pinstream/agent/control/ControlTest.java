package io.pinstream.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ControlTest {
    private static final SensorId AIR = new SensorId("air");
    private static final SensorId FAN = new SensorId("fan");
    private static final Driven FAN_DRIVEN = new Driven(FAN, true, 0, Driven.Obedience.ALWAYS);

    private final ManualTime time = new ManualTime();
    private final List<Event> taken = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private boolean full;
    private boolean broken;
    private int tries;

    @Test
    void setsWhatIsDrivenAtTheStartAndAtTheEnd() {
        // Given
        var control = control("when air.temperature > 30 then fan on");

        // When
        control.close();
        control.run();

        // Then
        assertThat(said()).containsExactly("fan safe start", "fan safe end");
    }

    @Test
    void switchesThoughNobodyTakesItsEventsAndKeepsThem() throws Exception {
        // Given an outbox that is full
        var control = control("when air.temperature > 30 then fan on");
        full = true;

        // When
        control.step();
        control.hear(air(31, Quality.GOOD));
        control.step();

        // Then
        assertThat(tries).isEqualTo(2);
        assertThat(taken).isEmpty();
        full = false;
        control.hear(air(29, Quality.GOOD));
        control.step();
        assertThat(said())
                .containsExactly(
                        "fan safe start",
                        "fan 100 when air.temperature > 30 then fan on",
                        "fan safe when air.temperature > 30 then fan on (over)");
        assertThat(skipped).isEmpty();
    }

    @Test
    void nothingThatASamplerHearsWaitsForWhatIsSwitched() throws Exception {
        // Given an actuator whose hardware hangs
        var begun = new CountDownLatch(1);
        var mended = new CountDownLatch(1);
        var control = new Control(
                config("when air.temperature > 30 then fan on"),
                wanted -> {
                    begun.countDown();
                    awaitForever(mended);
                    return done(wanted, Quality.GOOD);
                },
                this::take,
                time,
                AgentWatch.NONE);
        try (var threads = Executors.newFixedThreadPool(2)) {
            var running = threads.submit(control);
            assertThat(begun.await(30, TimeUnit.SECONDS)).isTrue();

            // When
            var heard = threads.submit(() -> control.hear(air(31, Quality.GOOD)));

            // Then
            assertThat(heard.get(30, TimeUnit.SECONDS).quality()).isEqualTo(Quality.GOOD);
            control.close();
            mended.countDown();
            assertThat(running.get(30, TimeUnit.SECONDS)).isNull();
        }
        assertThat(said()).last().isEqualTo("fan safe end");
    }

    @Test
    void triesAgainWhatCouldNotBeSwitchedAndSaysItOnceAndWhenItWorks() throws Exception {
        // Given
        var control = control("when air.temperature > 30 then fan on");
        control.step();
        broken = true;

        // When
        control.hear(air(31, Quality.GOOD));
        control.step();
        for (int i = 0; i < 3; i++) {
            time.advance(Duration.ofSeconds(8));
            control.hear(air(31, Quality.GOOD));
            turn(control);
        }

        // Then
        assertThat(tries).isEqualTo(5);
        assertThat(taken).hasSize(2).last().extracting(Event::quality).isEqualTo(Quality.of(Flaw.NO_ANSWER));

        // When
        broken = false;
        time.advance(Duration.ofSeconds(30));
        turn(control);
        time.advance(Duration.ofSeconds(30));

        // Then
        assertThat(said()).hasSize(3).last().isEqualTo("fan 100 when air.temperature > 30 then fan on");
    }

    @Test
    void aSilentSensorIsSaidOnceAndItsRuleGoesToSafety() throws Exception {
        // Given
        var control = control("when air.temperature > 30 then fan on");
        control.step();
        control.hear(air(31, Quality.GOOD));
        control.step();

        // When nothing comes any more
        time.advance(Duration.ofSeconds(30));
        control.step();
        time.advance(LocalRules.HOLD);
        control.step();

        // Then
        assertThat(taken)
                .filteredOn(event -> event.sensor().equals(AIR))
                .singleElement()
                .satisfies(stale -> {
                    assertThat(stale.quality()).isEqualTo(Quality.of(Flaw.STALE));
                    assertThat(stale.measurements().toString()).contains("no good reading for 30.000 s");
                });
        assertThat(said()).last().isEqualTo("fan safe when air.temperature > 30 then fan on (its sensor fails)");
    }

    @Test
    void aClockThatIsMovedChangesNoDuration() throws Exception {
        // Given
        var control = control("when air.temperature > 30 for 10s then fan on until < 28");
        control.step();
        control.hear(air(31, Quality.GOOD));

        // When the wall clock goes back to 1970, and forwards by years
        time.setWall(Instant.EPOCH);
        time.advance(Duration.ofSeconds(5));
        control.hear(air(31, Quality.of(Flaw.TIME_UNKNOWN)));
        time.setWall(ManualTime.START.plus(Duration.ofDays(3000)));
        time.advance(Duration.ofMillis(4_999));
        control.hear(air(31, Quality.GOOD));
        control.step();
        assertThat(taken).hasSize(1);

        // Then only the ten seconds count
        time.advanceMillis(1);
        control.step();
        assertThat(said()).hasSize(2).last().asString().startsWith("fan 100");
    }

    @Test
    void saysThatSwitchesAreMissingWhereTooManyWaited() throws Exception {
        // Given
        var control = control("when air.temperature > 30 then fan on");
        full = true;

        // When
        for (int i = 0; i < Control.WAITING + 10; i++) {
            control.hear(air(i % 2 == 0 ? 31 : 20, Quality.GOOD));
            control.step();
        }
        full = false;
        control.hear(air(31, Quality.GOOD));
        control.step();

        // Then
        assertThat(taken).hasSize(Control.WAITING);
        assertThat(skipped).isNotEmpty();
        assertThat(taken).last().extracting(Event::quality).isEqualTo(Quality.of(Flaw.EDGES_MISSED));
    }

    /// A step that has something to do, so that it does not wait.
    private void turn(Control control) throws InterruptedException {
        control.hear(air(20, Quality.of(Flaw.TIME_UNKNOWN, Flaw.NO_ANSWER)));
        control.hear(air(31, Quality.GOOD));
        control.step();
    }

    private Control control(String sentence) {
        return new Control(
                config(sentence),
                wanted -> {
                    tries++;
                    return done(wanted, broken ? Quality.of(Flaw.NO_ANSWER) : Quality.GOOD);
                },
                this::take,
                time,
                new AgentWatch() {
                    @Override
                    public void readingsSkipped(SensorId sensor, long readings) {
                        skipped.add(sensor.value());
                    }
                });
    }

    private static Control.Config config(String sentence) {
        var stale = new Doubt.Config(Optional.empty(), Map.of(), Optional.of(Duration.ofSeconds(30)));
        return new Control.Config(Map.of(AIR, stale), List.of(Sentence.read(sentence)), List.of(FAN_DRIVEN), Map.of());
    }

    private boolean take(Event event, Duration atMost) {
        if (!full) {
            taken.add(event);
        }
        return !full;
    }

    private Event done(Switch wanted, Quality quality) {
        var text = "%s %s %s"
                .formatted(
                        wanted.actuator(), wanted.percent().map(String::valueOf).orElse("safe"), wanted.cause());
        return Event.edge(FAN, time.instant(), quality, List.of(Measurement.of(Quantity.FAULT, text)));
    }

    private List<String> said() {
        return taken.stream()
                .filter(event -> event.sensor().equals(FAN))
                .map(event -> ((io.pinstream.event.Value.Text)
                                event.measurements().getFirst().value())
                        .text())
                .toList();
    }

    private Event air(double celsius, Quality quality) {
        return Event.sample(AIR, time.instant(), quality, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }

    private static void awaitForever(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
