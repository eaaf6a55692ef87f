package io.pinstream.sim.device;

import io.pinstream.event.SensorId;
import io.pinstream.sim.signal.Signal;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// What chips and lines have shown, each time that a driver looked: what must arrive in Kafka, written down where it
/// comes from. Safe for use by many threads.
public interface Journal extends AutoCloseable {
    /// Writes nothing down.
    Journal NONE = new Journal() {
        @Override
        public void shown(SensorId sensor, double figure) {}

        @Override
        public Signal of(SensorId sensor, Signal signal) {
            return signal;
        }
    };

    /// A chip has shown this figure.
    void shown(SensorId sensor, double figure);

    /// The signal, with everything that is asked of it written down.
    default Signal of(SensorId sensor, Signal signal) {
        return time -> {
            double figure = signal.at(time);
            shown(sensor, figure);
            return figure;
        };
    }

    @Override
    default void close() throws IOException {}

    /// Writes down `<sensor> <figure>`, a line each, at once: a process that is killed has written what it showed.
    static Journal to(Path file) throws IOException {
        var out = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return new Written(out);
    }

    /// See [#to].
    record Written(BufferedWriter out) implements Journal {
        @Override
        public synchronized void shown(SensorId sensor, double figure) {
            try {
                out.write("%s %s%n".formatted(sensor, figure));
                out.flush();
            } catch (IOException full) {
                throw new UncheckedIOException("the journal cannot be written", full);
            }
        }

        @Override
        public synchronized void close() throws IOException {
            out.close();
        }
    }
}
