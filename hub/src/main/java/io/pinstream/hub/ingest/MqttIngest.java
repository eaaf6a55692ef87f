package io.pinstream.hub.ingest;

import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.StreamId;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The link to the agents: keeps a connection to the broker, subscribes for the lanes that are open, hands what
/// arrives to its lane, and publishes the lanes' answers. The loop of the thread `ingest`.
///
/// ```
///   [down] ── connect ──▶ [up: subscriptions follow the lanes] ── lost ──▶ [down, waits with back-off]
/// ```
///
/// A device's bucket is in its topic, and lane = bucket mod lanes. What agents send is taken with QoS 0: the
/// broker's QoS 1 is not what keeps events safe, an agent keeps them until the hub says that they are committed,
/// and an acknowledgement of each message would cost broker and hub a fifth of their work. For the same reason
/// the session begins anew with each connection, and nothing here ever waits for a lane: one that is full sheds.
/// Answers are dropped while the link is down or its window is full; agents ask again.
public final class MqttIngest implements Runnable, AutoCloseable {
    private static final Duration SETTLED = Duration.ofSeconds(10);

    private final BrokerConfig broker;
    private final Topics topics;
    private final LaneDelivery lanes;
    private final TimeSource time;
    private final HubWatch watch;
    private final String upTopics;
    private final String stateTopics;
    private final MqttConnection.Session session;
    private final Backoff backoff = new Backoff(Duration.ofMillis(200), Duration.ofSeconds(15), new Random());

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private final Set<Integer> listening = new TreeSet<>();
    private boolean statesWanted;
    private boolean stopped;
    private boolean dirty;

    private volatile int laneCount = 1;
    private volatile @Nullable MqttConnection connection;
    // The ingest thread's own.
    private final Set<String> subscribed = new HashSet<>();
    private long connectedAt;

    public MqttIngest(BrokerConfig broker, Topics topics, LaneDelivery lanes, TimeSource time, HubWatch watch) {
        this.broker = broker;
        this.topics = topics;
        this.lanes = lanes;
        this.time = time;
        this.watch = watch;
        this.upTopics = topics.upFilter(0).substring(0, topics.upFilter(0).length() - "00/+".length());
        this.stateTopics = topics.stateFilter().replace("+", "");
        this.session = new MqttConnection.Session("pinstream-hub-" + StreamId.random(new Random()), 0, false);
    }

    /// How many lanes the installation has; said before the first lane listens.
    public void lanes(int count) {
        if (count < 1 || count > Topics.BUCKETS) {
            throw new IllegalArgumentException(
                    "there must be 1 to %d lanes, but are %d".formatted(Topics.BUCKETS, count));
        }
        laneCount = count;
    }

    /// Subscribes for a lane as soon as there is a connection, and asks for the retained states once more. Any
    /// thread; returns at once.
    public void listen(int lane) {
        change(() -> {
            listening.add(lane);
            statesWanted = true;
        });
    }

    /// Ends the subscriptions of a lane. Any thread; returns at once.
    public void leave(int lane) {
        change(() -> listening.remove(lane));
    }

    /// Publishes answers, or drops them. Any thread; returns at once.
    public void publish(List<Envelope> answers) {
        var open = connection;
        int dropped = 0;
        for (var answer : answers) {
            if (open == null || !open.publish(answer)) {
                dropped++;
            }
        }
        if (dropped > 0) {
            watch.answersDropped(dropped);
        }
    }

    /// Why it does not listen; empty if it does.
    public String state() {
        var open = connection;
        return open == null || open.lost().isPresent() ? "not connected to " + broker.name() : "";
    }

