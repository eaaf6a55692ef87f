package io.pinstream.agent.service;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Loop;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Looks whether the loops of an agent go round. It is the loops' progress that feeds the watchdog of the service
/// manager, and not the clock: a loop that is stuck starves it. For one thread.
final class Watchdog {
    private final AgentWatch watch;
    private final Map<String, Long> seen = new HashMap<>();
    private final Map<String, Boolean> stuck = new HashMap<>();

    Watchdog(AgentWatch watch) {
        this.watch = watch;
    }

    /// Looks, and wakes every loop, so that one with nothing to do has gone round by the next look.
    ///
    /// @return whether each has gone round since the last look; at the first look nobody can say otherwise
    boolean allGoRound(Map<String, Loop> loops) {
        boolean all = true;
        for (var each : loops.entrySet()) {
            var name = each.getKey();
            long rounds = each.getValue().rounds();
            var before = seen.put(name, rounds);
            boolean still = before != null && before == rounds;
            boolean was = Objects.requireNonNullElse(stuck.put(name, still), false);
            if (still) {
                all = false;
                watch.loopStuck(name);
            } else if (was) {
                watch.loopFreed(name);
            }
            each.getValue().wake();
        }
        return all;
    }

    /// Forgets what it saw: the loops are others from now on.
    void begin() {
        seen.clear();
        stuck.clear();
    }
}
