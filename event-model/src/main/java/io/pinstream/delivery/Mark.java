package io.pinstream.delivery;

import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.StreamId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The hub's durable memory of a device: its newest stream and the last sequence committed of it, and the same
/// pair for the few streams before it.
///
/// @param entries newest stream first, 1 to [#KEPT]
public record Mark(List<Entry> entries) {
    /// How many streams a mark remembers. Every board that lives under one name begins a stream whenever it sees
    /// that another one did; with 4, three such boards made the mark forget a stream whose rows were still on
    /// their way, in 1 of 1,300 simulated worlds. With 8 it did not happen in 10,000.
    public static final int KEPT = 8;

    /// One stream, and the last sequence committed of it.
    public record Entry(StreamId stream, long sequence) {}

    public Mark {
        entries = List.copyOf(entries);
        if (entries.isEmpty() || entries.size() > KEPT) {
            throw new IllegalArgumentException(
                    "a mark holds 1 to %d streams, but has %d".formatted(KEPT, entries.size()));
        }
    }

    public static Mark first(StreamId stream, long sequence) {
        return new Mark(List.of(new Entry(stream, sequence)));
    }

    public Entry newest() {
        return entries.getFirst();
    }

    /// The last sequence committed of a stream; empty if the mark does not know it.
    public Optional<Long> sequenceOf(StreamId stream) {
        for (var entry : entries) {
            if (entry.stream().equals(stream)) {
                return Optional.of(entry.sequence());
            }
        }
        return Optional.empty();
    }

    Mark advancedTo(long sequence) {
        var all = new ArrayList<>(entries);
        all.set(0, new Entry(newest().stream(), sequence));
        return new Mark(all);
    }

    Mark begun(StreamId stream, long sequence) {
        var all = new ArrayList<Entry>(KEPT);
        all.add(new Entry(stream, sequence));
        all.addAll(entries.subList(0, Math.min(entries.size(), KEPT - 1)));
        return new Mark(all);
    }

    Committed answerAbout(Optional<StreamId> stream) {
        return new Committed(stream, stream.flatMap(this::sequenceOf).orElse(0L), Optional.of(newest().stream()));
    }
}
