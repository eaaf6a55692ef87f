package io.pinstream.sim.board;

import static io.pinstream.sim.board.Bench.fails;
import static io.pinstream.sim.board.Bench.figure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Ads1115Config.Input;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.Mcp3008Config;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.driver.Reading;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.sim.chip.Ads1115Chip;
import io.pinstream.sim.chip.Fault;
import io.pinstream.sim.chip.Mcp3008Chip;
import io.pinstream.sim.signal.Signal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

final class ConvertersOnTheirChipsTest {
    private static final double[] PINS = {0.2, 0.05, 0.125, 0.01};

    @TempDir
    Path root;

    private volatile double volts = 1.234;
    private Bench bench;

    @BeforeEach
    void open() throws Exception {
        bench = new Bench(root);
    }

    @AfterEach
    void close() {
        bench.close();
    }

    private Ads1115Chip ads1115() {
        var chip = new Ads1115Chip(
                List.of(time -> volts, Signal.constant(PINS[1]), Signal.constant(PINS[2]), Signal.constant(PINS[3])),
                bench.world);
        bench.board.attach(1, 0x48, chip);
        return chip;
    }

    private static Ads1115Config ads1115(Input input, double range) {
        return new Ads1115Config(1, 0x48, input, range, 860, Optional.empty());
    }

    @ParameterizedTest
    @CsvSource({"6.144", "4.096", "2.048", "1.024", "0.512", "0.256"})
    void everyRangeOfTheAds1115GivesTheVoltageWithinItsStep(double range) throws Exception {
        ads1115();
        for (double part : new double[] {-0.9, -0.1, 0, 0.3, 0.99}) {
            volts = part * range;
            var reading = readOnce(ads1115(Input.A0, range));
            assertThat(figure(reading, Quantity.VOLTAGE)).isCloseTo(volts, within(range / 32768));
            assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        }
    }

    @ParameterizedTest
    @EnumSource(Input.class)
    void everyInputOfTheAds1115IsTheOneItIsCalled(Input input) throws Exception {
        ads1115();
        volts = PINS[0];
        var names = input.name().split("_");
        double expected = PINS[names[0].charAt(1) - '0'];
        if (names.length == 2) {
            expected -= PINS[names[1].charAt(1) - '0'];
        }

        assertThat(figure(readOnce(ads1115(input, 0.256)), Quantity.VOLTAGE)).isCloseTo(expected, within(0.00001));
    }

    @Test
    void theAds1115AtItsEndIsSaturated() throws Exception {
        ads1115();
        volts = 5;
        var reading = readOnce(ads1115(Input.A0, 4.096));

        assertThat(reading.quality()).isEqualTo(Quality.of(Flaw.SATURATED));
        assertThat(figure(reading, Quantity.VOLTAGE)).isCloseTo(4.096, within(0.0002));
    }

    @ParameterizedTest
    @CsvSource({
        "UNPLUGGED, NO_ANSWER, does not answer",
        "NAK, NO_ANSWER, does not answer",
        "STUCK_BUSY, NOT_READY, it hangs"
    })
    void aFaultOfTheAds1115IsSaidAndMended(Fault fault, Flaw flaw, String words) throws Exception {
        var chip = ads1115();
        var driver = bench.polled(ads1115(Input.A0, 4.096));
        driver.read();

        chip.faults().set(fault);
        fails(driver, flaw, "ADS1115 at bus 1 address 0x48", words);
        chip.faults().mend(fault);

        assertThat(figure(driver.read(), Quantity.VOLTAGE)).isCloseTo(1.234, within(0.0002));
    }

    @Test
    void aBrownOutInTheMidstOfAConversionIsNoReading() throws Exception {
        var voltage = Signal.constant(1.234);
        var chip = new DippingChip(new Ads1115Chip(List.of(voltage, voltage, voltage, voltage), bench.world));
        bench.board.attach(1, 0x48, chip);
        var driver = bench.polled(ads1115(Input.A0, 4.096));
        chip.faults().set(Fault.STUCK_BUSY);
        chip.dipBeforeRead(3);

        fails(driver, Flaw.NOT_READY, "lost its settings (config is 0x0583");

        chip.faults().mend(Fault.STUCK_BUSY);
        assertThat(figure(driver.read(), Quantity.VOLTAGE)).isCloseTo(1.234, within(0.0002));
    }

