package io.pinstream.hub;

import io.pinstream.hub.ingest.ForeignRecord;
import io.pinstream.hub.ingest.ForeignSink;
import io.pinstream.hub.log.DeadLetter;
import io.pinstream.hub.log.ForeignLog;
import io.pinstream.hub.log.LaneLog.Outcome;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// Brings batches of foreign records to Kafka, one transaction each; opens the log anew after any failure. Used by
/// the thread `foreign`, and closed by it.
final class ForeignTransactions implements ForeignSink, AutoCloseable {
    /// Opens the log.
    @FunctionalInterface
    interface Opener {
        ForeignLog open() throws IOException;
    }

    /// Kafka takes records of up to 1 MiB unless told otherwise; the rest is for key and headers.
    private static final int LONGEST_LETTER = 1_000_000;

    private final Opener opener;
    private final HubWatch watch;
    /// Ids are unique over restarts: this run's own name and a number.
    private final String run = StreamId.random(new Random()).toString();
    private long number;
    private @Nullable ForeignLog log;

    ForeignTransactions(Opener opener, HubWatch watch) {
        this.opener = opener;
        this.watch = watch;
    }

    @Override
    public boolean commit(List<ForeignRecord> batch) {
        try {
            var open = log;
            if (open == null) {
                open = opener.open();
                log = open;
            }
            for (var record : batch) {
                switch (record) {
                    case ForeignRecord.Measured(var device, var event) ->
                        open.event(device, "foreign-%s/%d".formatted(run, ++number), event);
                    case ForeignRecord.Refused refused -> open.deadLetter(refused.topic(), letter(refused));
                }
            }
            var outcome = open.commit();
            if (outcome == Outcome.COMMITTED) {
                return true;
            }
            failed("foreign devices: transaction " + outcome.name().toLowerCase(java.util.Locale.ROOT));
        } catch (IOException away) {
            failed(String.valueOf(away.getMessage()));
        }
        return false;
    }

    private static DeadLetter letter(ForeignRecord.Refused refused) {
        var bytes = refused.payload();
        var reason = refused.reason();
        if (bytes.length > LONGEST_LETTER) {
            reason = "%s (kept the first %d of %d bytes)".formatted(reason, LONGEST_LETTER, bytes.length);
            bytes = Arrays.copyOf(bytes, LONGEST_LETTER);
        }
        return new DeadLetter(reason, refused.topic(), refused.arrived(), Optional.empty(), bytes);
    }

    private void failed(String reason) {
        watch.kafkaLost(reason);
        close();
    }

    @Override
    public void close() {
        var open = log;
        log = null;
        if (open != null) {
            open.close();
        }
    }
}
