package io.pinstream.hub.ingest;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.StreamId;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The connection that commands leave by and replies come by. The loop of the thread `commands`.
///
/// It is not the connection of the packs: a reply must not wait behind thousands of them, and a broker whose
/// access rules do not let the hub listen to replies must not keep the hub from events.
public final class CommandLink implements AutoCloseable {
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final BrokerConfig broker;
    private final TimeSource time;
    private final HubWatch watch;
    private final String name;
    private final MqttConnection.Session session;
    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), new Random());
    private final Semaphore woken = new Semaphore(0);

    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile @Nullable MqttConnection current;

    public CommandLink(BrokerConfig broker, TimeSource time, HubWatch watch) {
        this.broker = broker;
        this.time = time;
        this.watch = watch;
        this.name = broker.name() + " (commands)";
        this.session = new MqttConnection.Session("pinstream-hub-commands-" + StreamId.random(new Random()), 0, false);
    }

    /// Why nothing can be sent; empty if it can. Any thread.
    public String state() {
        var open = current;
        return open == null || open.lost().isPresent() ? "not connected to " + name : "";
    }

    /// Publishes with QoS 1, or says that there is no room or no connection. Any thread; returns at once.
    ///
    /// @param undelivered called if the broker passes it to nobody, and why
    public boolean publish(Envelope envelope, Consumer<String> undelivered) {
        var open = current;
        return open != null && open.publish(envelope, undelivered);
    }

    /// Keeps the connection until [#close].
    ///
    /// @param filter the topic filter of the replies
    /// @param received called by a thread of the library: it must not wait
    /// @param lost called when a connection has ended
    public void run(String filter, Consumer<Envelope> received, Runnable lost) {
        try {
            boolean ended = false;
            while (!ended) {
                var pause = serve(filter, received, lost);
                // Not by `woken`: a try that fails releases that, too, and would cut its own pause short.
                ended = closing.await(pause.toNanos(), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a connection attempt that hangs
        }
    }

    /// Connects, and stays until the connection ends.
    private Duration serve(String filter, Consumer<Envelope> received, Runnable lost) throws InterruptedException {
        long began = time.nanos();
        woken.drainPermits();
        try (var open = MqttConnection.open(
                broker, session, publish -> received.accept(MqttConnection.envelope(publish)), woken::release)) {
            open.subscribe(List.of(filter), MqttQos.AT_LEAST_ONCE);
            current = open;
            watch.brokerUp(name);
            while (open.lost().isEmpty() && closing.getCount() > 0) {
                woken.acquire();
            }
            open.lost().ifPresent(why -> watch.brokerLost(name, why));
        } catch (IOException down) {
            watch.brokerLost(name, String.valueOf(down.getMessage()));
        } finally {
            current = null;
            lost.run();
        }
        if (time.nanos() - began > SETTLED.toNanos()) {
            backoff.reset(); // not for a broker that lets us in only to throw us out
        }
        return backoff.next();
    }

    /// Asks the loop to end. Any thread.
    @Override
    public void close() {
        closing.countDown();
        woken.release();
    }
}
