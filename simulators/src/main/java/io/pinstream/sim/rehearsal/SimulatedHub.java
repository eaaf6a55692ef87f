package io.pinstream.sim.rehearsal;

import io.pinstream.delivery.LaneLedger;
import io.pinstream.delivery.LaneLedger.Verdict;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A hub with nothing behind it: the real ledger, which commits at once what it accepts. For one thread.
final class SimulatedHub {
    private final MessageCodec codec;
    private final LaneLedger ledger = new LaneLedger(Map.of());
    private long accepted;

    SimulatedHub(Topics topics) {
        this.codec = new MessageCodec(topics);
    }

    /// Takes what has arrived, and says what to answer.
    List<Envelope> answers(Envelope envelope) {
        if (!(codec.decode(envelope) instanceof MessageCodec.Decoded.Good(var message))) {
            return List.of(); // a state
        }
        var answers = new ArrayList<Envelope>();
        switch (message) {
            case Hello hello -> ledger.hello(hello);
            case Pack pack -> {
                switch (ledger.offer(pack)) {
                    case Verdict.Accept(long first, long last) -> accepted += last - first + 1;
                    case Verdict.Drop drop -> answers.add(codec.encode(drop.answer()));
                }
            }
            default ->
                throw new IllegalStateException("a hub is not told %s; this is a bug in the agent".formatted(message));
        }
        ledger.committed().forEach(answer -> answers.add(codec.encode(answer)));
        return answers;
    }

    /// How many packs it has committed.
    long accepted() {
        return accepted;
    }
}
