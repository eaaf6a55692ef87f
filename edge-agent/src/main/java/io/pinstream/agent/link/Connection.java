package io.pinstream.agent.link;

import io.pinstream.agent.link.Link.Sent;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Exchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttClientException;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.MqttSubscription;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.eclipse.paho.mqttv5.common.packet.UserProperty;
import org.jspecify.annotations.Nullable;

/// One connection to the broker: one Paho client, used once.
///
/// Opened, served and closed by the thread `link`; [#send] is for any thread; the callbacks come on Paho's
/// threads.
final class Connection implements MqttSession, MqttCallback {
    /// Answers of the hub are a few hundred bytes; the broker must not send us more.
    private static final long LARGEST_PACKET = 64L * 1024;
    /// Answers that may be on their way to us unacknowledged: what we have room for.
    private static final int RECEIVE_MAXIMUM = 64;

    private static final int FAILED = 0x80;
    /// Nothing retained is sent for a new subscription (MQTT 5 section 3.8.3.1): a command must not come again
    /// with each connection.
    private static final int NOTHING_RETAINED = 2;

    private final MqttLink.Config config;
    private final long number;
    private final Link.Listener listener;
    private final Optional<CommandDoor> commands;
    private final AgentWatch watch;
    private final MqttAsyncClient client;
    private final Sockets sockets = new Sockets();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicBoolean waitsForRoom = new AtomicBoolean();
    private volatile boolean lost;
    private volatile String why = "";

    Connection(MqttLink.Config config, long number, Hearers hearers, AgentWatch watch) throws MqttException {
        this.config = config;
        this.number = number;
        this.listener = hearers.answers();
        this.commands = hearers.commands();
        this.watch = watch;
        var scheme = config.tls().isPresent() ? "ssl" : "tcp";
        var address = "%s://%s:%d"
                .formatted(scheme, config.broker().getHost(), config.broker().getPort());
        this.client = new MqttAsyncClient(address, config.clientId(), new MemoryPersistence());
        this.client.setCallback(this); // before connect: Paho drops what comes while there is none
    }

    @Override
    public long number() {
        return number;
    }

    @Override
    public void begin(MqttLink.Presence presence) throws MqttException, IOException {
        await(client.connect(options(Optional.of(presence.offline()))));
        var subscribed = client.subscribe(presence.answers(), 1);
        await(subscribed);
        int reason = firstReason(subscribed);
        if (reason >= FAILED) {
            throw new IOException("broker %s does not let device %s subscribe to %s (%s): allow it in its access rules"
                    .formatted(config.broker(), config.clientId(), presence.answers(), Words.ofReason(reason)));
        }
        if (commands.isPresent()) {
            hearCommands(commands.get().topic());
        }
        var ignored = send(presence.online(), true);
    }

    /// A broker that does not allow it takes the events all the same.
    private void hearCommands(String topic) throws MqttException {
        var subscription = new MqttSubscription(topic, 1);
        subscription.setRetainHandling(NOTHING_RETAINED);
        var subscribed = client.subscribe(subscription);
        await(subscribed);
        int reason = firstReason(subscribed);
        if (reason >= FAILED) {
            watch.commandsRefused("broker %s does not let device %s subscribe to %s (%s): allow it in its access rules"
                    .formatted(config.broker(), config.clientId(), topic, Words.ofReason(reason)));
        }
    }

    /// Connects and says goodbye, without will, state or answers.
    void tryOnly() throws MqttException, IOException {
        await(client.connect(options(Optional.empty())));
        client.disconnect(0).waitForCompletion(config.connectTimeout().toMillis());
    }

    private void await(IMqttToken token) throws MqttException {
        token.waitForCompletion(config.connectTimeout().toMillis());
    }

    private MqttConnectionOptions options(Optional<Envelope> will) throws IOException {
        var options = new MqttConnectionOptions();
        options.setCleanStart(true); // the outbox is the session
        options.setAutomaticReconnect(false);
        options.setSessionExpiryInterval(0L);
        options.setConnectionTimeout((int) config.connectTimeout().toSeconds());
        options.setKeepAliveInterval((int) config.keepAlive().toSeconds());
        options.setMaximumPacketSize(LARGEST_PACKET);
        options.setReceiveMaximum(RECEIVE_MAXIMUM);
        will.ifPresent(last -> options.setWill(last.topic(), message(last, true)));
        config.username().ifPresent(options::setUserName);
        config.password().ifPresent(p -> options.setPassword(p.reveal().getBytes(StandardCharsets.UTF_8)));
        if (config.tls().isPresent()) {
            var tls = config.tls().get();
            options.setSocketFactory(sockets.over(tls.sockets()));
            options.setHttpsHostnameVerificationEnabled(tls.verifyHostname());
        } else {
            options.setSocketFactory(sockets.plain());
        }
        return options;
    }

