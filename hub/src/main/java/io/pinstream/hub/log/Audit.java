package io.pinstream.hub.log;

import io.pinstream.hub.log.EventReader.Stored;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import org.jspecify.annotations.Nullable;

/// Proves the events topic: per device, whether every number of every stream is there, once, in order.
///
/// A stream begins at 1, each pack follows its predecessor, each event of a pack the one before. A dropped range
/// stands for its numbers; a pack that could not be read stands for its own in the dead letters. Where the
/// retention has deleted the oldest records, what is left of a device may begin anywhere.
///
/// What it needs to remember is one line a stream, so it can read a topic of any size.
public final class Audit {
    /// What was found of one device.
    ///
    /// @param gaps packs, and events of packs, that are missing without a word
    /// @param duplicates events that came before
    /// @param outOfOrder events of an older stream behind those of a newer one
    /// @param strange records that are none of ours, under this key
    /// @param droppedRanges ranges that are named as dropped, with `droppedPacks`
    /// @param deadLetters packs that are missing because they could not be read: they are in the dead letters
    /// @param foreign events of a device that does not speak the protocol: at least once, not judged
    public record Device(
            String device,
            long streams,
            long packs,
            long events,
            long gaps,
            long duplicates,
            long outOfOrder,
            long strange,
            long droppedRanges,
            long droppedPacks,
            long deadLetters,
            long foreign) {
        public boolean isClean() {
            return gaps == 0 && duplicates == 0 && outOfOrder == 0 && strange == 0;
        }

        /// The sums of several devices, under a name.
        public static Device sum(String name, List<Device> devices) {
            var sums = new long[11];
            for (var one : devices) {
                long[] counts = {
                    one.streams,
                    one.packs,
                    one.events,
                    one.gaps,
                    one.duplicates,
                    one.outOfOrder,
                    one.strange,
                    one.droppedRanges,
                    one.droppedPacks,
                    one.deadLetters,
                    one.foreign
                };
                for (int i = 0; i < sums.length; i++) {
                    sums[i] += counts[i];
                }
            }
            return new Device(
                    name, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6], sums[7], sums[8], sums[9],
                    sums[10]);
        }
    }

    /// Where a stream stands: the last event of it.
    private static final class Progress {
        long sequence;
        int index = -1;
    }

    /// Packs that are missing so far.
    private record Missing(String stream, long first, long last) {}

    private static final class Findings {
        final Map<String, Progress> streams = new HashMap<>();
        final List<Missing> missing = new ArrayList<>();
        String newest = "";
        long packs;
        long events;
        long missingEvents;
        long duplicates;
        long outOfOrder;
        long strange;
        long droppedRanges;
        long droppedPacks;
        long deadLetters;
        long foreign;
    }

    /// What an id of ours says: `<stream>/<sequence>/<index>`, or `<stream>/<first>-<last>/0`.
    private record Place(String stream, long first, long last, int index, boolean range) {
        static @Nullable Place parse(String id) {
            int slash = id.indexOf('/');
            int second = id.indexOf('/', slash + 1);
            if (slash < 1 || second < 0) {
                return null;
            }
            int dash = id.indexOf('-', slash);
            boolean range = dash > 0 && dash < second;
            try {
                long first = Long.parseLong(id, slash + 1, range ? dash : second, 10);
                long last = range ? Long.parseLong(id, dash + 1, second, 10) : first;
                int index = Integer.parseInt(id, second + 1, id.length(), 10);
                return first < 1 || last < first || index < 0
                        ? null
                        : new Place(id.substring(0, slash), first, last, index, range);
            } catch (NumberFormatException other) {
                return null;
            }
        }
    }

    private final Map<String, Findings> devices = new TreeMap<>();

    /// Reads the whole topic, and the dead letters where something is missing.
    ///
    /// @param progress hears how much has been read, from 0 to 1
    /// @throws IOException if Kafka does not answer, or the topic is not there
    public static List<Device> run(KafkaSettings settings, DoubleConsumer progress)
            throws IOException, InterruptedException {
        var audit = new Audit();
        EventReader.read(settings, audit::take, progress);
        // A commit shows in one topic a moment before it shows in another: ask again before something is called lost.
        for (int tries = 0; tries < 3 && audit.misses(); tries++) {
            Thread.sleep(tries * 500L);
            EventReader.records(
                    settings,
                    settings.deadLetters(),
                    (letter, _) -> DeadLetter.Numbers.parse(EventReader.header(letter, DeadLetter.PACK))
                            .ifPresent(numbers -> audit.explain(EventReader.key(letter), numbers)),
                    _ -> {});
        }
        return audit.devices();
    }

    /// Takes the next record of its device.
    void take(Stored stored) {
        var found = devices.computeIfAbsent(stored.device(), _ -> new Findings());
        if (!stored.delivery().isEmpty()) {
            found.foreign++;
            return;
        }
        var place = Place.parse(stored.id());
        if (place == null) {
            found.strange++;
            return;
        }
        var progress = found.streams.get(place.stream);
        if (progress == null) {
            progress = new Progress();
            if (found.streams.isEmpty() && stored.shortened()) {
                startAt(place, progress, found); // what came before may be deleted
            }
            found.newest = place.stream;
            found.streams.put(place.stream, progress);
        } else if (!found.newest.equals(place.stream)) {
            found.outOfOrder++;
        }
        if (place.range) {
            range(found, progress, place);
        } else {
            event(found, progress, place);
        }
    }

    private static void startAt(Place place, Progress progress, Findings found) {
        if (place.range) {
            progress.sequence = place.first - 1;
        } else {
            progress.sequence = place.first;
            progress.index = place.index - 1;
            found.packs++;
        }
    }

    private static void event(Findings found, Progress progress, Place place) {
        found.events++;
        if (place.first == progress.sequence && place.index > progress.index) {
            found.missingEvents += place.index - progress.index - 1;
            progress.index = place.index;
        } else if (place.first > progress.sequence) {
            found.packs++;
            missing(found, progress, place);
            found.missingEvents += place.index;
            progress.sequence = place.first;
            progress.index = place.index;
        } else {
            found.duplicates++;
        }
    }

    private static void range(Findings found, Progress progress, Place place) {
        if (place.first <= progress.sequence) {
            found.duplicates++;
            return;
        }
        missing(found, progress, place);
        found.droppedRanges++;
        found.droppedPacks += place.last - place.first + 1;
        progress.sequence = place.last;
        progress.index = place.index;
    }

    private static void missing(Findings found, Progress progress, Place place) {
        if (place.first > progress.sequence + 1) {
            found.missing.add(new Missing(place.stream, progress.sequence + 1, place.first - 1));
        }
    }

    /// Whether packs are missing that the dead letters may explain.
    boolean misses() {
        return devices.values().stream().anyMatch(found -> !found.missing.isEmpty());
    }

    /// Takes a pack that is a dead letter: its numbers are not missing.
    void explain(String device, DeadLetter.Numbers letter) {
        var found = devices.get(device);
        if (found == null) {
            return;
        }
        var stream = letter.stream().toString();
        var left = new ArrayList<Missing>(found.missing.size() + 1);
        for (var gap : found.missing) {
            long from = Math.max(gap.first, letter.first());
            long to = Math.min(gap.last, letter.last());
            if (!gap.stream.equals(stream) || from > to) {
                left.add(gap);
                continue;
            }
            found.deadLetters += to - from + 1;
            if (gap.first < from) {
                left.add(new Missing(stream, gap.first, from - 1));
            }
            if (to < gap.last) {
                left.add(new Missing(stream, to + 1, gap.last));
            }
        }
        found.missing.clear();
        found.missing.addAll(left);
    }

    /// What was found, by device.
    List<Device> devices() {
        return devices.entrySet().stream()
                .map(entry -> device(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static Device device(String name, Findings found) {
        long missing = found.missing.stream()
                .mapToLong(gap -> gap.last - gap.first + 1)
                .sum();
        return new Device(
                name,
                found.streams.size(),
                found.packs,
                found.events,
                missing + found.missingEvents,
                found.duplicates,
                found.outOfOrder,
                found.strange,
                found.droppedRanges,
                found.droppedPacks,
                found.deadLetters,
                found.foreign);
    }
}
