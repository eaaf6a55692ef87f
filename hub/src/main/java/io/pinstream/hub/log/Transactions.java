package io.pinstream.hub.log;

import io.pinstream.hub.log.LaneLog.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// A transactional producer, and what became of each transaction. Used by one thread.
///
/// Only the commit itself can end in doubt. Whatever fails before it was asked for is certain: the transaction
/// will not commit, because nobody else may commit it, and the next owner's `initTransactions` aborts it.
final class Transactions implements AutoCloseable {
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicReference<@Nullable Exception> sendFailure = new AtomicReference<>();
    private boolean open;
    private boolean broken;

    private Transactions(KafkaProducer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    /// Fences every older producer of this transactional id.
    static Transactions open(KafkaSettings settings, String transactionalId) throws IOException {
        var producing = settings.clientWith(Map.ofEntries(
                Map.entry("transactional.id", transactionalId),
                Map.entry("acks", "all"),
                // A hub that hangs longer than this loses its open transaction; its lane is opened anew.
                Map.entry("transaction.timeout.ms", 60_000),
                Map.entry("delivery.timeout.ms", 30_000),
                Map.entry("request.timeout.ms", 10_000),
                Map.entry("max.block.ms", 20_000),
                // A commit flushes at once: lingering only keeps the sender from sending the batch in crumbs.
                Map.entry("linger.ms", 20),
                // Events of a batch resemble each other: a fifth of the bytes, and less work for Kafka.
                Map.entry("compression.type", "lz4"),
                Map.entry("max.request.size", KafkaSettings.LARGEST_RECORD),
                Map.entry("batch.size", 131_072)));
        try {
            // A server's name that nobody knows today is no bug of ours: it may be known tomorrow.
            return begun(new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer()));
        } catch (KafkaException failed) {
            throw new IOException(
                    "Kafka does not hand out %s: %s".formatted(transactionalId, KafkaReason.of(failed)), failed);
        }
    }

    private static Transactions begun(KafkaProducer<byte[], byte[]> producer) {
        var transactions = new Transactions(producer);
        try {
            producer.initTransactions();
            return transactions;
        } catch (KafkaException failed) {
            transactions.close();
            throw failed;
        }
    }

    /// Adds a record to the open transaction. What goes wrong shows at the commit.
    void send(ProducerRecord<byte[], byte[]> record) {
        if (sendFailure.get() != null) {
            return; // the transaction is lost already
        }
        try {
            if (!open) {
                producer.beginTransaction();
                open = true;
            }
            var _ = producer.send(record, (_, failure) -> { // the callback hears what the future would say
                if (failure != null) {
                    sendFailure.compareAndSet(null, failure);
                }
            });
        } catch (KafkaException failed) {
            sendFailure.compareAndSet(null, failed);
        }
    }

    Outcome commit() {
        if (!open && sendFailure.get() == null) {
            return Outcome.COMMITTED; // nothing was in it
        }
        if (sendFailure.get() == null) {
            try {
                producer.commitTransaction();
                open = false;
                return Outcome.COMMITTED;
            } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
                broken = true;
                return Outcome.FENCED;
            } catch (KafkaException failed) {
                if (sendFailure.get() == null) {
                    // A time-out, a lost connection, anything: the coordinator may have taken the request.
                    broken = true;
                    return Outcome.UNKNOWN;
                }
                // A record had failed, so the client refused to ask for the commit at all (KIP-360).
            }
        }
        return abort();
    }

    /// Gives the open transaction up. If even that fails, nothing was committed, but the producer is of no more
    /// use.
    Outcome abort() {
        var cause = sendFailure.getAndSet(null);
        try {
            if (open) {
                open = false;
                producer.abortTransaction();
                sendFailure.set(null); // every record that it threw away has just said so
            }
            return Outcome.ABORTED;
        } catch (ProducerFencedException | InvalidProducerEpochException fenced) {
            broken = true;
            return Outcome.FENCED;
        } catch (KafkaException failed) {
            broken = true;
            boolean fenced = cause instanceof ProducerFencedException || cause instanceof InvalidProducerEpochException;
            return fenced ? Outcome.FENCED : Outcome.UNKNOWN;
        }
    }

    /// Bounded in time. Who is interrupted does not wait for an abort: the next owner's `initTransactions` aborts.
    @Override
    public void close() {
        boolean interrupted = Thread.interrupted(); // or the producer would not even join its own thread
        try {
            if (open && !broken && !interrupted) {
                abort();
            }
            producer.close(CLOSE_LIMIT);
        } catch (KafkaException failed) {
            // It is gone either way, and whatever was open is aborted by the next owner.
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
