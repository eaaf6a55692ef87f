package io.pinstream.hub.ingest;

import com.hivemq.client.mqtt.MqttClientSslConfig;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import com.hivemq.client.mqtt.mqtt5.Mqtt5Client;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperties;
import com.hivemq.client.mqtt.mqtt5.datatypes.Mqtt5UserProperty;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5Publish;
import com.hivemq.client.mqtt.mqtt5.message.publish.Mqtt5PublishResult;
import com.hivemq.client.mqtt.mqtt5.message.publish.puback.Mqtt5PubAckReasonCode;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscribe;
import com.hivemq.client.mqtt.mqtt5.message.subscribe.Mqtt5Subscription;
import com.hivemq.client.mqtt.mqtt5.message.unsubscribe.Mqtt5Unsubscribe;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Exchange;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One connection to the broker, from CONNECT to its end, and never another one.
///
/// One client object is one connection: the library's own reconnect stalls for good with manual acknowledgement
/// (hivemq-mqtt-client issue 796), so whoever needs the link opens a new object. [#publish] may be called by any
/// thread, everything else by the thread that opened it.
final class MqttConnection implements AutoCloseable {
    /// What the connection is for.
    ///
    /// @param clientId must differ from every other client of the broker
    /// @param keptSeconds how long the broker keeps the session after a lost link; 0: it begins anew each time
    /// @param acknowledgedByHand whether the receiver acknowledges messages itself
    record Session(String clientId, int keptSeconds, boolean acknowledgedByHand) {}

    /// What is acknowledged at once needs no bound of ours: lanes shed what they have no room for. A bound that
    /// is as tight as the broker's own breaks the connection under load: mosquitto 2.0.11 was seen to send more
    /// than was announced, and this client then hangs up ("more … than allowed by receive maximum").
    private static final int WHATEVER_THE_BROKER_SENDS = 65_535;

    private static final long PATIENCE_SECONDS = 10;
    /// Answers that the broker has not acknowledged; what comes beyond is dropped.
    private static final int MOST_IN_FLIGHT = 4096;
    /// More filters in one SUBSCRIBE are refused by some brokers.
    private static final int FILTERS = 64;