    @Override
    public void run() {
        try {
            while (!isStopped()) {
                pause(step());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a connection attempt that hangs
        }
        disconnect();
    }

    /// Asks the loop to end. Any thread.
    @Override
    public void close() {
        change(() -> stopped = true);
    }

    /// Connects if there is no connection, else brings the subscriptions up to date and waits for a change.
    ///
    /// @return how long to wait before the next step
    Duration step() throws InterruptedException {
        try {
            var open = connection;
            if (open == null) {
                connection = MqttConnection.open(broker, session, this::received, () -> change(() -> {}));
                connectedAt = time.nanos();
                watch.brokerUp(broker.name());
                change(() -> statesWanted = true);
                return Duration.ZERO;
            }
            var lost = open.lost();
            if (lost.isPresent()) {
                throw new IOException(lost.get());
            }
            subscribe(open);
            awaitChange();
            return Duration.ZERO;
        } catch (IOException down) {
            return lost(String.valueOf(down.getMessage()));
        }
    }

    private Duration lost(String reason) {
        if (connection != null && time.nanos() - connectedAt > SETTLED.toNanos()) {
            backoff.reset(); // not for a broker that lets us in only to throw us out
        }
        disconnect();
        watch.brokerLost(broker.name(), reason);
        return backoff.next();
    }

    private void disconnect() {
        var open = connection;
        connection = null;
        subscribed.clear();
        if (open != null) {
            open.close();
        }
    }

    private void subscribe(MqttConnection open) throws IOException, InterruptedException {
        final Set<String> wanted;
        final boolean states;
        lock.lock();
        try {
            dirty = false;
            wanted = filters();
            states = statesWanted && !wanted.isEmpty();
            statesWanted = statesWanted && !states;
        } finally {
            lock.unlock();
        }
        var more = new ArrayList<>(wanted);
        more.removeAll(subscribed);
        var less = new ArrayList<>(subscribed);
        less.removeAll(wanted);
        // First the new, then away with the old: between a hundred filters and the one for all there is no hole.
        open.subscribe(more, MqttQos.AT_MOST_ONCE);
        if (states) {
            open.subscribe(List.of(topics.stateFilter()), MqttQos.AT_LEAST_ONCE); // nobody repeats a state
        }
        open.unsubscribe(less);
        subscribed.clear();
        subscribed.addAll(wanted);
    }

    /// One filter for everything where every lane is ours, else one a bucket.
    private Set<String> filters() {
        var wanted = new TreeSet<String>();
        if (listening.size() == laneCount) {
            wanted.add(upTopics + "+/+");
        } else {
            for (int bucket = 0; bucket < Topics.BUCKETS; bucket++) {
                if (listening.contains(bucket % laneCount)) {
                    wanted.add(topics.upFilter(bucket));
                }
            }
        }
        return wanted;
    }

    /// By a thread of the library: what arrived goes to its lane's queue, or is shed there.
    private void received(Mqtt5Publish publish) {
        var envelope = MqttConnection.envelope(publish);
        int bucket = bucket(envelope.topic());
        if (bucket >= 0) {
            lanes.offer(bucket % laneCount, envelope);
        }
    }

    /// The bucket of an up or state topic; -1 for any other, and for a state topic whose device id is none.
    private int bucket(String topic) {
        if (topic.startsWith(upTopics)) {
            int high = digit(topic, upTopics.length());
            int low = digit(topic, upTopics.length() + 1);
            // A topic that names no bucket still goes to a lane, which refuses it with a dead letter.
            return high < 0 || low < 0 ? 0 : 16 * high + low;
        }
        return topic.startsWith(stateTopics)
                ? topics.deviceOfState(topic).map(Topics::bucket).orElse(-1)
                : -1;
    }

    private static int digit(String topic, int at) {
        return at < topic.length() ? Character.digit(topic.charAt(at), 16) : -1;
    }

    private void change(Runnable change) {
        lock.lock();
        try {
            change.run();
            dirty = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    private void awaitChange() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!dirty && !stopped) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration wait) throws InterruptedException {
        long nanos = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (!stopped && nanos > 0) {
                nanos = changed.awaitNanos(nanos);
            }
        } finally {
            lock.unlock();
        }
    }
}
