package io.pinstream.agent.driver;

import io.pinstream.agent.board.InputLine;
import io.pinstream.agent.board.LineEdge;
import io.pinstream.agent.board.OutputLine;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/// HC-SR04: distance by ultrasound, on two lines.
///
/// Sections are those of the data sheet "Ultrasonic Ranging Module HC-SR04" (Elecfreaks). A pulse of at least 10
/// µs at its trigger makes it send eight cycles of 40 kHz; then its echo line is high for as long as the sound is
/// under way ("Timing diagram"). How long is taken from the edges' own time stamps, the kernel's where it gives
/// them, so that a busy machine measures no farther. Belongs to the thread that reads it; edges arrive on one
/// other.
final class HcSr04 implements Driver.Polled {
    /// "Timing diagram": "use over 60 ms measurement cycle, in order to prevent trigger signal to the echo
    /// signal".
    static final Duration CYCLE = Duration.ofMillis(60);

    private static final Duration PULSE = Duration.ofNanos(10_000); // "Timing diagram": 10 µs
    private static final double NEAREST = 0.02; // m; "Electric parameter": min range 2 cm
    private static final double FARTHEST = 4; // m; "Electric parameter": max range 4 m
    private static final int MOST_WAITING = 16;

    private final OutputLine trigger;
    private final InputLine echo;
    private final double metersPerSecond;
    private final String where;
    private final TimeSource time;
    private final BlockingQueue<Heard> edges = new ArrayBlockingQueue<>(MOST_WAITING);
    private final EdgeGaps gaps = new EdgeGaps(); // of the board's thread
    private boolean measuredBefore;
    private long triggered;

    private record Heard(LineEdge edge, boolean missed) {}

    /// @param celsius of the air, for the speed of sound
    /// @param where its lines for messages
    HcSr04(OutputLine trigger, InputLine echo, double celsius, String where, TimeSource time) {
        this.trigger = trigger;
        this.echo = echo;
        this.metersPerSecond = speedOfSound(celsius);
        this.where = where;
        this.time = time;
    }

    /// Begins to hear the echo line.
    HcSr04 start() {
        echo.listen(edge -> {
            // Where it is full nobody waits for these: they are thrown away before the next pulse.
            boolean ignored = edges.offer(new Heard(edge, gaps.missedBefore(edge)));
        });
        return this;
    }

    /// ISO 9613-1:1993, annex A: 343.2 m/s at 293.15 K, by the root of the temperature.
    static double speedOfSound(double celsius) {
        return 343.2 * Math.sqrt((celsius + 273.15) / 293.15);
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        letTheLastOneFade();
        pulse();
        long end = triggered + CYCLE.toNanos();
        var begun = next(end);
        if (begun == null) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "HC-SR04 at %s does not answer: check its 5 V, its wiring, and the divider to 3.3 V at its echo"
                            .formatted(where));
        }
        var over = next(end);
        if (over == null) {
            throw farther(CYCLE.toMillis() + " ms");
        }
        if (begun.missed || over.missed || !begun.edge.high() || over.edge.high()) {
            throw new ReadFailed(
                    Flaw.EDGES_MISSED, "edges of the echo of the HC-SR04 at %s were missed".formatted(where));
        }
        double seconds = (over.edge.monotonicNanos() - begun.edge.monotonicNanos()) / 1e9;
        return Reading.good(Measurement.of(Quantity.DISTANCE, inRange(seconds * metersPerSecond / 2)));
    }

    private double inRange(double meters) throws ReadFailed {
        if (meters > FARTHEST) {
            throw farther("%.2f m".formatted(meters));
        }
        if (meters < NEAREST) {
            throw new ReadFailed(
                    Flaw.OUT_OF_RANGE,
                    "HC-SR04 at %s says %.3f m, nearer than the 0.02 m that it can measure".formatted(where, meters));
        }
        return meters;
    }

    private ReadFailed farther(String said) {
        return new ReadFailed(
                Flaw.OUT_OF_RANGE,
                "HC-SR04 at %s hears no echo from within the 4 m that it can measure (%s)".formatted(where, said));
    }

    private void letTheLastOneFade() throws InterruptedException {
        if (measuredBefore) {
            long left = triggered + CYCLE.toNanos() - time.nanos();
            if (left > 0) {
                time.sleep(Duration.ofNanos(left));
            }
        }
    }

    private void pulse() throws ReadFailed {
        boolean busy;
        try {
            busy = echo.isHigh();
        } catch (IOException failed) {
            throw HeardLine.gone(where, failed);
        }
        if (busy) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "echo of the HC-SR04 at %s is still high from before: it waits for an echo, or its line is open"
                            .formatted(where));
        }
        edges.clear();
        try {
            trigger.set(true);
            triggered = time.nanos();
            measuredBefore = true;
            time.spin(PULSE);
            trigger.set(false);
        } catch (IOException failed) {
            throw new ReadFailed(
                    Flaw.NO_ANSWER,
                    "trigger of the HC-SR04 at %s cannot be driven (%s)".formatted(where, failed.getMessage()),
                    failed);
        }
    }

    private @Nullable Heard next(long end) throws InterruptedException {
        return time.poll(edges, Math.max(0, end - time.nanos()));
    }

    @Override
    public void close() {
        trigger.close();
        echo.close();
    }
}
