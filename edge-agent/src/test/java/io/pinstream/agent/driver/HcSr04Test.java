package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.board.OutputLine;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import org.junit.jupiter.api.Test;

final class HcSr04Test {
    private final FakeLine echo = new FakeLine();
    private long micros = 5_800;
    private long sequence = 1;
    private boolean answers = true;
    private boolean falls = true;

    private final OutputLine trigger = new OutputLine() {
        @Override
        public void set(boolean high) {
            long now = TimeSource.system().nanos();
            if (!high && answers) {
                echo.edge(true, now, sequence++);
                if (falls) {
                    echo.edge(false, now + micros * 1_000, sequence++);
                }
            }
        }

        @Override
        public void close() {}
    };

    /// "Test distance" of the data sheet: centimetres are microseconds / 58, which is air of 23 °C; inches are
    /// microseconds / 148.
    @Test
    void measuresWhatTheDataSheetSays() throws Exception {
        var sensor = sensor(22.8);
        for (int each : new int[] {10, 100, 390}) {
            micros = 58L * each;
            assertThat(meters(sensor.read())).isCloseTo(each / 100.0, within(each / 100.0 * 0.001));
        }
        micros = 148L * 12;
        assertThat(meters(sensor.read())).isCloseTo(0.3048, within(0.002));
    }

    /// Speeds of sound in dry air of the CRC Handbook of Chemistry and Physics: 331.45 m/s at 0 °C, 343.4 m/s at
    /// 20 °C.
    @Test
    void knowsHowFastSoundIsInColdAirAndInWarm() {
        assertThat(HcSr04.speedOfSound(0)).isCloseTo(331.45, within(0.3));
        assertThat(HcSr04.speedOfSound(20)).isCloseTo(343.4, within(0.3));
    }

    @Test
    void whatIsTooFarOrTooNearIsNoDistance() throws Exception {
        var sensor = sensor(20);
        micros = 38_000; // what modules say where nothing comes back
        fails(sensor, Flaw.OUT_OF_RANGE, "hears no echo from within the 4 m");
        micros = 100;
        fails(sensor, Flaw.OUT_OF_RANGE, "nearer than the 0.02 m");
        micros = 5_800;
        assertThat(meters(sensor.read())).isCloseTo(0.995, within(0.001));
    }

    @Test
    void anEchoThatNeverEndsHasADeadlineAndIsSaidUntilItEnds() throws Exception {
        var sensor = sensor(20);
        falls = false;
        fails(sensor, Flaw.OUT_OF_RANGE, "(60 ms)");
        falls = true;
        fails(sensor, Flaw.NOT_READY, "still high from before");

        echo.edge(false, TimeSource.system().nanos(), sequence++);
        assertThat(meters(sensor.read())).isCloseTo(0.995, within(0.001));
    }

    @Test
    void silenceHasADeadlineAndARemedy() throws Exception {
        var sensor = sensor(20);
        answers = false;
        fails(sensor, Flaw.NO_ANSWER, "does not answer: check its 5 V");
        answers = true;
        assertThat(meters(sensor.read())).isCloseTo(0.995, within(0.001));
        echo.gone = true;
        fails(sensor, Flaw.NO_ANSWER, "No such device");
    }

    @Test
    void anEchoWithAMissedEdgeIsNoDistance() throws Exception {
        var sensor = sensor(20);
        sensor.read();
        sequence += 2;
        fails(sensor, Flaw.EDGES_MISSED, "were missed");
        assertThat(meters(sensor.read())).isCloseTo(0.995, within(0.001));
    }

    private HcSr04 sensor(double celsius) {
        return new HcSr04(trigger, echo, celsius, "trigger 20 and echo 21", TimeSource.system()).start();
    }

    private static double meters(Reading reading) {
        return ((Value.Decimal) reading.measurements().getFirst().value()).number();
    }

    private static void fails(Driver.Polled sensor, Flaw flaw, String words) {
        var failure = catchThrowableOfType(ReadFailed.class, sensor::read);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.flaw()).as(failure.getMessage()).isEqualTo(flaw);
        assertThat(failure).hasMessageContaining(words);
    }
}
