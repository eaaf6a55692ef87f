package io.pinstream.hub.outlet;

import java.time.Instant;

/// How one outlet does in this hub, which reads its share of the partitions.
///
/// @param target where to, without secrets
/// @param partitions how many of them this hub reads
/// @param lag committed events that it has not settled yet
/// @param sent confirmed by the peer, since the hub started
/// @param repeated sent once more because it was not known whether they had arrived
/// @param unheard confirmed, but nobody was there to receive them
/// @param dead gone to the dead letters
/// @param error the last thing that went wrong; empty if it works
/// @param since when it came into this state
public record OutletStatus(
        String name,
        String type,
        String target,
        State state,
        int partitions,
        long lag,
        long sent,
        long repeated,
        long unheard,
        long dead,
        String error,
        Instant since) {
    /// What it does.
    public enum State {
        RUNNING,
        /// Somebody wants it to rest; it stays in its group.
        PAUSED,
        /// The peer does not take what it has, or Kafka does not answer: it tries again.
        RETRYING,
        /// A bug in its type; it begins anew in a while.
        FAILED
    }
}
