package io.pinstream.sim.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.I2cDevice;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.driver.Reading;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import io.pinstream.sim.signal.WorldTime;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/// A simulated board on a test's bench, and the shortest way to a driver on it.
final class Bench implements AutoCloseable {
    final WorldTime world = WorldTime.from(Instant.parse("2026-11-23T12:00:00Z"), 1, TimeSource.system()::nanos);
    final SimulatedBoard board;
    private final Board pins;

    Bench(Path root) throws IOException {
        board = SimulatedBoard.open(root, world, TimeSource.system());
        pins = Board.of(board.context(), new KernelFiles(root), board.serialPorts(), TimeSource.system());
    }

    Driver.Polled polled(DriverConfig config) throws IOException {
        return (Driver.Polled) config.open(pins);
    }

    /// The bare bus, as a driver has it.
    I2cDevice i2c(int bus, int address) throws IOException {
        return pins.i2c(bus, address);
    }

    Driver.EdgeDriven edgeDriven(DriverConfig config) throws IOException {
        return (Driver.EdgeDriven) config.open(pins);
    }

    static double figure(Reading reading, Quantity quantity) {
        return reading.measurements().stream()
                .filter(measurement -> measurement.quantity().equals(quantity))
                .map(measurement -> ((Value.Decimal) measurement.value()).number())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + quantity.name() + " in " + reading));
    }

    static void fails(Driver.Polled driver, Flaw flaw, String... words) {
        var failure = catchThrowableOfType(ReadFailed.class, driver::read);
        assertThat(failure).as("failure").isNotNull();
        assertThat(failure.flaw()).as(failure.getMessage()).isEqualTo(flaw);
        assertThat(failure).hasMessageContainingAll(words);
        assertThat(failure.getMessage()).hasSizeLessThanOrEqualTo(256);
    }

    @Override
    public void close() {
        board.close();
    }
}
