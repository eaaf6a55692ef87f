package io.pinstream.agent.board;

/// One edge of an input line.
///
/// @param high the level behind the edge
/// @param monotonicNanos when, by the clock of [System#nanoTime]: the kernel's own time stamp where it gives one
/// @param sequence the line's edge number as the kernel counts it, from 1 and without gaps unless edges were lost;
///     0 where nobody counts
public record LineEdge(boolean high, long monotonicNanos, long sequence) {}
