package io.pinstream.agent.driver;

import java.util.OptionalLong;

/// Keeps one count over restarts of the agent. For one thread at a time.
public interface CountKeeper extends AutoCloseable {
    /// Keeps nothing: a count begins at 0 with each start.
    CountKeeper NONE = new CountKeeper() {
        @Override
        public OptionalLong recall() {
            return OptionalLong.empty();
        }

        @Override
        public void keep(long count) {}
    };

    /// What was kept last; empty if nothing was, or it cannot be read.
    OptionalLong recall();

    /// Keeps a count. When it returns, a power cut does not take it, unless the keeper has said that it cannot.
    void keep(long count);

    @Override
    default void close() {}
}
