package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import java.util.Optional;
import java.util.OptionalLong;

/// What agent and hub say to each other.
public sealed interface Message {
    DeviceId device();

    /// Agent to hub: what do you have of my stream?
    ///
    /// @param stream the agent's stream, none before its first
    /// @param nonce fresh for every question, so that an old answer is never taken for a new one
    record Hello(DeviceId device, Optional<StreamId> stream, long nonce) implements Message {}

    /// Hub to agent: the answer to a [Hello], sent only after a commit (hub rule 3).
    record Welcome(DeviceId device, long nonce, Committed committed) implements Message {}

    /// Hub to agent: what is committed, after a commit or in answer to a pack that was not accepted.
    record Ack(DeviceId device, Committed committed) implements Message {}

    /// Agent to hub: events in order, or, with `through`, the range that stands for dropped ones (a SKIP).
    ///
    /// @param supersedes only on the first pack of a stream: the stream that was the device's newest at the hub
    /// @param sequence its number in the stream, from 1
    /// @param through only on a SKIP: the last number of the dropped range, at least `sequence`
    record Pack(
            DeviceId device,
            StreamId stream,
            Optional<StreamId> supersedes,
            long sequence,
            OptionalLong through,
            Payload payload)
            implements Message {
        public Pack {
            if (sequence < 1 || through.isPresent() && through.getAsLong() < sequence) {
                throw new IllegalArgumentException("sequence must be at least 1 and at most through, but was %d and %s"
                        .formatted(sequence, through));
            }
        }

        /// The last number that this pack stands for.
        public long last() {
            return through.orElse(sequence);
        }
    }

    /// What the hub has of a device.
    ///
    /// @param stream the stream that `sequence` is about: the agent's own in answers to it
    /// @param sequence the last number committed of that stream, 0 if none
    /// @param current the device's newest stream, none if the hub has never seen the device
    record Committed(Optional<StreamId> stream, long sequence, Optional<StreamId> current) {}
}