    @Test
    void sensorsOnTwoInputsOfOneAds1115DoNotGetEachOthersValues() throws Exception {
        // Given
        ads1115();
        volts = 0.2;
        var readings = new ConcurrentLinkedQueue<String>();
        var threads = new ArrayList<Thread>();
        for (var input : new Input[] {Input.A0, Input.A1, Input.A2}) {
            var driver = bench.polled(ads1115(input, 0.256));
            double expected = PINS[input.name().charAt(1) - '0'];

            // When
            threads.add(Thread.ofPlatform().start(() -> {
                for (int i = 0; i < 30; i++) {
                    readings.add(outcome(driver, expected));
                }
            }));
        }
        for (var thread : threads) {
            thread.join();
        }

        // Then
        assertThat(readings).hasSize(90).containsOnly("right");
    }

    private static String outcome(Driver.Polled driver, double expected) {
        try {
            double read = figure(driver.read(), Quantity.VOLTAGE);
            return Math.abs(read - expected) < 0.001 ? "right" : "wrong: " + read;
        } catch (ReadFailed | InterruptedException failed) {
            return "failed: " + failed.getMessage();
        }
    }

    private Mcp3008Chip mcp3008() {
        var inputs = IntStream.range(0, 8)
                .mapToObj(channel -> (Signal) time -> volts + channel * 0.1)
                .toList();
        var chip = new Mcp3008Chip(inputs, 3.3, bench.world);
        bench.board.attach(0, 1, chip);
        return chip;
    }

    private static Mcp3008Config mcp3008(int channel) {
        return new Mcp3008Config(0, 1, channel, 3.3, Optional.empty());
    }

    @Test
    void everyChannelOfTheMcp3008GivesItsVoltageWithinAStep() throws Exception {
        mcp3008();
        for (int channel = 0; channel < 8; channel++) {
            var driver = bench.polled(mcp3008(channel));
            for (double each : new double[] {0, 0.001, 1.234, 2.5}) {
                volts = each;
                double read = figure(driver.read(), Quantity.VOLTAGE);
                assertThat(read).isCloseTo(each + channel * 0.1, within(3.3 / 1024));
            }
            driver.close();
        }
    }

    @Test
    void theMcp3008AtItsEndIsSaturated() throws Exception {
        mcp3008();
        volts = 3.4;

        assertThat(readOnce(mcp3008(0)).quality()).isEqualTo(Quality.of(Flaw.SATURATED));
    }

    @Test
    void anAbsentMcp3008DoesNotAnswerAndComesBack() throws Exception {
        var chip = mcp3008();
        var driver = bench.polled(mcp3008(2));
        driver.read();

        chip.faults().set(Fault.UNPLUGGED);
        fails(driver, Flaw.NO_ANSWER, "no MCP3008 answers at SPI bus 0 chip select 1 (null bit is 1", "dtparam=spi=on");
        chip.faults().mend(Fault.UNPLUGGED);

        assertThat(figure(driver.read(), Quantity.VOLTAGE)).isCloseTo(1.434, within(0.004));
    }

    @Test
    void theMcp3008RepeatsItsValueBackwardsAsItsFigureShows() {
        // DS21295D, 5.0, figure 5-2: more clocks give the value again, lowest bit first.
        volts = 3.3 * 0b1000000110 / 1024 + 0.0001;
        var chip = mcp3008();

        var out = chip.transfer(new byte[] {1, (byte) 0x80, 0, 0, 0});

        assertThat(out[1] & 0b111).isEqualTo(0b010);
        assertThat(out[2] & 0xff).isEqualTo(0b00000110);
        assertThat(out[3] & 0xff).isEqualTo(0b11000000);
        assertThat(out[4] & 0xff).isEqualTo(0b10000000);
    }

    private Reading readOnce(DriverConfig config) throws Exception {
        try (var driver = bench.polled(config)) {
            return driver.read();
        }
    }
}
