package io.pinstream.hub.outlet;

import java.time.Duration;

/// What became of one event that was to be sent.
public sealed interface Outcome {
    Outcome SENT = new Sent(true);
    Outcome UNHEARD = new Sent(false);

    /// The peer has confirmed it.
    ///
    /// @param heard false if the peer says that nobody was there to receive it
    record Sent(boolean heard) implements Outcome {}

    /// It may go another time.
    ///
    /// @param reason what the peer said, printable
    /// @param after what the peer asked to wait (`Retry-After`); zero to leave that to the outlet
    record Again(String reason, Duration after) implements Outcome {
        public Again(String reason) {
            this(reason, Duration.ZERO);
        }
    }

    /// It will never be taken: it goes to the dead letters, and the outlet goes on.
    ///
    /// @param reason what is wrong with this event, printable
    record Never(String reason) implements Outcome {}
}
