package io.pinstream.hub.outlet;

import io.pinstream.hub.log.CloudEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/// The events of one poll until each of them is settled: confirmed, or in the dead letters. Decides what may be
/// sent next. Pure: no I/O, no clock. For one thread at a time.
///
/// An event that has to be tried again holds back the later ones of its own device, and nothing else; but
/// nothing of the next poll is sent before the whole batch is settled, so that an offset is never committed past
/// what is not settled.
final class Batch {
    /// One event on its way.
    static final class Entry {
        private final CloudEvent event;
        private int tries;
        private boolean settled;
        private long firstTry;

        Entry(CloudEvent event) {
            this.event = event;
        }

        CloudEvent event() {
            return event;
        }

        int tries() {
            return tries;
        }

        long firstTry() {
            return firstTry;
        }

        boolean isSettled() {
            return settled;
        }

        /// Confirmed, or in the dead letters; [Batch#sweep] takes it out.
        void settle() {
            settled = true;
        }

        void tried(long now) {
            if (tries++ == 0) {
                firstTry = now;
            }
        }
    }

    static final Batch EMPTY = new Batch(List.of(), Map.of());

    private final Map<Integer, Long> next;
    private final Set<String> held = new HashSet<>();
    private final List<Entry> left;

    /// @param next by partition, the offset behind everything of this poll, what the filter dropped included
    Batch(List<CloudEvent> events, Map<Integer, Long> next) {
        this.next = new HashMap<>(next);
        this.left = new ArrayList<>(events.size());
        events.forEach(event -> left.add(new Entry(event)));
    }

    boolean isSettled() {
        return left.isEmpty();
    }

    int left() {
        return left.size();
    }

    /// What may be sent now: what each call holds, in order, and no two calls hold events of the same device. Empty
    /// if every device that is left is held back.
    List<List<Entry>> packs(Sink.Limits limits, ToIntFunction<CloudEvent> size) {
        var packs = new ArrayList<List<Entry>>();
        var elsewhere = new HashSet<>(held);
        while (packs.size() < limits.calls()) {
            var pack = pack(limits, size, elsewhere);
            if (pack.isEmpty()) {
                break;
            }
            packs.add(pack);
            if (limits.calls() > 1) {
                pack.forEach(entry -> elsewhere.add(entry.event().device()));
            }
        }
        return packs;
    }

    private List<Entry> pack(Sink.Limits limits, ToIntFunction<CloudEvent> size, Set<String> elsewhere) {
        var packed = new ArrayList<Entry>();
        var devices = new HashSet<String>();
        long bytes = 0;
        for (var entry : left) {
            if (packed.size() == limits.events()) {
                break;
            }
            var device = entry.event().device();
            if (!elsewhere.isEmpty() && elsewhere.contains(device)
                    || limits.onePerDevice() && devices.contains(device)) {
                continue;
            }
            bytes += size.applyAsInt(entry.event());
            if (bytes > limits.bytes() && !packed.isEmpty()) {
                break;
            }
            packed.add(entry);
            if (limits.onePerDevice()) {
                devices.add(device);
            }
        }
        return packed;
    }

    /// Takes out what is settled.
    void sweep() {
        left.removeIf(Entry::isSettled);
    }

    /// Holds a device back until [#release].
    void hold(String device) {
        held.add(device);
    }

    void release() {
        held.clear();
    }

    boolean isHolding() {
        return !held.isEmpty();
    }

    /// By partition, the offset that may be committed: the first one that is not settled, or what is behind all of
    /// them.
    Map<Integer, Long> confirmed() {
        var confirmed = new HashMap<>(next);
        for (var entry : left) {
            confirmed.merge(entry.event().partition(), entry.event().offset(), Math::min);
        }
        return confirmed;
    }

    /// Forgets partitions that are somebody else's now.
    void drop(Set<Integer> partitions) {
        next.keySet().removeAll(partitions);
        left.removeIf(entry -> partitions.contains(entry.event().partition()));
    }
}
