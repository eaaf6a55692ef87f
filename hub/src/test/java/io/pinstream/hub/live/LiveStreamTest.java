package io.pinstream.hub.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.hub.live.LiveStream.Item;
import io.pinstream.hub.live.LiveStream.Request;
import io.pinstream.hub.live.LiveStream.Start;
import io.pinstream.hub.live.LiveStream.Why;
import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.Position;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Streams over a log in memory; this thread is the feed's and every client's, in an order that a seed decides.
class LiveStreamTest {
    private static final int PARTITIONS = 3;
    private static final int SEEDS = Integer.getInteger("live.seeds", 400);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (var closeable : open.reversed()) {
            closeable.close();
        }
    }

    /// A feed that has a client, so that it stands at the live end.
    private LiveFeed feed(MemoryLog log, LiveFeed.Config config) throws Exception {
        var feed = new LiveFeed(log, config, new ManualTime(), HubWatch.NONE);
        var first = Thread.ofVirtual().start(() -> {
            try {
                feed.join(feed.queue(Filter.ALL, Policy.DROP_OLDEST));
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
        while (first.isAlive()) {
            feed.step();
        }
        open.add(feed);
        return feed;
    }

    private static LiveFeed.Config config(int queueEvents) {
        return new LiveFeed.Config(10, 2, queueEvents, 1 << 20);
    }

    private static Request request(Start start, Policy policy) {
        return new Request(start, Filter.ALL, policy, Optional.empty());
    }

    private LiveStream stream(LiveFeed feed, Request request) throws Exception {
        var stream = feed.open(request);
        open.add(stream);
        return stream;
    }

    /// Every event once and in order, through any interleaving of commits, the live thread, a client that stops
    /// reading and comes back with its token, and hubs that restart: the policy is to be disconnected.
    @Test
    void givesEveryEventOnceHoweverOftenAClientComesBack() throws Exception {
        int replays = 0;
        int slow = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var log = new MemoryLog(7, PARTITIONS, random);
            for (int i = random.nextInt(30); i > 0; i--) {
                append(log, random);
            }
            var given = new HashMap<Integer, List<CloudEvent>>();
            var feed = feed(log, config(1 + random.nextInt(6)));
            var stream = stream(feed, request(new Start.At(new Token(7, zero(), MemoryLog.START)), Policy.DISCONNECT));
            boolean restart = false;
            for (int steps = 0, quiet = 0; quiet < 8; steps++) {
                boolean commits = steps < 200;
                switch (random.nextInt(commits ? 8 : 3)) {
                    case 0 -> feed.step();
                    case 1, 2 -> {
                        var item = stream.next(Duration.ZERO);
                        boolean idle = item instanceof Item.Idle && !commits;
                        quiet = idle
                                        && stream.token()
                                                .position()
                                                .covers(log.open().end())
                                ? quiet + 1
                                : 0;
                        switch (item) {
                            case Item.Next(var event, var token) -> {
                                given.computeIfAbsent(event.partition(), _ -> new ArrayList<>())
                                        .add(event);
                                assertThat(token).isEqualTo(stream.token());
                            }
                            case Item.Ended(var why, var _) -> {
                                assertThat(why).isEqualTo(Why.SLOW);
                                slow++;
                                restart = true;
                            }
                            case Item.Idle _ -> {}
                            default -> throw new AssertionError("seed " + seed + ": " + item);
                        }
                    }
                    case 3 -> restart = random.nextInt(6) == 0;
                    case 4 -> log.mark(random.nextInt(PARTITIONS));
                    default -> append(log, random);
                }
                if (restart) {
                    restart = false;
                    replays++;
                    var token = Token.parse(stream.token().toString());
                    stream.close();
                    if (random.nextBoolean()) {
                        feed.close();
                        feed = feed(log, config(1 + random.nextInt(6)));
                    }
                    stream = stream(feed, request(new Start.At(token), Policy.DISCONNECT));
                }
                assertThat(steps).as("steps of seed %d", seed).isLessThan(20_000);
            }
            for (int p = 0; p < PARTITIONS; p++) {
                assertThat(given.getOrDefault(p, List.of()))
                        .as("partition %d of seed %d", p, seed)
                        .isEqualTo(log.all(p));
            }
            close();
            open.clear();
        }
        assertThat(replays).as("resumes").isGreaterThan(SEEDS);
        assertThat(slow).as("full queues").isGreaterThan(SEEDS / 40);
    }

    /// A client that is too slow loses events, is told how many, and what it gets is in order.
    @ParameterizedTest
    @EnumSource(names = {"DROP_OLDEST", "CONFLATE"})
    void tellsASlowClientHowManyEventsItLost(Policy policy) throws Exception {
        long lost = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            var log = new MemoryLog(7, PARTITIONS, random);
            var feed = feed(log, config(8));
            var stream = stream(feed, request(new Start.Now(), policy));
            var last = new HashMap<Integer, Long>();
            var newest = new HashMap<String, CloudEvent>();
            long given = 0;
            long dropped = 0;
            for (int steps = 0, quiet = 0; quiet < 3; steps++) {
                boolean commits = steps < 300;
                if (commits && random.nextInt(3) > 0) {
                    append(log, random);
                }
                if (random.nextInt(4) == 0) {
                    feed.step();
                }
                if (random.nextInt(commits ? 8 : 2) == 0) {
                    switch (stream.next(Duration.ZERO)) {
                        case Item.Next(var event, var _) -> {
                            given++;
                            assertThat(event.offset())
                                    .as("seed %d", seed)
                                    .isGreaterThan(last.getOrDefault(event.partition(), -1L));
                            last.put(event.partition(), event.offset());
                            newest.put(event.source(), event);
                        }
                        case Item.Dropped(var events, var _) -> dropped += events;
                        case Item.Idle(var token) ->
                            quiet += !commits
                                            && token.position()
                                                    .covers(log.open().end())
                                    ? 1
                                    : 0;
                        case Item other -> throw new AssertionError("seed " + seed + ": " + other);
                    }
                }
                assertThat(steps).as("steps of seed %d", seed).isLessThan(20_000);
            }
            long all = 0;
            var expected = new HashMap<String, CloudEvent>();
            for (int p = 0; p < PARTITIONS; p++) {
                all += log.all(p).size();
                log.all(p).forEach(event -> expected.put(event.source(), event));
            }
            assertThat(given + dropped).as("seed %d", seed).isEqualTo(all);
            if (policy == Policy.CONFLATE) {
                assertThat(newest)
                        .as("the newest of each sensor, seed %d", seed)
                        .isEqualTo(expected);
            }
            lost += dropped;
            close();
            open.clear();
        }
        assertThat(lost).isGreaterThan(SEEDS);
    }

    private static void append(MemoryLog log, Random random) {
        int partition = random.nextInt(PARTITIONS);
        log.append(partition, "d" + partition, "s" + random.nextInt(2));
    }

    @Test
    void tellsFromWhenToWhenThereIsAGapWhereThePositionHasLeftTheRetention() throws Exception {
        // Given
        var log = new MemoryLog(7, 2, new Random(1));
        var first = log.append(0, "a", "s");
        log.append(1, "b", "s");
        log.append(0, "a", "s");
        var kept = log.append(0, "a", "s");
        var feed = feed(log, config(10));
        var token = new Token(7, zero().with(1, 1).behind(first), first.timestamp());

        // When
        log.forget(0, 2);
        var stream = stream(feed, request(new Start.At(token), Policy.DROP_OLDEST));

        // Then
        assertThat(stream.next(Duration.ZERO)).isInstanceOfSatisfying(Item.Gap.class, gap -> {
            assertThat(gap.from()).isEqualTo(first.timestamp());
            assertThat(gap.until()).isEqualTo(kept.timestamp());
            assertThat(gap.records()).isEqualTo(1);
        });
        assertThat(events(stream, 1)).containsExactly(kept);
    }

    @Test
    void tellsOfAGapWhereTheTopicIsAnotherOne() throws Exception {
        // Given
        var feed = feed(new MemoryLog(8, 2, new Random(1)), config(10));
        var token = new Token(7, zero(), MemoryLog.START);

        // When
        var stream = stream(feed, request(new Start.At(token), Policy.DROP_OLDEST));

        // Then
        assertThat(stream.next(Duration.ZERO))
                .isInstanceOfSatisfying(
                        Item.Gap.class, gap -> assertThat(gap.token().log()).isEqualTo(8));
    }

    @Test
    void startsInThePastAndEndsWhereItIsTold() throws Exception {
        // Given
        var log = new MemoryLog(7, 1, new Random(1));
        var all = new ArrayList<CloudEvent>();
        for (int i = 0; i < 10; i++) {
            all.add(log.append(0, "a", "s"));
        }
        var feed = feed(log, config(10));

        // When
        var stream = stream(
                feed,
                new Request(
                        new Start.Since(MemoryLog.START.plusSeconds(3)),
                        Filter.ALL,
                        Policy.DROP_OLDEST,
                        Optional.of(MemoryLog.START.plusSeconds(6))));

        // Then
        assertThat(events(stream, 3)).isEqualTo(all.subList(3, 6));
        var ended = stream.next(Duration.ZERO);
        assertThat(ended)
                .isInstanceOfSatisfying(
                        Item.Ended.class, end -> assertThat(end.why()).isEqualTo(Why.COMPLETE));
    }

    @Test
    void movesThePositionPastWhatTheFilterLeavesOut() throws Exception {
        // Given
        var log = new MemoryLog(7, 2, new Random(1));
        var feed = feed(log, config(10));
        var filter = new Filter(List.of(new Glob("a*")), List.of(), List.of(), List.of());
        var stream = stream(feed, new Request(new Start.Now(), filter, Policy.DROP_OLDEST, Optional.empty()));

        // When
        log.append(0, "b", "s");
        var wanted = log.append(1, "attic", "s");
        log.append(0, "b", "s");

        // Then
        var given = new ArrayList<CloudEvent>();
        while (!stream.token().position().covers(log.open().end())) {
            feed.step();
            if (stream.next(Duration.ZERO) instanceof Item.Next(var event, var _)) {
                given.add(event);
            }
        }
        assertThat(given).containsExactly(wanted);
    }

    @Test
    void endsWithAPositionToComeBackWithWhenTheHubStops() throws Exception {
        // Given
        var feed = feed(new MemoryLog(7, 2, new Random(1)), config(10));
        var stream = stream(feed, request(new Start.Now(), Policy.DROP_OLDEST));

        // When
        feed.close();

        // Then
        assertThat(stream.next(Duration.ofSeconds(30))).isEqualTo(new Item.Ended(Why.STOPPED, stream.token()));
    }

    @Test
    void refusesMoreStreamsThanItMayHave() throws Exception {
        // Given
        var feed = feed(new MemoryLog(7, 2, new Random(1)), new LiveFeed.Config(1, 1, 10, 1 << 20));
        var only = stream(feed, request(new Start.Now(), Policy.DROP_OLDEST));

        // Then
        assertThatThrownBy(() -> feed.open(request(new Start.Now(), Policy.DROP_OLDEST)))
                .isInstanceOf(LiveBusy.class)
                .hasMessage("there are 1 live streams already, which is the limit (live.streams)");
        only.close();
        only.close();
        assertThat(stream(feed, request(new Start.Now(), Policy.DROP_OLDEST))).isNotNull();
    }

    private static Position zero() {
        return Position.of();
    }

    private static List<CloudEvent> events(LiveStream stream, int count) throws Exception {
        var events = new ArrayList<CloudEvent>();
        for (int tries = 0; events.size() < count && tries < 1_000; tries++) {
            if (stream.next(Duration.ZERO) instanceof Item.Next(var event, var _)) {
                events.add(event);
            }
        }
        return events;
    }
}
