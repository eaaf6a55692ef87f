package io.pinstream.agent.driver;

import io.pinstream.agent.board.Board;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// One lock a chip, for chips that several sensors share and that take more than one transfer for a reading.
///
/// A bus keeps transfers apart; it cannot keep "select the input, wait, fetch the value" of two threads apart.
/// Each board has its own locks, because simulators run many boards in one process; they go when the board does.
final class ChipLocks {
    private static final Map<Board, Map<String, ReentrantLock>> LOCKS =
            Collections.synchronizedMap(new WeakHashMap<>());

    private ChipLocks() {}

    static ReentrantLock of(Board board, String where) {
        return LOCKS.computeIfAbsent(board, _ -> new ConcurrentHashMap<>())
                .computeIfAbsent(where, _ -> new ReentrantLock(true));
    }
}
