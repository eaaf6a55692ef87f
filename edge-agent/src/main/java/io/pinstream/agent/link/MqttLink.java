package io.pinstream.agent.link;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.config.Secret;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.random.RandomGenerator;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.jspecify.annotations.Nullable;

/// The link over MQTT 5, by Paho. Thread `link` connects, and connects again.
///
/// One client object is one connection: Paho's own reconnect was seen not to come back after a cut in the middle
/// of publishing, so it is off, and a lost connection is thrown away with everything that Paho remembers of it.
/// That loses messages, which is safe: the courier asks the hub and sends again.
public final class MqttLink implements Link {
    /// Where the broker is, and who we are to it.
    ///
    /// @param broker `tcp://host:port` or `tls://host:port`
    /// @param clientId the MQTT client id; one device, one id: a second client with it throws the first one out
    /// @param tls given if and only if the broker is `tls://`
    /// @param keepAlive after half as much again without a sign of life the broker says that the device is offline
    /// @param longestPause between two tries to connect, at most
    public record Config(
            URI broker,
            String clientId,
            Optional<String> username,
            Optional<Secret> password,
            Optional<Tls> tls,
            Duration connectTimeout,
            Duration keepAlive,
            Duration longestPause) {
        public static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
        public static final Duration DEFAULT_KEEP_ALIVE = Duration.ofSeconds(30);
        public static final Duration DEFAULT_LONGEST_PAUSE = Duration.ofSeconds(30);

        public Config {
            var problem = problemWith(broker);
            if (problem.isPresent()) {
                throw new IllegalArgumentException(problem.get());
            }
            if (tls.isPresent() != "tls".equals(broker.getScheme())) {
                throw new IllegalArgumentException(
                        "tls settings belong to a broker with tls://, but broker is %s".formatted(broker));
            }
            if (password.isPresent() && username.isEmpty()) {
                throw new IllegalArgumentException("password is given, but username is not");
            }
            within("connectTimeout", connectTimeout, 1, 300);
            within("keepAlive", keepAlive, 2, 3600);
            within("longestPause", longestPause, 1, 3600);
        }

        /// With the default times.
        public static Config of(URI broker, String clientId) {
            return new Config(
                    broker,
                    clientId,
                    Optional.empty(),
                    Optional.empty(),
                    "tls".equals(broker.getScheme()) ? Optional.of(Tls.DEFAULT) : Optional.empty(),
                    DEFAULT_CONNECT_TIMEOUT,
                    DEFAULT_KEEP_ALIVE,
                    DEFAULT_LONGEST_PAUSE);
        }

        /// What is wrong with an address as a broker's; empty if nothing is.
        public static Optional<String> problemWith(URI broker) {
            boolean known = "tcp".equals(broker.getScheme()) || "tls".equals(broker.getScheme());
            return known
                            && broker.getHost() != null
                            && broker.getPort() > 0
                            && broker.getRawPath().isEmpty()
                            && broker.getRawUserInfo() == null
                    ? Optional.empty()
                    : Optional.of("broker must be tcp://host:port or tls://host:port, but was \"%s\""
                            .formatted(Words.printable(broker.toString().replaceAll("//[^/]*@", "//…@"))));
        }

        private static void within(String name, Duration value, int fromSeconds, int toSeconds) {
            if (value.compareTo(Duration.ofSeconds(fromSeconds)) < 0
                    || value.compareTo(Duration.ofSeconds(toSeconds)) > 0) {
                throw new IllegalArgumentException("%s must be %d s to %d s, but was %d ms"
                        .formatted(name, fromSeconds, toSeconds, value.toMillis()));
            }
        }
    }

    /// What travels beside packs: where answers come in, and what the device says of itself.
    public interface Presence {
        /// The topic that the hub's answers come on.
        String answers();

        /// Where commands come in; none for a device that takes none.
        default Optional<CommandDoor> commands() {
            return Optional.empty();
        }

        /// The retained state; published after connecting and every [#STATE_PERIOD]. For the thread `link`.
        Envelope online();

        /// The retained state of a device that is gone: the last will.
        Envelope offline();
    }

    /// How often the retained state is brought up to date.
    public static final Duration STATE_PERIOD = Duration.ofSeconds(30);

    private static final Duration FIRST_PAUSE = Duration.ofMillis(250);
    private static final long GOODBYE_MILLIS = 1000;

    private final Config config;
    private final Presence presence;
    private final AgentWatch watch;
    private final MqttSession.Opening sessions;
    private final TimeSource time;
    private final Backoff pauses;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable MqttSession current;
    private volatile @Nullable Listener listener;
    private long connections;

    /// @param sessions opens each connection: [MqttSession#byPaho], unless nothing is to leave the process
    public MqttLink(
            Config config,
            Presence presence,
            MqttSession.Opening sessions,
            TimeSource time,
            RandomGenerator random,
            AgentWatch watch) {
        this.config = config;
        this.presence = presence;
        this.sessions = sessions;
        this.time = time;
        this.watch = watch;
        this.thread = time.thread("link", this::run);
        this.pauses = new Backoff(FIRST_PAUSE, config.longestPause(), random);
    }

    @Override
    public void start(Listener whom) {
        listener = whom;
        thread.start();
    }

    @Override
    public long connection() {
        var connection = current;
        return connection == null ? 0 : connection.number();
    }

    @Override
    public Sent send(long connection, Envelope envelope) {
        var present = current;
        return present == null || present.number() != connection ? Sent.DOWN : present.send(envelope, false);
    }

    private void run() {
        while (closing.getCount() > 0) {
            try {
                connectAndServe();
            } catch (MqttException failure) {
                watch.linkLost(broker(), Words.ofConnecting(config, broker(), failure));
            } catch (IOException failure) {
                watch.linkLost(broker(), Words.of(failure));
            }
            pause(pauses.next());
        }
    }

    private void connectAndServe() throws MqttException, IOException {
        var whom = listener;
        if (whom == null) {
            throw new IllegalStateException("the link runs without a listener: this is a bug in the agent");
        }
        connections++;
        var hearers = new MqttSession.Hearers(whom, presence.commands());
        try (var connection = sessions.open(config, connections, hearers, watch)) {
            connection.begin(presence);
            current = connection;
            pauses.reset();
            watch.linkUp(broker());
            whom.changed();
            while (!connection.isLostWithin(STATE_PERIOD) && closing.getCount() > 0) {
                var ignored = connection.send(presence.online(), true); // the next one is as good
            }
            if (closing.getCount() > 0) {
                watch.linkLost(broker(), connection.whyLost());
            } else {
                connection.sayGoodbye(presence.offline(), GOODBYE_MILLIS);
            }
        } finally {
            current = null;
            whom.changed();
        }
    }

    private String broker() {
        return config.broker().toString();
    }

    private void pause(Duration atMost) {
        try {
            boolean ignored = time.await(closing, atMost.toNanos());
        } catch (InterruptedException stop) {
            closing.countDown(); // interruption is no way to end this thread, but it is understood
        }
    }

    @Override
    public void close() {
        closing.countDown();
        var connection = current;
        if (connection != null) {
            connection.wake();
        }
        try {
            if (!time.join(thread, config.connectTimeout().plusMillis(4 * GOODBYE_MILLIS))) {
                thread.interrupt();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
