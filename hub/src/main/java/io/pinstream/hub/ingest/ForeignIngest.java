package io.pinstream.hub.ingest;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttTopic;
import com.hivemq.client.mqtt.datatypes.MqttTopicFilter;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Devices that do not speak Pinstream's protocol (Tasmota, Zigbee2MQTT, own firmware): reads their plain MQTT
/// messages and maps them to events. The loop of the thread `foreign`.
///
/// A message is acknowledged to the broker only after Kafka has committed it, in order, so a message of QoS 1
/// gets there at least once, and its event says so. The subscription is shared (MQTT 5 section 4.8.2): several
/// hubs of one group divide the messages. What cannot be used goes to the dead letters and is acknowledged.
///
/// The broker never has more than its window of unacknowledged messages on the way, and the queue holds as many;
/// if QoS 0 messages, which no window bounds, fill it, they are lost and counted.
public final class ForeignIngest implements Runnable, AutoCloseable {
    /// What is read.
    ///
    /// @param group hubs of one group divide the messages among them
    /// @param clientId the name under which the broker keeps what is not acknowledged; another one for each hub
    /// @param kept how long the broker keeps it while the hub is away
    /// @param mappings a message is mapped by each one whose topic fits
    public record Config(String group, String clientId, Duration kept, List<ForeignMapping> mappings) {
        public static final Config DEFAULT =
                new Config("pinstream", "pinstream-foreign", Duration.ofDays(1), List.of());

        public Config {
            mappings = List.copyOf(mappings);
            if (group.isEmpty() || group.length() > 64 || group.matches(".*[/+#\\s].*")) {
                throw new IllegalArgumentException(
                        "group must have 1 to 64 characters without / + # and spaces, but was \"%s\"".formatted(group));
            }
            if (clientId.isEmpty() || clientId.length() > 128) {
                throw new IllegalArgumentException(
                        "clientId must have 1 to 128 characters, but has " + clientId.length());
            }
            if (kept.isNegative() || kept.compareTo(Duration.ofDays(365)) > 0) {
                throw new IllegalArgumentException("kept must be 0 to 365 days, but was " + kept);
            }
        }
    }

    private record Route(MqttTopicFilter filter, ForeignMapping mapping) {}

    private static final int BATCH = 500;
    private static final Duration IDLE = Duration.ofMillis(500);

