package io.pinstream.sim.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import io.pinstream.hub.outlet.KafkaServer;
import io.pinstream.hub.outlet.RabbitServer;
import io.pinstream.hub.outlet.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLContext;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.XAddParams;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.eventbridge.EventBridgeClient;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequestEntry;

/// One plain client for each target, by the same library as the outlet's, with the same limits of a call.
final class PlainClients {
    private PlainClients() {}

    /// Sends nothing: for what reading alone takes.
    static final class Nothing implements PlainClient<byte[]> {
        @Override
        public byte[] prepare(Message message) {
            return message.data();
        }

        @Override
        public void send(List<byte[]> messages) {}

        @Override
        public void close() {}
    }

    /// PUBLISH, 5,000 a pipeline.
    static final class Publishing implements PlainClient<Publishing.Post> {
        record Post(byte[] channel, byte[] text) {}

        private final Jedis redis;

        Publishing(RedisServer server) {
            redis = server.client();
        }

        @Override
        public Post prepare(Message message) {
            return new Post(("pinstream." + message.device()).getBytes(UTF_8), message.envelope());
        }

        @Override
        public void send(List<Post> posts) {
            var pipeline = redis.pipelined();
            posts.forEach(post -> pipeline.publish(post.channel(), post.text()));
            pipeline.sync();
        }

        @Override
        public void close() {
            redis.close();
        }
    }

    /// XADD, 5,000 a pipeline.
    static final class Adding implements PlainClient<Adding.Entry> {
        record Entry(byte[] key, Map<byte[], byte[]> fields) {}

        private final Jedis redis;
        private final XAddParams limit = XAddParams.xAddParams().maxLen(100_000).approximateTrimming();

        Adding(RedisServer server) {
            redis = server.client();
        }

        @Override
        public Entry prepare(Message message) {
            var fields = new HashMap<byte[], byte[]>();
            message.attributes()
                    .forEach(one -> fields.put(
                            ("ce_" + one.name()).getBytes(UTF_8), one.value().getBytes(UTF_8)));
            fields.put("content-type".getBytes(UTF_8), "application/json".getBytes(UTF_8));
            fields.put("data".getBytes(UTF_8), message.data());
            return new Entry(("plain." + message.device()).getBytes(UTF_8), fields);
        }

        @Override
        public void send(List<Entry> entries) {
            var pipeline = redis.pipelined();
            entries.forEach(entry -> pipeline.xadd(entry.key(), limit, entry.fields()));
            pipeline.sync();
        }

        @Override
        public void close() {
            redis.close();
        }
    }

    /// Publisher confirms, as many unconfirmed as the outlet's window, for each confirmation another message.
    static final class Confirmed implements PlainClient<Confirmed.Post> {
        private static final int WINDOW = 1_000;

        record Post(String key, AMQP.BasicProperties properties, byte[] body) {}

        private final Connection connection;
        private final Channel channel;
        private final Semaphore window = new Semaphore(WINDOW);
        private long last;

        Confirmed(RabbitServer server, String exchange) throws Exception {
            connection = server.connect();
            channel = connection.createChannel();
            channel.exchangeDeclare(exchange, "topic", true);
            channel.queueDeclare(exchange, true, false, false, Map.of("x-queue-type", "quorum"));
            channel.queueBind(exchange, exchange, "#");
            channel.confirmSelect();
            channel.addConfirmListener(
                    (tag, multiple) -> {
                        window.release(multiple ? (int) (tag - last) : 1);
                        last = multiple ? tag : last + 1;
                    },
                    (tag, multiple) -> {
                        throw new IllegalStateException("nack");
                    });
        }

        @Override
        public Post prepare(Message message) {
            var headers = new HashMap<String, Object>();
            message.attributes().forEach(one -> headers.put("cloudEvents:" + one.name(), one.value()));
            var properties = new AMQP.BasicProperties.Builder()
                    .contentType("application/json")
                    .deliveryMode(2)
                    .headers(headers)
                    .build();
            return new Post(message.device() + ".air", properties, message.data());
        }

