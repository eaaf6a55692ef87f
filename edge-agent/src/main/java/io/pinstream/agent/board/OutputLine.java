package io.pinstream.agent.board;

import java.io.IOException;

/// One GPIO line that is driven.
public interface OutputLine extends AutoCloseable {
    void set(boolean high) throws IOException;

    @Override
    void close();
}
