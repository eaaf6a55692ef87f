package io.pinstream.hub.outlet.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.AuthenticationFailureException;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.ShutdownSignalException;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.rabbitmq.RabbitOutlet.Broker;
import io.pinstream.hub.outlet.rabbitmq.RabbitOutlet.Topology;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// One connection and one channel with publisher confirms. The client's own recovery is off: the outlet opens
/// another sink, and sends again what was not confirmed.
///
/// | the broker says | means |
/// |---|---|
/// | ack | it is in every queue that wants it, on disk where the queue is durable |
/// | nack | again |
/// | return, then ack | no queue wants it (`mandatory`): dead letter |
/// | connection.blocked | it is short of memory or disk: nothing more is sent until it is not |
final class RabbitSink implements Sink {
    private static final int BYTES = 8 << 20;
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration BLOCKED_PATIENCE = Duration.ofSeconds(2);
    private static final Duration AFTER_BLOCKED = Duration.ofSeconds(1);
    private static final int PERSISTENT = 2;

    private final Broker to;
    private final Connection connection;
    private final Channel channel;
    private final TimeSource time;
    private volatile Unconfirmed unconfirmed = new Unconfirmed(0, List.of(), Outcome.SENT);
    private volatile String blocked = "";

    private RabbitSink(Broker to, Connection connection, Channel channel, TimeSource time) {
        this.time = time;
        this.to = to;
        this.connection = connection;
        this.channel = channel;
    }

    static RabbitSink open(Broker to, TimeSource time) throws IOException {
        try {
            var connection = factory(to).newConnection("pinstream-hub " + to.exchange());
            try {
                var channel = connection.createChannel();
                if (channel == null) {
                    throw new IOException("%s gives no channel".formatted(to.name()));
                }
                topology(to, channel);
                channel.confirmSelect();
                var sink = new RabbitSink(to, connection, channel, time);
                sink.listen();
                return sink;
            } catch (IOException | ShutdownSignalException failed) {
                connection.abort(1_000);
                throw failed;
            }
        } catch (AuthenticationFailureException refused) {
            throw new IOException(
                    "%s refuses the user \"%s\" or its password".formatted(to.name(), to.user()), refused);
        } catch (IOException | ShutdownSignalException | TimeoutException failed) {
            throw new IOException("%s: %s".formatted(to.name(), innermost(failed)), failed);
        }
    }

    private static ConnectionFactory factory(Broker to) throws IOException {
        var factory = new ConnectionFactory();
        factory.setHost(to.url().getHost());
        factory.setPort(to.port());
        factory.setVirtualHost(to.vhost());
        factory.setUsername(to.user());
        factory.setPassword(to.password().reveal());
        factory.setAutomaticRecoveryEnabled(false);
        factory.setConnectionTimeout(10_000);
        factory.setHandshakeTimeout(10_000);
        factory.setChannelRpcTimeout(10_000);
        factory.setRequestedHeartbeat(10);
        if (to.encrypted()) {
            factory.useSslProtocol(to.tls().context());
            factory.enableHostnameVerification();
        }
        return factory;
    }

    private static void topology(Broker to, Channel channel) throws IOException {
        switch (to.topology()) {
            case Topology.DECLARE -> {
                channel.exchangeDeclare(to.exchange(), BuiltinExchangeType.TOPIC, true);
                if (to.queue().isPresent()) {
                    var queue = to.queue().get();
                    channel.queueDeclare(queue, true, false, false, Map.of("x-queue-type", "quorum"));
                    channel.queueBind(queue, to.exchange(), to.binding());
                }
            }
            case Topology.CHECK -> {
                channel.exchangeDeclarePassive(to.exchange());
                if (to.queue().isPresent()) {
                    channel.queueDeclarePassive(to.queue().get());
                }
            }
            case Topology.NONE -> {}
        }
    }

    private void listen() {
        channel.addConfirmListener(
                (tag, multiple) -> unconfirmed.answered(tag, multiple, Outcome.SENT),
                (tag, multiple) -> unconfirmed.answered(
                        tag, multiple, new Outcome.Again("%s refuses a message for now (nack)".formatted(to.name()))));
        channel.addReturnListener(message -> unconfirmed.returned(
                String.valueOf(message.getProperties().getMessageId()),
                "%s: no queue takes the routing key %s (%d %s)"
                        .formatted(
                                to.name(), message.getRoutingKey(), message.getReplyCode(), message.getReplyText())));
        channel.addShutdownListener(why -> unconfirmed.end(innermost(why)));
        connection.addBlockedListener(
                reason -> {
                    blocked = "%s takes nothing for now: %s".formatted(to.name(), reason);
                    unconfirmed.wake();
                },
                () -> blocked = "");
    }

    @Override
    public Limits limits() {
        return new Limits(to.window(), BYTES, to.strictOrder());
    }

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws IOException, InterruptedException {
        if (!blocked.isEmpty()) {
            Outcome later = new Outcome.Again(blocked, AFTER_BLOCKED);
            return events.stream().map(_ -> later).toList();
        }
        Outcome waiting = new Outcome.Again("%s has not confirmed it".formatted(to.name()), AFTER_BLOCKED);
        var ids = events.stream().map(CloudEvent::id).toList();
        var batch = new Unconfirmed(channel.getNextPublishSeqNo(), ids, waiting);
        unconfirmed = batch;
        try {
            for (var event : events) {
                channel.basicPublish(to.exchange(), to.routingKey().fill(event), true, properties(event), event.data());
            }
        } catch (IOException | AlreadyClosedException lost) {
            throw new IOException("%s: %s".formatted(to.name(), innermost(lost)), lost);
        }
        await(batch);
        return batch.outcomes();
    }

    /// While the broker is blocked it has not read the messages yet: the connection is kept, and what is not
    /// confirmed is sent again when it is not blocked any more.
    private void await(Unconfirmed batch) throws IOException, InterruptedException {
        long begun = time.nanos();
        while (!batch.isDone()) {
            var ended = batch.ended();
            if (ended.isPresent()) {
                throw new IOException("%s: %s".formatted(to.name(), ended.get()));
            }
            var patience = blocked.isEmpty() ? PATIENCE : BLOCKED_PATIENCE;
            long left = TimeUnit.NANOSECONDS.toMillis(patience.toNanos() - (time.nanos() - begun));
            if (left <= 0 && !blocked.isEmpty()) {
                return;
            }
            if (left <= 0) {
                throw new IOException(
                        "%s has not confirmed messages for %d s".formatted(to.name(), patience.toSeconds()));
            }
            batch.await(left);
        }
    }

    /// CloudEvents AMQP binding: attributes as application properties, which RabbitMQ calls headers.
    private static AMQP.BasicProperties properties(CloudEvent event) {
        var headers = new HashMap<String, Object>();
        headers.put("cloudEvents:specversion", "1.0");
        event.attributes((name, value) -> headers.put("cloudEvents:" + name, value));
        return new AMQP.BasicProperties.Builder()
                .contentType("application/json")
                .deliveryMode(PERSISTENT)
                .messageId(event.id())
                .type(event.type())
                .timestamp(Date.from(event.timestamp()))
                .headers(headers)
                .build();
    }

    private static String innermost(Throwable failure) {
        var cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    }

    @Override
    public void close() {
        connection.abort(2_000);
    }
}
