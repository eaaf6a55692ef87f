package io.pinstream.hub.log;

import io.pinstream.hub.log.EventReader.Stored;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;

/// Proves the events topic: per device, whether every number of every stream is there, once, in order.
///
/// What it needs to remember is one line a stream, so it can read a topic of any size. A stream begins at 1, each
/// pack follows its predecessor, each event of a pack the one before; a dropped range stands for its numbers.
public final class Audit {
    /// What was found of one device.
    ///
    /// @param gaps packs that are missing and were not named as dropped
    /// @param duplicates events that came before
    /// @param outOfOrder events of an older stream behind those of a newer one
    /// @param droppedRanges ranges that are named as dropped, with as many packs
    /// @param foreign events of a device that does not speak the protocol: at least once, not judged
    public record Device(
            String device,
            long streams,
            long packs,
            long events,
            long gaps,
            long duplicates,
            long outOfOrder,
            long droppedRanges,
            long droppedPacks,
            long foreign) {
        public boolean isClean() {
            return gaps == 0 && duplicates == 0 && outOfOrder == 0;
        }
    }

    /// Where a stream stands.
    private static final class Progress {
        long sequence;
        int index;
    }

    private static final class Findings {
        final Map<String, Progress> streams = new HashMap<>();
        String newest = "";
        long packs;
        long events;
        long gaps;
        long duplicates;
        long outOfOrder;
        long droppedRanges;
        long droppedPacks;
        long foreign;
    }

    private final Map<String, Findings> devices = new TreeMap<>();

    /// Reads the whole topic.
    ///
    /// @param progress hears how much has been read, from 0 to 1
    public static List<Device> run(KafkaSettings settings, DoubleConsumer progress) throws IOException {
        var audit = new Audit();
        EventReader.read(settings, audit::take, progress);
        return audit.devices();
    }

    /// Takes the next record of its device.
    void take(Stored stored) {
        var found = devices.computeIfAbsent(stored.device(), _ -> new Findings());
        if (!stored.delivery().isEmpty()) {
            found.foreign++;
            return;
        }
        int slash = stored.id().indexOf('/');
        int second = stored.id().indexOf('/', slash + 1);
        if (slash < 0 || second < 0) {
            throw new IllegalStateException("record %d of partition %d has no ce_id of ours: \"%s\""
                    .formatted(stored.offset(), stored.partition(), stored.id()));
        }
        var stream = stored.id().substring(0, slash);
        var numbers = stored.id().substring(slash + 1, second);
        int index = Integer.parseInt(stored.id().substring(second + 1));
        int dash = numbers.indexOf('-');
        if (dash < 0) {
            event(found, stream, Long.parseLong(numbers), index);
        } else {
            range(
                    found,
                    stream,
                    Long.parseLong(numbers.substring(0, dash)),
                    Long.parseLong(numbers.substring(dash + 1)));
        }
    }

    private void event(Findings found, String stream, long sequence, int index) {
        found.events++;
        var progress = progress(found, stream);
        if (sequence == progress.sequence && index > progress.index) {
            found.gaps += index - progress.index - 1;
            progress.index = index;
        } else if (sequence > progress.sequence) {
            found.packs++;
            found.gaps += sequence - progress.sequence - 1 + index;
            progress.sequence = sequence;
            progress.index = index;
        } else {
            found.duplicates++;
        }
    }

    private void range(Findings found, String stream, long first, long last) {
        var progress = progress(found, stream);
        if (first <= progress.sequence) {
            found.duplicates++;
            return;
        }
        found.gaps += first - progress.sequence - 1;
        found.droppedRanges++;
        found.droppedPacks += last - first + 1;
        progress.sequence = last;
        progress.index = 0;
    }

    private static Progress progress(Findings found, String stream) {
        var known = found.streams.get(stream);
        if (known != null) {
            if (!found.newest.equals(stream)) {
                found.outOfOrder++;
            }
            return known;
        }
        found.newest = stream;
        var begun = new Progress();
        begun.index = -1;
        found.streams.put(stream, begun);
        return begun;
    }

    /// What was found, by device.
    List<Device> devices() {
        return devices.entrySet().stream()
                .map(entry -> {
                    var found = entry.getValue();
                    return new Device(
                            entry.getKey(),
                            found.streams.size(),
                            found.packs,
                            found.events,
                            found.gaps,
                            found.duplicates,
                            found.outOfOrder,
                            found.droppedRanges,
                            found.droppedPacks,
                            found.foreign);
                })
                .toList();
    }
}
