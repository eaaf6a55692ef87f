package io.pinstream.lifecycle;

/// A thread's loop that others can see going round: who watches counts, wakes it, and counts again. For any
/// thread; both return at once.
public interface Loop {
    /// How often it went round. One that waits for room or tries again goes round, too; one that is stuck in a
    /// call does not.
    long rounds();

    /// Has it go round soon, if it waits for something to do.
    void wake();
}
