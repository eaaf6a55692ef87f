package io.pinstream.hub.outlet.rabbitmq;

import io.pinstream.hub.outlet.Outcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The messages of one call until the broker has said what became of each. Filled by the outlet's thread,
/// answered by the connection's.
///
/// A message that no queue wants comes back before its confirmation, which it gets all the same.
final class Unconfirmed {
    private final long firstTag;
    private final Outcome[] outcomes;
    private final Map<String, String> returned = new HashMap<>();
    private final String[] ids;
    private final boolean[] known;
    private int left;
    private Optional<String> ended = Optional.empty();

    /// @param firstTag the delivery tag of the first message
    /// @param waiting what stands for a message until its answer is there
    Unconfirmed(long firstTag, List<String> ids, Outcome waiting) {
        this.firstTag = firstTag;
        this.ids = ids.toArray(String[]::new);
        this.outcomes = new Outcome[ids.size()];
        Arrays.fill(outcomes, waiting);
        this.left = ids.size();
        this.known = new boolean[ids.size()];
    }

    synchronized void returned(String id, String reason) {
        returned.put(id, reason);
    }

    /// @param multiple whether everything up to the tag is answered
    synchronized void answered(long tag, boolean multiple, Outcome outcome) {
        long last = tag - firstTag;
        if (last < 0 || last >= outcomes.length) {
            return; // of an earlier call, which was given up
        }
        for (int i = multiple ? 0 : (int) last; i <= last; i++) {
            if (!known[i]) {
                known[i] = true;
                var back = returned.remove(ids[i]);
                outcomes[i] = back == null ? outcome : new Outcome.Never(back);
                left--;
            }
        }
        notifyAll();
    }

    /// The connection is gone.
    synchronized void end(String why) {
        ended = Optional.of(why);
        notifyAll();
    }

    synchronized void wake() {
        notifyAll();
    }

    synchronized boolean isDone() {
        return left == 0;
    }

    synchronized Optional<String> ended() {
        return ended;
    }

    /// Waits for a change, but no longer than told.
    @SuppressWarnings("WaitNotInLoop") // who calls it does so in a loop
    synchronized void await(long millis) throws InterruptedException {
        if (left > 0 && ended.isEmpty()) {
            wait(millis);
        }
    }

    synchronized List<Outcome> outcomes() {
        return new ArrayList<>(Arrays.asList(outcomes));
    }
}
