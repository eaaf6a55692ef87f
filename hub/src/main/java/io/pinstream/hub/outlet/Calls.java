package io.pinstream.hub.outlet;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;

/// Makes the calls of a sink: one on the thread that asks for it, several at once on threads of their own
/// (`outlet-<name>-call-…`), and returns when all of them have ended.
final class Calls {
    /// What became of a call: an outcome for each entry, or the loss of the connection, by which nothing is known of
    /// its entries.
    sealed interface Answer {}

    record Answered(List<Batch.Entry> entries, List<Outcome> outcomes) implements Answer {}

    record Lost(IOException reason) implements Answer {}

    private final String type;
    private final ThreadFactory threads;

    Calls(OutletConfig config) {
        this.type = config.type();
        this.threads =
                Thread.ofVirtual().name("outlet-" + config.name() + "-call-", 0).factory();
    }

    /// Interrupted, it interrupts the calls, and waits for their end all the same.
    List<Answer> make(Sink sink, List<List<Batch.Entry>> packs) throws InterruptedException {
        if (packs.size() == 1) {
            return List.of(call(sink, packs.getFirst()));
        }
        var calls = new ArrayList<Callable<Answer>>();
        packs.forEach(pack -> calls.add(() -> call(sink, pack)));
        var answers = new ArrayList<Answer>();
        try (var executor = Executors.newThreadPerTaskExecutor(threads)) {
            for (var ended : executor.invokeAll(calls)) {
                answers.add(answer(ended));
            }
        }
        return answers;
    }

    private static Answer answer(Future<Answer> ended) throws InterruptedException {
        try {
            return ended.get();
        } catch (ExecutionException failed) {
            throw SinkThread.thrown(failed);
        }
    }

    private Answer call(Sink sink, List<Batch.Entry> pack) throws InterruptedException {
        try {
            var outcomes = sink.send(pack.stream().map(Batch.Entry::event).toList());
            if (outcomes.size() != pack.size()) {
                throw new IllegalStateException("the sink gave %d outcomes for %d events; this is a bug in the type %s"
                        .formatted(outcomes.size(), pack.size(), type));
            }
            return new Answered(pack, outcomes);
        } catch (IOException lost) {
            return new Lost(lost);
        }
    }
}