    private final Mqtt5AsyncClient client;
    private final AtomicReference<@Nullable String> lost;
    private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);

    private MqttConnection(Mqtt5AsyncClient client, AtomicReference<@Nullable String> lost) {
        this.client = client;
        this.lost = lost;
    }

    /// Connects.
    ///
    /// @param received called for every message, by a thread of the library: it must not wait
    /// @param ended called when the connection has ended, by a thread of the library
    /// @throws IOException if there is no connection; the message says why, without the stack of the library
    static MqttConnection open(BrokerConfig broker, Session session, Consumer<Mqtt5Publish> received, Runnable ended)
            throws IOException, InterruptedException {
        var lost = new AtomicReference<@Nullable String>();
        var builder = Mqtt5Client.builder()
                .identifier(session.clientId())
                .serverHost(broker.host())
                .serverPort(broker.port())
                .transportConfig()
                .socketConnectTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .mqttConnectTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .applyTransportConfig()
                .addDisconnectedListener(context -> {
                    lost.compareAndSet(null, reason(context.getCause()));
                    ended.run();
                });
        if (broker.isEncrypted()) {
            builder = builder.sslConfig(tls(broker.tls()));
        }
        if (broker.login().isPresent()) {
            var login = broker.login().get();
            builder = builder.simpleAuth()
                    .username(login.user())
                    .password(login.password().reveal().getBytes(StandardCharsets.UTF_8))
                    .applySimpleAuth();
        }
        var client = builder.buildAsync();
        // Before connect: what the broker sends at once would find nobody (hivemq-mqtt-client issue 455).
        client.publishes(MqttGlobalPublishFilter.ALL, received, session.acknowledgedByHand());
        await(client.connectWith()
                .cleanStart(session.keptSeconds() == 0)
                .sessionExpiryInterval(session.keptSeconds())
                .keepAlive(20)
                .restrictions()
                .receiveMaximum(session.acknowledgedByHand() ? broker.window() : WHATEVER_THE_BROKER_SENDS)
                .maximumPacketSize(broker.packetBytes())
                .applyRestrictions()
                .send());
        return new MqttConnection(client, lost);
    }

    /// Why the connection has ended; empty while it lives.
    Optional<String> lost() {
        return Optional.ofNullable(lost.get());
    }

    /// Subscribes; what is retained is sent, again if the filter was subscribed before.
    ///
    /// @throws IOException if the broker refuses one of them or the link is lost
    void subscribe(List<String> filters, MqttQos quality) throws IOException, InterruptedException {
        for (int from = 0; from < filters.size(); from += FILTERS) {
            var some = filters.subList(from, Math.min(filters.size(), from + FILTERS));
            var answer = await(client.subscribe(Mqtt5Subscribe.builder()
                    .addSubscriptions(some.stream()
                            .map(filter -> Mqtt5Subscription.builder()
                                    .topicFilter(filter)
                                    .qos(quality)
                                    .build()))
                    .build()));
            for (int i = 0; i < some.size(); i++) {
                var code = answer.getReasonCodes().get(i);
                if (code.isError()) {
                    throw new IOException("the broker refused the subscription %s: %s".formatted(some.get(i), code));
                }
            }
        }
    }

    void unsubscribe(List<String> filters) throws IOException, InterruptedException {
        for (int from = 0; from < filters.size(); from += FILTERS) {
            var some = filters.subList(from, Math.min(filters.size(), from + FILTERS));
            var unsubscribe = Mqtt5Unsubscribe.builder().addTopicFilter(some.getFirst());
            for (var filter : some.subList(1, some.size())) {
                unsubscribe = unsubscribe.addTopicFilter(filter);
            }
            var _ = await(client.unsubscribe(unsubscribe.build()));
        }
    }

    /// Publishes with QoS 1 without waiting.
    ///
    /// @return whether there was room; what was published and then lost with the link is lost in silence
    boolean publish(Envelope envelope) {
        return publish(envelope, _ -> {});
    }

    /// The same.
    ///
    /// @param undelivered called by a thread of the library, if the broker refuses the message or has nobody to
    ///     pass it to, and why
    boolean publish(Envelope envelope, Consumer<String> undelivered) {
        if (lost.get() != null || !inFlight.tryAcquire()) {
            return false;
        }
        var publish = Mqtt5Publish.builder()
                .topic(envelope.topic())
                .qos(MqttQos.AT_LEAST_ONCE)
                .payload(envelope.payload())
                .contentType(envelope.contentType().orElse(null))
                .userProperties(properties(envelope))
                .responseTopic(envelope.exchange().replyTo().orElse(null))
                .correlationData(envelope.exchange().id().map(CommandId::bytes).orElse(null));
        if (envelope.exchange().expirySeconds().isPresent()) {
            publish = publish.messageExpiryInterval(
                    envelope.exchange().expirySeconds().getAsLong());
        }
        var _ = client.publish(publish.build()).whenComplete((result, failure) -> {
            inFlight.release();
            problemWith(result, failure).ifPresent(undelivered);
        });
        return true;
    }

    private static Optional<String> problemWith(@Nullable Mqtt5PublishResult result, @Nullable Throwable failure) {
        if (failure != null) {
            return Optional.of(reason(failure));
        }
        if (result instanceof Mqtt5PublishResult.Mqtt5Qos1Result acknowledged) {
            var code = acknowledged.getPubAck().getReasonCode();
            if (code == Mqtt5PubAckReasonCode.NO_MATCHING_SUBSCRIBERS) {
                return Optional.of("nobody at the broker listens for it");
            }
            if (code.isError()) {
                return Optional.of("the broker refused it: " + code);
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        try {
            var _ = client.disconnect().get(1, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException alreadyGone) {
            return; // it has ended or will by its keep-alive; there is nothing left to do for it
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// A message of the library in our own words.
    static Envelope envelope(Mqtt5Publish publish) {
        var list = publish.getUserProperties().asList();
        var properties = new HashMap<String, String>(list.size() * 2);
        for (var property : list) {
            properties.putIfAbsent(
                    property.getName().toString(), property.getValue().toString());
        }
        return new Envelope(
                publish.getTopic().toString(),
                publish.getContentType().map(MqttUtf8String::toString),
                properties,
                publish.getPayloadAsBytes(),
                exchange(publish));
    }

    private static Exchange exchange(Mqtt5Publish publish) {
        var correlation = publish.getCorrelationData();
        return correlation.isEmpty()
                ? Exchange.NONE
                : new Exchange(
                        publish.getResponseTopic().map(Object::toString),
                        CommandId.of(bytes(correlation.get())),
                        publish.getMessageExpiryInterval());
    }

    private static byte[] bytes(ByteBuffer buffer) {
        var bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static Mqtt5UserProperties properties(Envelope envelope) {
        return Mqtt5UserProperties.of(envelope.properties().entrySet().stream()
                .map(entry -> Mqtt5UserProperty.of(entry.getKey(), entry.getValue()))
                .toList());
    }

    private static MqttClientSslConfig tls(Tls tls) throws IOException {
        var config = MqttClientSslConfig.builder();
        var trust = tls.trust();
        if (trust.isPresent()) {
            config = config.trustManagerFactory(trust.get());
        }
        var identity = tls.identity();
        if (identity.isPresent()) {
            config = config.keyManagerFactory(identity.get());
        }
        return config.build();
    }

    private static <T> T await(CompletableFuture<T> future) throws IOException, InterruptedException {
        try {
            return future.get(2 * PATIENCE_SECONDS + 5, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(reason(failed.getCause()), failed);
        } catch (TimeoutException late) {
            throw new IOException("the broker does not answer", late);
        }
    }

    /// The innermost message: the library wraps "connection refused" several times.
    private static String reason(@Nullable Throwable failure) {
        var reason = "closed";
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            var message = cause.getMessage();
            reason = message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
        }
        return reason;
    }
}
