package io.pinstream.hub.lane;

import io.pinstream.delivery.Mark;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.hub.log.DeadLetter;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.wire.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A log in memory that keeps the contract of [LaneLog]: what is not committed is never seen, and what is
/// committed stays for the next opening. A test says how the next transactions end.
final class ScriptedLaneLog {
    record Written(String id, Event event) {}

    final List<Written> events = new ArrayList<>();
    final List<DeadLetter> letters = new ArrayList<>();
    final List<String> letterKeys = new ArrayList<>();
    final Map<DeviceId, Mark> marks = new HashMap<>();
    final Map<DeviceId, String> devices = new HashMap<>();
    final Deque<LaneLog.Outcome> outcomes = new ArrayDeque<>();
    int commits;
    int openings;
    int closings;

    /// Whether a transaction of unknown outcome happened after all.
    boolean unknownHappened;

    LaneLog open() {
        openings++;
        return new Opening();
    }

    private final class Opening implements LaneLog {
        private final List<Runnable> staged = new ArrayList<>();
        private boolean over;

        @Override
        public Map<DeviceId, Mark> marks() {
            return Map.copyOf(marks);
        }

        @Override
        public void event(DeviceId device, StreamId stream, long sequence, int index, Event event) {
            stage(() -> events.add(new Written("%s/%s/%d/%d".formatted(device, stream, sequence, index), event)));
        }

        @Override
        public void dropped(DeviceId device, StreamId stream, long first, long last, Event event) {
            stage(() -> events.add(new Written("%s/%s/%d-%d/0".formatted(device, stream, first, last), event)));
        }

        @Override
        public void deadLetter(String key, DeadLetter letter) {
            stage(() -> {
                letters.add(letter);
                letterKeys.add(key);
            });
        }

        @Override
        public void mark(DeviceId device, Mark mark) {
            stage(() -> marks.put(device, mark));
        }

        @Override
        public void device(DeviceId device, byte[] json) {
            stage(() -> devices.put(device, new String(json, StandardCharsets.UTF_8)));
        }

        @Override
        public Outcome commit() {
            commits++;
            if (staged.isEmpty()) {
                throw new IllegalStateException("an empty transaction was committed");
            }
            var outcome = outcomes.isEmpty() ? Outcome.COMMITTED : outcomes.remove();
            if (outcome == Outcome.COMMITTED || outcome == Outcome.UNKNOWN && unknownHappened) {
                staged.forEach(Runnable::run);
            }
            over = outcome == Outcome.UNKNOWN || outcome == Outcome.FENCED;
            staged.clear();
            return outcome;
        }

        @Override
        public Outcome abort() {
            staged.clear();
            return Outcome.ABORTED;
        }

        @Override
        public void close() {
            closings++;
            over = true;
        }

        private void stage(Runnable write) {
            if (over) {
                throw new IllegalStateException("written after the end");
            }
            staged.add(write);
        }
    }
}
