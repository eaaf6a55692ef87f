package io.pinstream.hub.outlet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.cloudevents.core.provider.EventFormatProvider;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisShardedPubSub;
import redis.clients.jedis.Protocol;
import redis.clients.jedis.RedisClusterClient;

/// A real Redis cluster of three nodes as a target: each owns a third of the slots.
class RedisClusterIT {
    private static final int SLOTS = 16_384;
    private static final List<RedisServer> NODES = new ArrayList<>();

    private Line line;

    @BeforeAll
    static void form() throws Exception {
        for (int i = 0; i < 3; i++) {
            NODES.add(new RedisServer("--cluster-enabled", "yes", "--cluster-port", Integer.toString(Ports.free())));
        }
        for (int i = 0; i < 3; i++) {
            try (var redis = NODES.get(i).client()) {
                redis.clusterAddSlotsRange(SLOTS * i / 3, SLOTS * (i + 1) / 3 - 1);
            }
        }
        var first = NODES.getFirst();
        try (var redis = first.client()) {
            var bus = redis.clusterNodes().split("[@ ,]")[2];
            for (var other : NODES.subList(1, 3)) {
                try (var node = other.client()) {
                    node.sendCommand(
                            Protocol.Command.CLUSTER, "MEET", "127.0.0.1", Integer.toString(first.port()), bus);
                }
            }
        }
        await().atMost(Line.LIMIT).until(() -> NODES.stream().allMatch(RedisClusterIT::isWhole));
    }

    private static boolean isWhole(RedisServer node) {
        try (var redis = node.client()) {
            var info = redis.clusterInfo();
            return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:3");
        }
    }

    @AfterAll
    static void end() throws Exception {
        for (var node : NODES) {
            node.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        line = new Line();
    }

    @AfterEach
    void stop() {
        line.close();
    }

    private static String yaml(String more) {
        return """
                outlets:
                  cluster:
                    type: redis
                    retry: {first: 10ms, longest: 200ms}
                    to: {url: "redis://127.0.0.1:%d", password: geheim, cluster: true%s}
                """.formatted(NODES.getFirst().port(), more);
    }

    private void write() {
        for (var device : List.of("attic", "cellar", "garage", "garden", "hall", "kitchen", "roof", "shed")) {
            line.write(device, 20);
        }
    }

    /// Each node has those streams whose keys are of its slots.
    @Test
    void addsToStreamsOnTheNodesThatTheirKeysBelongTo() {
        // Given
        write();

        // When
        line.hub(yaml(", mode: stream, channel: \"stream.{device}\""));

        // Then
        await().atMost(Line.LIMIT).until(() -> line.isComplete(ids()));
        line.assertComplete(ids());
        assertThat(NODES).allMatch(node -> !node.ids("stream.*").isEmpty());
    }

    private static List<String> ids() {
        return NODES.stream().flatMap(node -> node.ids("stream.*").stream()).toList();
    }

    /// SPUBLISH: who listens on a shard's channel hears it at the node that owns the channel's slot.
    @Test
    void publishesToShardedChannelsAndCountsWhatNobodyHeard() throws Exception {
        // Given
        var heard = new CopyOnWriteArrayList<String>();
        var format = EventFormatProvider.getInstance().resolveFormat(JsonFormat.CONTENT_TYPE);
        var listener = new JedisShardedPubSub() {
            @Override
            public void onSMessage(String channel, String message) {
                heard.add(format.deserialize(message.getBytes(StandardCharsets.UTF_8))
                        .getId());
            }
        };
        var thread = Thread.ofVirtual().start(() -> {
            try (var redis = RedisClusterClient.builder()
                    .nodes(Set.of(new HostAndPort("127.0.0.1", NODES.getLast().port())))
                    .clientConfig(DefaultJedisClientConfig.builder()
                            .password(RedisServer.PASSWORD)
                            .build())
                    .build()) {
                redis.ssubscribe(listener, "shard.attic");
            }
        });
        await().atMost(Line.LIMIT).until(listener::isSubscribed);
        write();

        // When
        var hub = line.hub(yaml(", channel: \"shard.{device}\""));

        // Then
        await().atMost(Line.LIMIT).until(() -> new HashSet<>(heard).size() == 20);
        assertThat(heard.stream().distinct())
                .containsExactlyElementsOf(Stream.iterate(0, i -> i < 20, i -> i + 1)
                        .map(i -> "attic-" + i)
                        .toList());
        await().atMost(Line.LIMIT).until(() -> hub.list().getFirst().unheard() == 140);
        listener.sunsubscribe();
        thread.join();
    }
}
