package io.pinstream.delivery;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.StreamId;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// Decides what the agent sends next and what an answer means: the agent's half of the delivery protocol.
///
/// ```
///                 greet()                 Welcome with my nonce
///  (start, doubt) ───────▶ [greeting] ──────────────────────────▶ [sending] ── Ack: rows up to it are forgotten
///                          │ send Hello ▲                            │
///                          └────────────┘                            │ greet(), or an unexpected `current`
///                            again, until it is answered ◀───────────┘
/// ```
///
/// Rows are numbered from 1 for the life of an outbox; a stream begins behind row `base`, so `sequence = row −
/// base`. What must outlive a crash is [Memory]: whoever drives the courier stores it when [Effect#NEW_STREAM]
/// says so, **before** the next send. Only rows that are durable may be offered to [#next]: a row that is sent,
/// then lost with the power, would have its number used again for another event, and the hub would take that for
/// a repetition.
///
/// Pure: no I/O, no clock, no threads. Public because the simulation and the agent's publisher drive it; used by
/// one thread.
public final class Courier {
    /// What is durable.
    ///
    /// @param stream none before the first answer of a hub
    /// @param supersedes the stream that was the device's newest at the hub when `stream` began
    /// @param base rows up to here belong to earlier streams
    /// @param acked every row up to here is committed in Kafka and may be deleted
    public record Memory(Optional<StreamId> stream, Optional<StreamId> supersedes, long base, long acked) {
        /// Of an outbox that has never been used.
        public static final Memory NONE = new Memory(Optional.empty(), Optional.empty(), 0, 0);

        public Memory {
            if (base < 0 || acked < base) {
                throw new IllegalArgumentException(
                        "0 <= base <= acked must hold, but base is %d and acked is %d".formatted(base, acked));
            }
        }

        /// Rule 6: this outbox was copied from another board's, so its stream is not ours to go on with.
        public Memory withoutStream() {
            return new Memory(Optional.empty(), Optional.empty(), acked, acked);
        }
    }

    /// What to send now.
    public sealed interface Step {
        /// A question to the hub; repeat it until it is answered.
        record Greet(Hello hello) implements Step {}

        /// The row `row`, as the pack of this number.
        record Send(long row, StreamId stream, Optional<StreamId> supersedes, long sequence) implements Step {}

        /// Nothing: the window is full, or every row has been sent.
        record Wait() implements Step {}
    }

    /// What an answer led to, as far as anybody must act on it.
    public enum Effect {
        /// Nothing new.
        NONE,
        /// `memory().acked()` went forward: those rows may be deleted.
        ADVANCED,
        /// A new stream began: store [#memory] durably before the next [#next].
        NEW_STREAM,
        /// The same, and the hub has forgotten what it had committed: report it loudly.
        NEW_STREAM_HUB_WENT_BACK
    }

    private static final Step WAIT = new Step.Wait();

    private final DeviceId device;
    private final int window;
    private final RandomGenerator random;

    private Memory memory;
    private long sent;
    private long nonce;
    private boolean greeted;
    private long ackedAtHello;

    /// @param window how many rows may be sent and not yet acknowledged, at least 1
    public Courier(DeviceId device, Memory memory, int window, RandomGenerator random) {
        if (window < 1) {
            throw new IllegalArgumentException("window must be at least 1 pack, but was " + window);
        }
        this.device = device;
        this.window = window;
        this.random = random;
        this.memory = memory;
        this.sent = memory.acked();
        greet();
    }

    public Memory memory() {
        return memory;
    }

    /// Whether the hub has answered since the last [#greet].
    public boolean isGreeted() {
        return greeted;
    }

    /// The last row that was sent in this stream, or acknowledged.
    public long sent() {
        return sent;
    }

    /// Rule 1: after a start, a reconnect, or in doubt, ask before sending.
    public void greet() {
        nonce = random.nextLong();
        greeted = false;
        ackedAtHello = memory.acked();
    }

    /// Rule 2: no progress for a while, so send again from the first unacknowledged row (go-back-N).
    public void resend() {
        sent = memory.acked();
    }

    /// Rules 1 and 2: what to send now. After a [Step.Send] say [#sent(long)].
    ///
    /// @param last the last durable row
    public Step next(long last) {
        if (!greeted) {
            return new Step.Greet(new Hello(device, memory.stream(), nonce));
        }
        if (sent >= last || sent - memory.acked() >= window) {
            return WAIT;
        }
        long row = sent + 1;
        long sequence = row - memory.base();
        // The hub looks at `supersedes` only where a stream begins.
        var supersedes = sequence == 1 ? memory.supersedes() : Optional.<StreamId>empty();
        return new Step.Send(row, memory.stream().orElseThrow(), supersedes, sequence);
    }

    /// The row of the last [Step.Send] is on its way.
    ///
    /// @param through the last row that it stood for: the row itself, or the end of the dropped range that
    ///     began there
    public void sent(long through) {
        sent = Math.max(sent, through);
    }

    /// The sequence that a row has in the current stream.
    public long sequenceOf(long row) {
        return row - memory.base();
    }

    /// Takes an answer of the hub. Anything but a [Welcome] or an [Ack] for this device is ignored.
    public Effect receive(Message message) {
        return switch (message) {
            case Welcome welcome -> answer(welcome.committed(), welcome.nonce() == nonce && !greeted);
            case Ack ack -> answer(ack.committed(), false);
            case Hello _, Pack _ -> Effect.NONE;
        };
    }

    private Effect answer(Committed committed, boolean fresh) {
        var effect = Effect.NONE;
        if (memory.stream().isPresent() && committed.stream().equals(memory.stream())) {
            long row = memory.base() + committed.sequence();
            if (row > memory.acked()) { // rule 3
                memory = new Memory(memory.stream(), memory.supersedes(), memory.base(), row);
                sent = Math.max(sent, row);
                effect = Effect.ADVANCED;
            } else if (fresh && row < ackedAtHello) {
                // rule 4, (!): less than what had been deleted when the hello was sent. Not "than now": an ack can
                // overtake the reply, and the false alarm would commit the rows in flight twice.
                greeted = true;
                begin(committed.current());
                return Effect.NEW_STREAM_HUB_WENT_BACK;
            }
        }
        if (fresh) { // rule 4: only a reply to my fresh nonce may start a stream
            greeted = true;
            if (memory.stream().isEmpty() || isUnexpected(committed, ackedAtHello)) {
                begin(committed.current());
                return Effect.NEW_STREAM;
            }
            sent = memory.acked();
        } else if (greeted && isUnexpected(committed, memory.acked())) { // rule 5
            greet();
        }
        return effect;
    }

    /// Whether the hub's newest stream of this device is neither mine nor the one that mine is about to supersede.
    private boolean isUnexpected(Committed committed, long acked) {
        if (committed.current().isPresent() && committed.current().equals(memory.stream())) {
            return false;
        }
        return !(committed.current().equals(memory.supersedes()) && acked == memory.base());
    }

    private void begin(Optional<StreamId> supersedes) {
        long acked = memory.acked();
        memory = new Memory(Optional.of(StreamId.random(random)), supersedes, acked, acked);
        sent = acked;
    }
}
