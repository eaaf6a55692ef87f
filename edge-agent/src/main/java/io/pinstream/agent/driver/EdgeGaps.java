package io.pinstream.agent.driver;

import io.pinstream.agent.board.LineEdge;

/// Finds edges that were missed between two others of one line. Guarded by its owner.
final class EdgeGaps {
    private boolean any;
    private boolean high;
    private long sequence;

    /// The level that the next edge leads away from, where it is known before any edge.
    void startAt(boolean level) {
        any = true;
        high = level;
    }

    /// Takes the next edge, and says whether edges between it and the one before were missed.
    boolean missedBefore(LineEdge edge) {
        boolean counted = edge.sequence() != 0 && sequence != 0;
        // Where nobody counts, two edges to the same level betray the one between them.
        boolean missed = counted ? edge.sequence() != sequence + 1 : any && edge.high() == high;
        any = true;
        high = edge.high();
        sequence = edge.sequence();
        return missed;
    }
}
