package io.pinstream.hub.log;

import io.pinstream.hub.watch.HubWatch;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// Asks Kafka every few seconds whether it is there, so that an outage is noticed while no device sends. The loop
/// of the thread `kafka`.
public final class KafkaPulse implements Runnable, AutoCloseable {
    private static final Duration PERIOD = Duration.ofSeconds(5);
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final KafkaSettings settings;
    private final HubWatch watch;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String problem = "not asked yet";
    private @Nullable Admin admin; // the kafka thread's own

    public KafkaPulse(KafkaSettings settings, HubWatch watch) {
        this.settings = settings;
        this.watch = watch;
    }

    /// Why Kafka cannot be used; empty if it answers. Any thread.
    public String state() {
        return problem;
    }

    @Override
    public void run() {
        try {
            do {
                step();
            } while (!closed.await(PERIOD.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a question that hangs
        } finally {
            if (admin != null) {
                admin.close(Duration.ZERO);
            }
        }
    }

    private void step() throws InterruptedException {
        var now = ask();
        boolean wasLost = !problem.isEmpty();
        problem = now;
        if (!now.isEmpty()) {
            watch.kafkaLost(now);
        } else if (wasLost) {
            // Only then: commits may fail for reasons of their own while Kafka answers, and they say so themselves.
            watch.kafkaUp();
        }
    }

    private String ask() throws InterruptedException {
        try {
            var open = admin;
            if (open == null) {
                int millis = (int) LIMIT.toMillis();
                open = Admin.create(
                        settings.clientWith(Map.of("request.timeout.ms", millis, "default.api.timeout.ms", millis)));
                admin = open;
            }
            open.describeCluster().clusterId().get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            return "";
        } catch (KafkaException unusable) {
            return "no connection to %s: %s".formatted(settings.bootstrapServers(), KafkaReason.of(unusable));
        } catch (ExecutionException failed) {
            return "no answer from %s: %s"
                    .formatted(
                            settings.bootstrapServers(),
                            KafkaReason.of(Objects.requireNonNullElse(failed.getCause(), failed)));
        } catch (TimeoutException late) {
            return "no answer from %s within %d s".formatted(settings.bootstrapServers(), 2 * LIMIT.toSeconds());
        }
    }

    /// Asks the loop to end. Any thread.
    @Override
    public void close() {
        closed.countDown();
    }
}
