package io.pinstream.sim.rehearsal;

import io.pinstream.agent.link.Link.Sent;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.MqttSession;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.sim.device.Uplink;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Stands in place of the MQTT client, the network and the broker with its hub, in memory and by a simulated
/// clock: writes down what the agent hands to its client, and lets the hub's answers come back a little later.
/// What is under way when the network goes down is lost.
///
/// For threads of that clock, of which one runs at a time.
final class SimulatedBroker implements MqttSession.Opening, Uplink, AutoCloseable {
    private static final long SHORTEST_WAY = Duration.ofMillis(2).toNanos();
    private static final long LONGEST_WAY = Duration.ofMillis(20).toNanos();
    private static final long HOUR = Duration.ofHours(1).toNanos();

    private final TimeSource time;
    private final RandomGenerator random;
    private final SimulatedHub hub;
    private final Consumer<Publication> heard;
    private final long began;
    private final Thread thread;
    private final PriorityQueue<UnderWay> underWay =
            new PriorityQueue<>(Comparator.comparingLong(UnderWay::at).thenComparingLong(UnderWay::number));
    private final Semaphore news = new Semaphore(0);
    private @Nullable Session session;
    private boolean up = true;
    private long sent;
    private long lastArrival;

    private record UnderWay(long at, long number, Runnable arrival) {}

    /// @param random how long messages are under way
    /// @param heard what the agent hands to its MQTT client, in that order
    SimulatedBroker(TimeSource time, RandomGenerator random, SimulatedHub hub, Consumer<Publication> heard) {
        this.time = time;
        this.random = random;
        this.hub = hub;
        this.heard = heard;
        this.began = time.nanos();
        this.thread = time.thread("broker", this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public MqttSession open(MqttLink.Config config, long number, MqttSession.Hearers hearers, AgentWatch watch) {
        return new Session(number, hearers);
    }

    @Override
    public void down() {
        up = false;
        if (session != null) {
            session.lose();
        }
    }

    @Override
    public void up() {
        up = true;
    }

    @Override
    public boolean isUp() {
        return up;
    }

    private void hear(Envelope envelope, boolean will, boolean retained) {
        heard.accept(new Publication(Duration.ofNanos(time.nanos() - began), will, retained, envelope));
    }

    /// In the order in which they were sent, as on a TCP connection.
    private void send(Runnable arrival) {
        lastArrival = Math.max(lastArrival, time.nanos() + random.nextLong(SHORTEST_WAY, LONGEST_WAY));
        underWay.add(new UnderWay(lastArrival, sent++, arrival));
        news.release();
    }

    private void run() {
        try {
            while (true) {
                var next = underWay.peek();
                long wait = next == null ? HOUR : next.at - time.nanos();
                if (next != null && wait <= 0) {
                    underWay.remove();
                    next.arrival.run();
                } else if (time.tryAcquire(news, wait)) {
                    int ignored = news.drainPermits();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends its thread; after the agent has ended.
    @Override
    public void close() {
        thread.interrupt();
        try {
            boolean ignored = time.join(thread, Duration.ofNanos(HOUR));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Session implements MqttSession {
        private final long number;
        private final Hearers hearers;
        private final CountDownLatch ended = new CountDownLatch(1);
        private boolean lost;

        Session(long number, Hearers hearers) {
            this.number = number;
            this.hearers = hearers;
        }

        @Override
        public long number() {
            return number;
        }

        @Override
        public void begin(MqttLink.Presence presence) throws IOException {
            hear(presence.offline(), true, true);
            try {
                time.sleep(Duration.ofNanos(random.nextLong(SHORTEST_WAY, LONGEST_WAY)));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            if (!up) {
                throw new IOException("the simulated network is down");
            }
            session = this;
            var _ = send(presence.online(), true);
        }

        @Override
        public Sent send(Envelope envelope, boolean retained) {
            if (lost) {
                return Sent.DOWN;
            }
            hear(envelope, false, retained);
            SimulatedBroker.this.send(() -> arrive(envelope));
            return Sent.SENT;
        }

        private void arrive(Envelope envelope) {
            if (!lost) {
                hub.answers(envelope).forEach(answer -> SimulatedBroker.this.send(() -> answer(answer)));
            }
        }

        private void answer(Envelope answer) {
            if (!lost) {
                hearers.answers().arrived(answer);
            }
        }

        void lose() {
            lost = true;
            wake();
        }

        @Override
        public boolean isLostWithin(Duration atMost) {
            try {
                return time.await(ended, atMost.toNanos());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                return true;
            }
        }

        @Override
        public String whyLost() {
            return "the simulated network went down";
        }

        @Override
        public void wake() {
            ended.countDown();
        }

        @Override
        public void sayGoodbye(Envelope offline, long millis) {
            if (!lost) {
                hear(offline, false, true);
            }
        }

        @Override
        public void close() {
            lost = true;
        }
    }
}
