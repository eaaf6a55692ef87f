package io.pinstream.agent.link;

import java.util.OptionalLong;

/// When each row in flight was first sent, and whether it was sent again. As many slots as the window, because no
/// two rows in flight are a window apart. Not for use by several threads at once.
final class SentRows {
    private final long[] rows;
    private final long[] times;
    private long highest;
    private long resentThrough;

    SentRows(int window) {
        rows = new long[window];
        times = new long[window];
    }

    /// A row was sent, standing for all up to `last`.
    ///
    /// @return whether it had been sent before by this run
    boolean sent(long row, long last, long now) {
        int slot = slot(row);
        boolean again = row <= highest;
        if (!again || rows[slot] != row) {
            rows[slot] = row;
            times[slot] = now;
        }
        highest = Math.max(highest, last);
        return again;
    }

    /// Whatever was sent so far may be sent again.
    void resent() {
        resentThrough = highest;
    }

    boolean wasResent(long row) {
        return row <= resentThrough;
    }

    /// When a row was first sent; empty if this run has not sent it.
    OptionalLong sentAt(long row) {
        int slot = slot(row);
        return rows[slot] == row ? OptionalLong.of(times[slot]) : OptionalLong.empty();
    }

    private int slot(long row) {
        return (int) (row % rows.length);
    }
}
