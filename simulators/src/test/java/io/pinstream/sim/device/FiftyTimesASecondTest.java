package io.pinstream.sim.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import io.pinstream.event.Value;
import io.pinstream.time.TimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A motion sensor that is read 50 times a second, and sent once a second.
class FiftyTimesASecondTest {
    private static final Duration EVERY = Duration.ofMillis(20);
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int WINDOWS = 4;

    @TempDir
    Path folder;

    @Test
    void everyReadingIsInExactlyOneWindowAndEveryPeriodIsReadOrCounted() throws Exception {
        // Given
        var file = folder.resolve("agent.yaml");
        Files.writeString(file, """
                device: shaken
                broker: {url: "tcp://127.0.0.1:1"}
                outbox: {folder: '%s'}
                sensors:
                  motor: {type: mpu6050, every: 20ms, rules: {aggregate: 1s}}
                """.formatted(folder.resolve("outbox")));
        var config = AgentConfig.read(file).config().orElseThrow();
        var pace = new Pace();

        // When
        var world = new SimulatedDevice.World(folder.resolve("kernel"), 1, 1);
        try (var _ = SimulatedDevice.start(config, world, Journal.NONE, pace)) {
            await().atMost(LIMIT).until(() -> pace.windows.size() >= WINDOWS);
        } // closing tells the window that is under way

        // Then
        assertThat(pace.windows).allSatisfy(window -> {
            assertThat(figure(window, "readings")).isPositive();
            assertThat(figure(window, "acceleration_z_min")).isLessThanOrEqualTo(figure(window, "acceleration_z_mean"));
            assertThat(figure(window, "acceleration_z_mean")).isLessThanOrEqualTo(figure(window, "acceleration_z_max"));
        });
        assertThat(pace.windows.stream()
                        .mapToLong(window -> (long) figure(window, "readings"))
                        .sum())
                .as("readings in windows")
                .isEqualTo(pace.read.get());
        assertThat(pace.begun.get() + pace.skippedBefore)
                .as("periods begun and skipped")
                .isEqualTo(1 + (pace.lastDue - pace.firstDue) / EVERY.toNanos());
    }

    private static double figure(Event window, String quantity) {
        return window.measurements().stream()
                .filter(measurement -> measurement.quantity().name().equals(quantity))
                .map(measurement -> ((Value.Decimal) measurement.value()).number())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no %s in %s".formatted(quantity, window)));
    }

    /// What the sampler says of its own pace. Its calls come from one thread.
    private static final class Pace implements AgentWatch {
        final List<Event> windows = new CopyOnWriteArrayList<>();
        final AtomicLong read = new AtomicLong();
        final AtomicLong begun = new AtomicLong();
        final AtomicLong skipped = new AtomicLong();
        volatile long skippedBefore; // the reading that began last
        volatile long firstDue;
        volatile long lastDue;

        @Override
        public void readingBegan(SensorId sensor, Duration late) {
            // Rounded to periods: the clock has gone on by some microseconds since the sampler looked at it.
            long due = TimeSource.system().nanos() - late.toNanos();
            if (begun.getAndIncrement() == 0) {
                firstDue = due;
            }
            skippedBefore = skipped.get();
            lastDue = firstDue + Math.round((due - firstDue) / (double) EVERY.toNanos()) * EVERY.toNanos();
        }

        @Override
        public void readingsSkipped(SensorId sensor, long readings) {
            skipped.addAndGet(readings);
        }

        @Override
        public void sensorRead(SensorId sensor, Duration took) {
            read.incrementAndGet();
        }

        @Override
        public void eventTaken(Event event) {
            windows.add(event);
        }
    }
}
