package io.pinstream.hub.outlet.redis;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.redis.RedisOutlet.Mode;
import io.pinstream.hub.outlet.redis.RedisOutlet.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

/// Connections to a cluster: sharded Pub/Sub (`SPUBLISH`, Redis 7), and streams that lie on the node of their key.
/// Nodes answer each for itself, so only one event of each device is on its way.
final class RedisClusterSink implements Sink {
    private static final Limits LIMITS = new Limits(2_000, 4 << 20, true);

    private final Server to;
    private final RedisClusterClient cluster;

    private RedisClusterSink(Server to, RedisClusterClient cluster) {
        this.to = to;
        this.cluster = cluster;
    }

    static RedisClusterSink open(Server to) throws IOException {
        try {
            return new RedisClusterSink(
                    to,
                    RedisClusterClient.builder()
                            .nodes(Set.of(RedisWords.address(to)))
                            .clientConfig(RedisWords.client(to))
                            .build());
        } catch (JedisException refused) {
            throw RedisWords.lost(to, refused);
        }
    }

    @Override
    public Limits limits() {
        return LIMITS;
    }

    @Override
    public List<Outcome> send(List<CloudEvent> events) throws IOException {
        var answers = new ArrayList<Supplier<?>>(events.size());
        try (var pipeline = cluster.pipelined()) {
            for (var event : events) {
                var name = RedisWords.bytes(to.channel().fill(event));
                answers.add(
                        to.mode() == Mode.PUBLISH
                                ? pipeline.spublish(name, event.jsonBytes())
                                : pipeline.xadd(name, RedisWords.adding(to, event), RedisWords.fields(event)));
            }
            pipeline.sync();
        } catch (JedisException failed) {
            throw RedisWords.lost(to, failed);
        }
        return answers.stream().map(this::outcome).toList();
    }

    private Outcome outcome(Supplier<?> answer) {
        try {
            return answer.get() instanceof Long receivers && receivers == 0 ? Outcome.UNHEARD : Outcome.SENT;
        } catch (JedisException refused) {
            return new Outcome.Again("%s: %s".formatted(to.name(), refused.getMessage()));
        }
    }

    @Override
    public void close() {
        cluster.close();
    }
}
