package io.pinstream.delivery;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.StreamId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decides for every pack of one lane whether it is new: the hub's half of the delivery protocol.
///
/// ```
///            offer → Accept                    committed()
///  [empty] ───────────────────▶ [staged] ───────────────────▶ [empty] + one ack a device, then the welcomes
///     ▲      hello                  │  aborted()
///     └─────────────────────────────┘  (agents resend)
/// ```
///
/// What is staged counts before what is committed, so that one transaction can hold many packs of a device. A
/// commit whose outcome is unknown has no arrow here: the lane is closed and a new ledger is made from the marks
/// that the log really holds (hub rule 2).
///
/// Pure: no I/O, no clock, no threads. Public because the simulation and the hub's lane drive it; used by one
/// thread.
public final class LaneLedger {
    /// What to do with a pack.
    public sealed interface Verdict {
        /// It is the next one: write it in the open transaction.
        ///
        /// @param first the first sequence that it stands for: its own, or for a SKIP the first that was
        ///     not committed
        /// @param last the last one
        record Accept(long first, long last) implements Verdict {}

        /// It is old, early or of a stream that the lane does not follow: drop it, and send the answer at once.
        ///
        /// @param repeated it had been accepted before
        record Drop(Ack answer, boolean repeated) implements Verdict {}
    }

    private final Map<DeviceId, Mark> committed;
    private final Map<DeviceId, Mark> staged = new LinkedHashMap<>();
    private final List<Hello> hellos = new ArrayList<>();

    /// @param committed the marks that the log holds for this lane, read after the older owners were fenced (rule
    ///     5)
    public LaneLedger(Map<DeviceId, Mark> committed) {
        this.committed = new HashMap<>(committed);
    }

    /// Hub rule 1.
    public Verdict offer(Pack pack) {
        var device = pack.device();
        var mark = staged.containsKey(device) ? staged.get(device) : committed.get(device);
        if (mark != null && pack.stream().equals(mark.newest().stream())) {
            long next = mark.newest().sequence() + 1;
            if (pack.sequence() <= next && next <= pack.last()) {
                staged.put(device, mark.advancedTo(pack.last()));
                return new Verdict.Accept(next, pack.last());
            }
        } else if (begins(pack, mark)) {
            staged.put(
                    device,
                    mark == null ? Mark.first(pack.stream(), pack.last()) : mark.begun(pack.stream(), pack.last()));
            return new Verdict.Accept(1, pack.last());
        }
        return new Verdict.Drop(
                new Ack(device, committedOf(device, Optional.of(pack.stream()))), isRepeated(pack, mark));
    }

    /// Hub rule 3: the answer waits for the next commit, so that an owner that was fenced can never give one.
    public void hello(Hello hello) {
        hellos.add(hello);
    }

    /// Whether there is nothing to commit.
    public boolean isEmpty() {
        return staged.isEmpty() && hellos.isEmpty();
    }

    /// The marks to write in the open transaction.
    public Map<DeviceId, Mark> staged() {
        return Map.copyOf(staged);
    }

    /// The hellos that wait for the commit.
    public List<Hello> hellos() {
        return List.copyOf(hellos);
    }

    /// The transaction committed: what was staged is now the truth.
    ///
    /// @return what to tell the agents: one ack a device, and the welcomes
    public List<Message> committed() {
        var answers = new ArrayList<Message>(staged.size() + hellos.size());
        committed.putAll(staged);
        staged.forEach(
                (device, mark) -> answers.add(new Ack(device, mark.answerAbout(Optional.of(mark.newest().stream())))));
        for (var hello : hellos) {
            answers.add(new Welcome(hello.device(), hello.nonce(), committedOf(hello.device(), hello.stream())));
        }
        forget();
        return answers;
    }

    /// The transaction aborted for certain: what was staged never happened.
    public void aborted() {
        forget();
    }

    private void forget() {
        staged.clear();
        hellos.clear();
    }

    private static boolean begins(Pack pack, @Nullable Mark mark) {
        if (pack.sequence() != 1) {
            return false;
        }
        return mark == null
                ? pack.supersedes().isEmpty()
                : mark.sequenceOf(pack.stream()).isEmpty()
                        && pack.supersedes().equals(Optional.of(mark.newest().stream()));
    }

    private static boolean isRepeated(Pack pack, @Nullable Mark mark) {
        return mark != null
                && mark.sequenceOf(pack.stream())
                        .filter(last -> pack.last() <= last)
                        .isPresent();
    }

    private Committed committedOf(DeviceId device, Optional<StreamId> stream) {
        var mark = committed.get(device);
        return mark == null ? new Committed(stream, 0, Optional.empty()) : mark.answerAbout(stream);
    }
}
