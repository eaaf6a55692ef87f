package io.pinstream.agent.driver;

import io.pinstream.event.Quality.Flaw;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/// A driver that is opened when it is first needed, and tried again until that works: a bus that is not there
/// yet, or that somebody else holds, costs the other sensors nothing, and its readings say what is wrong.
///
/// For the one thread that reads it; closed by it, or once that thread has ended.
abstract sealed class LateDriver<D extends Driver> {
    /// What is tried until it works.
    @FunctionalInterface
    interface Opening {
        Driver open() throws IOException;
    }

    private final String where;
    private final Opening opening;
    private final Class<D> type;
    private Optional<D> opened = Optional.empty();
    private boolean closed;

    private LateDriver(String where, Opening opening, Class<D> type) {
        this.where = where;
        this.opening = opening;
        this.type = type;
    }

    /// The driver, opened now if it is not yet.
    D opened() throws ReadFailed {
        if (closed) {
            throw new ReadFailed(Flaw.NO_ANSWER, where + " is closed");
        }
        if (opened.isEmpty()) {
            try {
                opened = Optional.of(type.cast(opening.open()));
            } catch (IOException failure) {
                throw new ReadFailed(Flaw.NO_ANSWER, String.valueOf(failure.getMessage()), failure);
            }
        }
        return opened.get();
    }

    /// The driver if it is open.
    Optional<D> ready() {
        return opened;
    }

    public void close() {
        closed = true;
        opened.ifPresent(Driver::close);
    }

    /// A sensor that is asked.
    static final class Asked extends LateDriver<Driver.Polled> implements Driver.Polled {
        Asked(String where, Opening opening) {
            super(where, opening, Driver.Polled.class);
        }

        @Override
        public Reading read() throws ReadFailed, InterruptedException {
            return opened().read();
        }
    }

    /// A line that speaks.
    static final class Speaking extends LateDriver<Driver.EdgeDriven> implements Driver.EdgeDriven {
        Speaking(String where, Opening opening) {
            super(where, opening, Driver.EdgeDriven.class);
        }

        @Override
        public void listen(EdgeListener listener) throws ReadFailed {
            opened().listen(listener);
        }

        @Override
        public void check() throws ReadFailed {
            opened().check();
        }

        @Override
        public Duration checkWithin(Duration usual) {
            return ready().map(line -> line.checkWithin(usual)).orElse(usual);
        }
    }
}
