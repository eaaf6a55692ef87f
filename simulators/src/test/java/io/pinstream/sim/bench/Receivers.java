package io.pinstream.sim.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.sun.net.httpserver.HttpServer;
import io.pinstream.hub.ingest.Tls;
import io.pinstream.sim.cloud.Cloud;
import io.pinstream.time.TimeSource;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.BinaryJedisPubSub;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XReadParams;

/// A receiver for each outlet and stream, which writes down when each event came. All in this process, so that one
/// clock tells.
final class Receivers {
    private Receivers() {}

    /// Something that receives until it is closed.
    interface Receiver extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    static Receiver kafka(String bootstrapServers, String topic, Heard heard) {
        var consumer = new KafkaConsumer<>(
                Map.<String, Object>of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        var partitions = consumer.partitionsFor(topic).stream()
                .map(one -> new TopicPartition(topic, one.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToEnd(partitions);
        partitions.forEach(consumer::position);
        Thread.ofPlatform().daemon().start(() -> {
            try (consumer) {
                while (true) {
                    consumer.poll(Duration.ofSeconds(1))
                            .forEach(one -> heard.id(
                                    new String(one.headers().lastHeader("ce_id").value(), UTF_8)));
                }
            } catch (WakeupException closed) {
                // How it is ended.
            }
        });
        return consumer::wakeup;
    }

    /// Server-sent events, of all devices.
    ///
    /// @param query where it begins, such as `?since=1h`; empty for now
    static Receiver events(int port, String query, Heard heard) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream()
                .write("GET /api/v1/stream%s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"
                        .formatted(query)
                        .getBytes(US_ASCII));
        Thread.ofPlatform().daemon().start(() -> {
            try (var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8))) {
                for (var line = in.readLine(); line != null; line = in.readLine()) {
                    if (line.startsWith("data: ")) {
                        heard.json(line);
                    }
                }
            } catch (IOException closed) {
                // How it is ended.
            }
        });
        return socket::close;
    }

    static Receiver channel(OutletBench.Servers servers, Heard heard) {
        var redis = servers.redis().client();
        var listener = new BinaryJedisPubSub() {
            @Override
            public void onPMessage(byte[] pattern, byte[] channel, byte[] message) {
                heard.json(new String(message, UTF_8));
            }
        };
        Thread.ofPlatform().daemon().start(() -> {
            try (redis) {
                redis.psubscribe(listener, "pinstream.*".getBytes(UTF_8));
            }
        });
        return listener::punsubscribe;
    }

    static Receiver stream(OutletBench.Servers servers, String key, Heard heard) {
        var redis = servers.redis().client();
        Thread.ofPlatform().daemon().start(() -> {
            var from = new StreamEntryID(0, 0);
            try (redis) {
                while (true) {
                    var read =
                            redis.xread(XReadParams.xReadParams().block(1_000).count(1_000), Map.of(key, from));
                    if (read != null && !read.isEmpty()) {
                        for (var entry : read.getFirst().getValue()) {
                            heard.id(entry.getFields().get("ce_id"));
                            from = entry.getID();
                        }
                    }
                }
            } catch (JedisException closed) {
                // How it is ended.
            }
        });
        return redis::disconnect;
    }

    static Receiver queue(OutletBench.Servers servers, String name, Heard heard) throws Exception {
        var connection = servers.rabbit().connect();
        var channel = connection.createChannel();
        channel.exchangeDeclare(name, "topic", true);
        channel.queueDeclare(name, true, false, false, Map.of("x-queue-type", "quorum"));
        channel.queueBind(name, name, "#");
        channel.basicConsume(name, true, new DefaultConsumer(channel) {
            @Override
            public void handleDelivery(String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
                heard.id(properties.getMessageId());
            }
        });
        return connection::close;
    }

    static Receiver webhook(int port, Heard heard) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
                var id = exchange.getRequestHeaders().getFirst("ce-id");
                if (id == null) {
                    heard.json(body);
                } else {
                    heard.id(id);
                }
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
        return () -> server.stop(0);
    }

    /// Asks every millisecond what has arrived.
    static Receiver cloud(OutletBench.Servers servers, int port, boolean encrypted, Heard heard) throws IOException {
        var tls = new Tls(
                        Optional.empty(),
                        Optional.of(servers.pair().certificate()),
                        Optional.of(servers.pair().key()))
                .context();
        var cloud = Cloud.start(
                new Cloud.Settings(
                        port,
                        "AKIDEXAMPLE",
                        "stand-in",
                        "eu-central-1",
                        256 << 10,
                        OutletBench.Servers.GRID_KEY,
                        "stand-in",
                        encrypted ? Optional.of(tls) : Optional.empty(),
                        1_000),
                TimeSource.system());
        var thread = Thread.ofPlatform().daemon().start(() -> {
            long last = 0;
            try {
                while (true) {
                    for (var arrival : cloud.arrivals().after(last)) {
                        heard.json(arrival.json());
                        last = arrival.number();
                    }
                    Thread.sleep(1);
                }
            } catch (InterruptedException closed) {
                // How it is ended.
            }
        });
        return () -> {
            thread.interrupt();
            cloud.close();
        };
    }

    /// Engine.IO 4 and Socket.IO 5 over one WebSocket: enough of them to listen.
    ///
    /// @param subscription as JSON
    static Receiver socket(int port, String subscription, Heard heard) {
        var client = HttpClient.newHttpClient();
        var address = URI.create("ws://127.0.0.1:%d/socket.io/?EIO=4&transport=websocket".formatted(port));
        var socket = client.newWebSocketBuilder()
                .buildAsync(address, new Packets(subscription, heard))
                .join();
        return () -> {
            socket.abort();
            client.shutdownNow();
        };
    }

    private static final class Packets implements WebSocket.Listener {
        private final String subscription;
        private final Heard heard;
        private final StringBuilder packet = new StringBuilder();

        Packets(String subscription, Heard heard) {
            this.subscription = subscription;
            this.heard = heard;
        }

        @Override
        public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
            packet.append(part);
            if (last) {
                var text = packet.toString();
                packet.setLength(0);
                switch (text.charAt(0)) {
                    case '0' -> socket.sendText("40{\"subscribe\":%s}".formatted(subscription), true);
                    case '2' -> socket.sendText("3", true);
                    default -> heard.json(text);
                }
            }
            socket.request(1);
            return null;
        }
    }
}
