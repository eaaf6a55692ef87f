package io.pinstream.hub.outlet.redis;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.outlet.Outcome;
import io.pinstream.hub.outlet.Sink;
import io.pinstream.hub.outlet.redis.RedisOutlet.Mode;
import io.pinstream.hub.outlet.redis.RedisOutlet.Server;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/// One connection to one Redis.
///
/// Pub/Sub goes out as one pipeline. Streams go as one transaction: were Redis to refuse one entry for want of
/// memory and to take the next one, events would change places.
final class RedisSink implements Sink {
    private static final Limits LIMITS = new Limits(5_000, 4 << 20, false);

    private final Server to;
    private final Jedis redis;

    private RedisSink(Server to, Jedis redis) {
        this.to = to;
        this.redis = redis;
    }

    static RedisSink open(Server to) throws IOException {
        try {
            var redis = new Jedis(RedisWords.address(to), RedisWords.client(to));
            try {
                redis.connect();
                return new RedisSink(to, redis);
            } catch (JedisException refused) {
                redis.close();
                throw refused;
            }
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
        try {
            var answers = to.mode() == Mode.PUBLISH ? publish(events) : add(events);
            var outcomes = new ArrayList<Outcome>(events.size());
            for (int i = 0; i < events.size(); i++) {
                outcomes.add(outcome(events.get(i), answers.get(i)));
            }
            return outcomes;
        } catch (JedisException failed) {
            throw RedisWords.lost(to, failed);
        }
    }

    private List<Object> publish(List<CloudEvent> events) {
        var pipeline = redis.pipelined();
        for (var event : events) {
            pipeline.publish(RedisWords.bytes(to.channel().fill(event)), event.jsonBytes());
        }
        return pipeline.syncAndReturnAll();
    }

    private List<Object> add(List<CloudEvent> events) {
        try (var transaction = redis.multi()) {
            for (var event : events) {
                transaction.xadd(
                        RedisWords.bytes(to.channel().fill(event)),
                        RedisWords.adding(to, event),
                        RedisWords.fields(event));
            }
            var answers = transaction.exec();
            if (answers == null) {
                throw new JedisDataException("the transaction was not done");
            }
            return answers;
        }
    }

    private Outcome outcome(CloudEvent event, Object answer) {
        return switch (answer) {
            case Long receivers -> receivers > 0 ? Outcome.SENT : Outcome.UNHEARD;
            case JedisDataException refused when to.mode() == Mode.STREAM -> refused(event, refused);
            case JedisDataException refused -> throw refused; // all of these again, so that none changes its place
            default -> Outcome.SENT;
        };
    }

    private Outcome refused(CloudEvent event, JedisDataException refused) {
        var reason = String.valueOf(refused.getMessage());
        if (to.deduplicate() && reason.contains("equal or smaller")) {
            var key = to.channel().fill(event);
            var id = RedisWords.id(event);
            var there = redis.xrange(key, id, id).stream()
                    .anyMatch(entry -> event.id().equals(entry.getFields().get(RedisWords.ID)));
            return there
                    ? Outcome.SENT
                    : new Outcome.Never(
                            "the newest id of the stream %s is beyond %s, and no such event is there: it was"
                                            .formatted(to.channel().fill(event), id)
                                    + " trimmed, or the events topic was made anew; then delete the stream");
        }
        return reason.startsWith("WRONGTYPE")
                ? new Outcome.Never("%s holds something else than a stream"
                        .formatted(to.channel().fill(event)))
                : new Outcome.Again("%s: %s".formatted(to.name(), reason));
    }

    @Override
    public void close() {
        redis.close();
    }
}