    private final BrokerConfig broker;
    private final Config config;
    private final ForeignSink sink;
    private final TimeSource time;
    private final HubWatch watch;
    private final String name;
    private final List<Route> routes;
    private final Backoff linkBackoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), new Random());
    private final Backoff sinkBackoff = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(10), new Random());
    private final List<Mqtt5Publish> batch = new ArrayList<>();
    private final List<ForeignRecord> records = new ArrayList<>();
    private final Object bell = new Object();
    private volatile boolean stopped;
    private volatile boolean up;
    // The foreign thread's own. A queue belongs to its connection: what a lost one held comes again.
    private @Nullable MqttConnection connection;
    private BlockingQueue<Mqtt5Publish> queue = new ArrayBlockingQueue<>(1);

    public ForeignIngest(BrokerConfig broker, Config config, ForeignSink sink, TimeSource time, HubWatch watch) {
        this.broker = broker;
        this.config = config;
        this.sink = sink;
        this.time = time;
        this.watch = watch;
        this.name = broker.name() + " (foreign devices)";
        this.routes = config.mappings().stream()
                .map(mapping -> new Route(MqttTopicFilter.of(mapping.topic()), mapping))
                .toList();
    }

    /// Why it does not listen; empty if it does.
    public String state() {
        return up ? "" : "not connected to " + name;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                pause(step());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a commit that hangs
        }
        disconnect();
    }

    /// Asks the loop to end after the batch at hand. Any thread.
    @Override
    public void close() {
        synchronized (bell) {
            stopped = true;
            bell.notifyAll();
        }
    }

    /// Connects if there is no connection, else brings what waits to Kafka and acknowledges it.
    ///
    /// @return how long to wait before the next step
    Duration step() throws InterruptedException {
        try {
            var open = connection;
            if (open == null) {
                connect();
                return Duration.ZERO;
            }
            var lost = open.lost();
            if (lost.isPresent()) {
                throw new IOException(lost.get());
            }
            return forward();
        } catch (IOException down) {
            disconnect();
            watch.brokerLost(name, String.valueOf(down.getMessage()));
            return linkBackoff.next();
        }
    }

    private void connect() throws IOException, InterruptedException {
        var fresh = new ArrayBlockingQueue<Mqtt5Publish>(broker.window());
        var session = new MqttConnection.Session(
                config.clientId(), Math.toIntExact(config.kept().toSeconds()), true);
        queue = fresh;
        connection = MqttConnection.open(
                broker,
                session,
                publish -> {
                    if (!fresh.offer(publish)) {
                        watch.foreignLost(1);
                    }
                },
                () -> {});
        connection.subscribe(
                config.mappings().stream()
                        .map(mapping -> "$share/%s/%s".formatted(config.group(), mapping.topic()))
                        .distinct()
                        .toList(),
                MqttQos.AT_LEAST_ONCE);
        linkBackoff.reset();
        up = true;
        watch.brokerUp(name);
    }

    private void disconnect() {
        up = false;
        var open = connection;
        connection = null;
        batch.clear();
        records.clear();
        if (open != null) {
            open.close();
        }
    }

    private Duration forward() throws InterruptedException {
        if (batch.isEmpty()) {
            var first = queue.poll(IDLE.toMillis(), TimeUnit.MILLISECONDS);
            if (first == null) {
                return Duration.ZERO;
            }
            batch.add(first);
            queue.drainTo(batch, BATCH - 1);
            // Once: a batch that is tried again keeps its times of arrival.
            batch.forEach(publish -> map(MqttConnection.envelope(publish)));
        }
        long began = time.nanos();
        if (!records.isEmpty() && !sink.commit(records)) {
            return sinkBackoff.next(); // the batch stays: nothing of it was acknowledged
        }
        sinkBackoff.reset();
        // In order of arrival, after the commit: what is not acknowledged comes again.
        batch.forEach(Mqtt5Publish::acknowledge);
        batch.clear();
        report(Duration.ofNanos(time.nanos() - began));
        records.clear();
        return Duration.ZERO;
    }

    private void report(Duration took) {
        int events = 0;
        for (var written : records) {
            switch (written) {
                case ForeignRecord.Measured _ -> events++;
                case ForeignRecord.Refused refused -> watch.deadLetter(refused.topic(), refused.reason());
            }
        }
        watch.foreignCommitted(events, took);
    }

    private void map(Envelope envelope) {
        var arrived = time.instant();
        var topic = MqttTopic.of(envelope.topic());
        for (var route : routes) {
            if (route.filter.matches(topic)) {
                records.add(map(route.mapping, envelope, arrived));
            }
        }
    }

    static ForeignRecord map(ForeignMapping mapping, Envelope envelope, Instant arrived) {
        try {
            var device = mapping.deviceOf(envelope.topic());
            var values = PointedValues.read(envelope.payload(), mapping.pointers());
            return new ForeignRecord.Measured(device, mapping.event(values, arrived));
        } catch (UnusableMessage unusable) {
            return new ForeignRecord.Refused(envelope.topic(), unusable.reason(), arrived, envelope.payload());
        }
    }

    private void pause(Duration wait) throws InterruptedException {
        long until = time.nanos() + wait.toNanos();
        synchronized (bell) {
            for (long left = wait.toMillis(); !stopped && left > 0; ) {
                bell.wait(left);
                left = Duration.ofNanos(until - time.nanos()).toMillis();
            }
        }
    }
}
