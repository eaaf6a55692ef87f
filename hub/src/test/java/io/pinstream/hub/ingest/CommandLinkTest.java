package io.pinstream.hub.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommandLinkTest {
    private static final int LOSSES = 5;
    /// Between five tries there are four pauses, of half of 200, 400, 800 and 1,600 ms at least.
    private static final Duration LEAST = Duration.ofMillis(1500);

    @Test
    void pausesBetweenTriesWhileThereIsNoBroker() throws Exception {
        // Given a port at which nobody listens
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        var lost = new CountDownLatch(LOSSES);
        var broker = new BrokerConfig(
                URI.create("tcp://127.0.0.1:" + port),
                BrokerConfig.DEFAULT.login(),
                BrokerConfig.DEFAULT.tls(),
                BrokerConfig.DEFAULT.window(),
                BrokerConfig.DEFAULT.packetBytes());
        var link = new CommandLink(broker, TimeSource.system(), new HubWatch() {
            @Override
            public void brokerLost(String name, String reason) {
                lost.countDown();
            }
        });

        // When
        long began = TimeSource.system().nanos();
        var thread = Thread.ofPlatform().start(() -> link.run("pinstream/v1/reply/+/me", _ -> {}, () -> {}));
        assertThat(lost.await(60, TimeUnit.SECONDS)).isTrue();
        var took = Duration.ofNanos(TimeSource.system().nanos() - began);
        link.close();

        // Then: no machine is so fast
        assertThat(took).isGreaterThanOrEqualTo(LEAST);
        assertThat(thread.join(Duration.ofSeconds(30))).isTrue();
    }
}