    /// Hands a message to Paho, which never waits for the network.
    @Override
    public Sent send(Envelope envelope, boolean retained) {
        try {
            var ignored = client.publish(envelope.topic(), message(envelope, retained));
            return Sent.SENT;
        } catch (MqttException refused) {
            if (refused.getReasonCode() != MqttClientException.REASON_CODE_MAX_INFLIGHT) {
                return Sent.DOWN;
            }
            waitsForRoom.set(true);
            // What was acknowledged between the two lines above has not seen the flag.
            return client.getInFlightMessageCount() == 0 ? send(envelope, retained) : Sent.BUSY;
        }
    }

    private static MqttMessage message(Envelope envelope, boolean retained) {
        var properties = new MqttProperties();
        envelope.contentType().ifPresent(properties::setContentType);
        properties.setUserProperties(envelope.properties().entrySet().stream()
                .map(property -> new UserProperty(property.getKey(), property.getValue()))
                .toList());
        envelope.exchange().id().map(CommandId::bytes).ifPresent(properties::setCorrelationData);
        return new MqttMessage(envelope.payload(), 1, retained, properties);
    }

    @Override
    public boolean isLostWithin(Duration atMost) {
        try {
            return ended.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stop) {
            wake();
            return true;
        }
    }

    @Override
    public String whyLost() {
        return why;
    }

    @Override
    public void wake() {
        ended.countDown();
    }

    @Override
    public void sayGoodbye(Envelope offline, long millis) {
        if (lost) {
            return;
        }
        try {
            client.publish(offline.topic(), message(offline, true)).waitForCompletion(millis);
            client.disconnect(0).waitForCompletion(millis);
        } catch (MqttException tooLate) {
            // The last will says it.
        }
    }

    @Override
    public void close() {
        try {
            if (client.isConnected()) {
                client.disconnectForcibly(0, 100, false);
            }
        } catch (MqttException gone) {
            // It is being thrown away.
        }
        sockets.close();
        try {
            client.close(true);
        } catch (MqttException gone) {
            // The same.
        }
    }

    @Override
    public void disconnected(MqttDisconnectResponse response) {
        int reason = response.getReturnCode();
        var failure = response.getException();
        var broker = config.broker().toString();
        why = reason >= FAILED
                ? "broker %s ended the connection: %s".formatted(broker, Words.ofReason(reason))
                : failure == null
                        ? "broker %s ended the connection".formatted(broker)
                        : Words.ofNetwork(config, broker, failure);
        lost = true;
        wake();
    }

    @Override
    public void messageArrived(String topic, MqttMessage message) {
        var properties = message.getProperties();
        var user = new HashMap<String, String>();
        if (properties != null && properties.getUserProperties() != null) {
            for (var property : properties.getUserProperties()) {
                user.putIfAbsent(property.getKey(), property.getValue());
            }
        }
        @Nullable String type = properties == null ? null : properties.getContentType();
        var envelope = new Envelope(topic, Optional.ofNullable(type), user, message.getPayload(), exchange(properties));
        if (commands.isPresent() && topic.equals(commands.get().topic())) {
            commands.get().arrived(envelope);
        } else {
            listener.arrived(envelope);
        }
    }

    private static Exchange exchange(@Nullable MqttProperties properties) {
        byte @Nullable [] correlation = properties == null ? null : properties.getCorrelationData();
        if (properties == null || correlation == null) {
            return Exchange.NONE;
        }
        @Nullable Long expiry = properties.getMessageExpiryInterval();
        return new Exchange(
                Optional.ofNullable(properties.getResponseTopic()),
                CommandId.of(correlation),
                expiry == null ? OptionalLong.empty() : OptionalLong.of(expiry));
    }

    @Override
    public void deliveryComplete(IMqttToken token) {
        int reason = firstReason(token);
        if (reason >= FAILED) {
            watch.publishRefused(Words.ofReason(reason));
        }
        if (waitsForRoom.compareAndSet(true, false)) {
            commands.ifPresent(CommandDoor::changed); // before the packs, of which there is no end
            listener.changed();
        }
    }

    private static int firstReason(IMqttToken token) {
        int[] reasons = token.getReasonCodes();
        return reasons == null || reasons.length == 0 ? 0 : reasons[0];
    }

    @Override
    public void mqttErrorOccurred(MqttException failure) {
        why = Words.ofNetwork(config, config.broker().toString(), failure);
    }

    @Override
    public void connectComplete(boolean again, String address) {}

    @Override
    public void authPacketArrived(int reason, MqttProperties properties) {}
}