        @Override
        public void send(List<Post> posts) throws IOException, InterruptedException {
            for (var post : posts) {
                window.acquire();
                channel.basicPublish("bench", post.key(), true, post.properties(), post.body());
            }
        }

        @Override
        public void finish() throws Exception {
            channel.waitForConfirmsOrDie(60_000);
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /// The idempotent producer, `acks=all`.
    static final class Producing implements PlainClient<ProducerRecord<byte[], byte[]>> {
        private final KafkaProducer<byte[], byte[]> producer;

        Producing(KafkaServer server) {
            producer = new KafkaProducer<>(
                    Map.of(
                            "bootstrap.servers",
                            server.bootstrapServers(),
                            "acks",
                            "all",
                            "linger.ms",
                            5,
                            "batch.size",
                            256 << 10),
                    new ByteArraySerializer(),
                    new ByteArraySerializer());
            var _ = producer.partitionsFor("plain");
        }

        @Override
        public ProducerRecord<byte[], byte[]> prepare(Message message) {
            var record = new ProducerRecord<>("plain", message.device().getBytes(UTF_8), message.data());
            message.attributes()
                    .forEach(one ->
                            record.headers().add("ce_" + one.name(), one.value().getBytes(UTF_8)));
            return record;
        }

        @Override
        public void send(List<ProducerRecord<byte[], byte[]>> records) {
            records.forEach(record -> {
                // Sent before, it may not be changed any more.
                var _ = producer.send(
                        new ProducerRecord<>(record.topic(), null, record.key(), record.value(), record.headers()));
            });
        }

        @Override
        public void finish() {
            producer.flush();
        }

        @Override
        public void close() {
            producer.close();
        }
    }

    /// JSON arrays of a hundred events, one request behind the other.
    static final class Posting implements PlainClient<byte[]> {
        private static final int BATCH = 100;

        private final HttpClient client;
        private final HttpRequest.Builder request;

        Posting(String url, Map<String, String> headers, SSLContext tls) {
            client = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .sslContext(tls)
                    .build();
            request = HttpRequest.newBuilder(URI.create(url))
                    .header("Content-Type", "application/cloudevents-batch+json; charset=utf-8");
            headers.forEach(request::header);
        }

        @Override
        public byte[] prepare(Message message) {
            return message.envelope();
        }

        @Override
        public void send(List<byte[]> messages) throws IOException, InterruptedException {
            for (int i = 0; i < messages.size(); i += BATCH) {
                var body = new ByteArrayOutputStream();
                for (var message : messages.subList(i, Math.min(messages.size(), i + BATCH))) {
                    body.write(body.size() == 0 ? '[' : ',');
                    body.writeBytes(message);
                }
                body.write(']');
                var answer = client.send(
                        request.POST(BodyPublishers.ofByteArray(body.toByteArray()))
                                .build(),
                        BodyHandlers.discarding());
                if (answer.statusCode() >= 300) {
                    throw new IOException("answered " + answer.statusCode());
                }
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }

    /// PutEvents of ten entries, one call behind the other.
    static final class Putting implements PlainClient<PutEventsRequestEntry> {
        private final EventBridgeClient client;

        Putting(String endpoint) {
            client = EventBridgeClient.builder()
                    .region(Region.of("eu-central-1"))
                    .endpointOverride(URI.create(endpoint))
                    .httpClientBuilder(UrlConnectionHttpClient.builder())
                    .build();
        }

        @Override
        public PutEventsRequestEntry prepare(Message message) {
            return PutEventsRequestEntry.builder()
                    .eventBusName("default")
                    .source("io.pinstream")
                    .detailType("sample")
                    .detail(new String(message.envelope(), UTF_8))
                    .build();
        }

        @Override
        public void send(List<PutEventsRequestEntry> entries) throws IOException {
            for (int i = 0; i < entries.size(); i += 10) {
                var some = entries.subList(i, Math.min(entries.size(), i + 10));
                if (client.putEvents(call -> call.entries(some)).failedEntryCount() > 0) {
                    throw new IOException("an entry failed");
                }
            }
        }

        @Override
        public void close() {
            client.close();
        }
    }
}
