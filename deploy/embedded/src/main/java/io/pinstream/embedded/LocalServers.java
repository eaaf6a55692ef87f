package io.pinstream.embedded;

import io.pinstream.lifecycle.Closer;
import io.pinstream.lifecycle.EmbeddedServers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/// Broker and Kafka, started side by side. Found by `ServiceLoader`.
public final class LocalServers implements EmbeddedServers.Provider {
    @Override
    public EmbeddedServers open(Path data, int mqttPort, int kafkaPort) throws IOException, InterruptedException {
        var closer = new Closer();
        var starting =
                new FutureTask<>((Callable<EmbeddedKafka>) () -> EmbeddedKafka.start(data.resolve("kafka"), kafkaPort));
        Thread.ofPlatform().name("start-kafka").start(starting);
        try {
            var broker = closer.add(EmbeddedBroker.start(data.resolve("mqtt"), mqttPort, EmbeddedBroker.Keep.ON_DISK));
            var kafka = closer.add(starting.get());
            return new Running(broker, kafka, closer);
        } catch (ExecutionException failed) {
            var cause = failed.getCause() instanceof IOException failure ? failure : new IOException(failed.getCause());
            throw closer.closeAfter(cause);
        } catch (IOException failed) {
            closeWhenStarted(starting, closer);
            throw closer.closeAfter(failed);
        } catch (InterruptedException stop) {
            closeWhenStarted(starting, closer);
            throw closer.closeAfter(stop);
        }
    }

    /// The broker failed while Kafka was still starting: it must not stay behind.
    private static void closeWhenStarted(FutureTask<EmbeddedKafka> starting, Closer closer) {
        try {
            closer.add(starting.get());
        } catch (ExecutionException alsoFailed) {
            // then there is nothing to close
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private record Running(EmbeddedBroker broker, EmbeddedKafka kafka, Closer closer) implements EmbeddedServers {
        @Override
        public int mqttPort() {
            return broker.port();
        }

        @Override
        public String bootstrapServers() {
            return kafka.bootstrapServers();
        }

        @Override
        public void close() throws IOException {
            closer.close();
        }
    }
}
