package io.pinstream.agent.board;

/// The resistor inside the processor that gives an open line its level.
public enum Pull {
    NONE,
    UP,
    DOWN
}
