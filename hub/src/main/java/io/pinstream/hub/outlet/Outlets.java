package io.pinstream.hub.outlet;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.OutletLog;
import io.pinstream.hub.log.Position;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/// All outlets of this hub, each on a thread `outlet-<name>` of its own, and the thread `outlets`, which follows
/// what is wanted of them.
///
/// What is wanted stands in a compacted topic of its own, because all hubs must obey it, a hub that starts
/// tomorrow included. (The topic of devices is no place for it: whoever reads that takes each key for a device.)
public final class Outlets implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration DRAIN = Duration.ofSeconds(5);

    private final OutletLog log;
    private final TimeSource time;
    private final HubWatch watch;
    private final Map<String, OutletRunner> runners = new LinkedHashMap<>();
    private final Map<String, Wish> wishes = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch topics = new CountDownLatch(1);
    private final CountDownLatch known = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    public Outlets(List<OutletConfig> outlets, OutletLog log, TimeSource time, HubWatch watch) {
        this.log = log;
        this.time = time;
        this.watch = watch;
        outlets.forEach(outlet ->
                runners.put(outlet.name(), new OutletRunner(outlet, log, () -> wish(outlet.name()), time, watch)));
        if (!outlets.isEmpty()) {
            threads.add(Thread.ofPlatform().name("outlets").start(this::follow));
            runners.forEach((name, runner) ->
                    threads.add(Thread.ofPlatform().name("outlet-" + name).start(() -> begin(runner))));
        }
    }

    /// The topics are there: outlets may read.
    public void topicsMade() {
        topics.countDown();
    }

    /// How each does in this hub. Any thread.
    public List<OutletStatus> list() {
        return runners.values().stream().map(OutletRunner::status).toList();
    }

    /// Lets an outlet rest, or go on, in all hubs. Any thread.
    ///
    /// @return what is wanted of it now; empty if there is none of that name
    /// @throws IOException if Kafka does not take the wish
    public Optional<Wish> pause(String outlet, boolean rest) throws IOException {
        return want(outlet, wish -> wish.pause(rest));
    }

    /// Lets an outlet send again what came since a time, in all hubs. Any thread.
    ///
    /// @return what is wanted of it now; empty if there is none of that name
    /// @throws IOException if Kafka does not take the wish
    public Optional<Wish> replay(String outlet, Instant from) throws IOException {
        return want(outlet, wish -> wish.replay(from, time.instant()));
    }

    private Optional<Wish> want(String outlet, UnaryOperator<Wish> change) throws IOException {
        if (!runners.containsKey(outlet)) {
            return Optional.empty();
        }
        if (known.getCount() > 0) {
            throw new IOException("what is wanted of the outlets is not read from Kafka yet");
        }
        var wanted = change.apply(wish(outlet));
        log.wish(outlet, wanted.json());
        return Optional.of(wanted);
    }

    /// Changes what is wanted of an outlet for somebody who runs no outlets: reads it, and writes it anew.
    ///
    /// @throws IOException if Kafka does not answer
    public static Wish want(OutletLog log, String outlet, UnaryOperator<Wish> change) throws IOException {
        var wish = Wish.NONE;
        try (var reader = log.wishes().open()) {
            var end = reader.end();
            reader.seek(reader.begin());
            var position = reader.begin();
            while (!position.covers(end)) {
                var polled = reader.poll(POLL);
                for (var record : polled.events()) {
                    if (record.device().equals(outlet)) {
                        wish = Wish.parse(record.data()).orElse(Wish.NONE);
                    }
                }
                position = polled.next();
            }
        }
        var wanted = change.apply(wish);
        log.wish(outlet, wanted.json());
        return wanted;
    }

    private Wish wish(String outlet) {
        return wishes.getOrDefault(outlet, Wish.NONE);
    }

    /// An outlet that is paused must not begin before that is known.
    private void begin(OutletRunner runner) {
        try {
            known.await();
            if (closed.getCount() > 0) {
                runner.run();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// The thread `outlets`.
    private void follow() {
        var backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), new Random());
        try {
            topics.await();
            while (closed.getCount() > 0) {
                try {
                    follow(backoff);
                } catch (IOException away) {
                    watch.readerFailed("outlets", String.valueOf(away.getMessage()));
                    var _ = closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a question that hangs
        }
    }

    private void follow(Backoff backoff) throws IOException {
        try (var reader = log.wishes().open()) {
            var end = reader.end();
            reader.seek(reader.begin());
            var position = Position.of();
            while (closed.getCount() > 0) {
                if (position.covers(end)) {
                    known.countDown();
                    watch.readerWorks("outlets");
                    backoff.reset();
                }
                var polled = reader.poll(POLL);
                polled.events().forEach(this::take);
                position = polled.next();
            }
        }
    }

    private void take(CloudEvent record) {
        if (record.data().length == 0) {
            wishes.remove(record.device());
        } else {
            Wish.parse(record.data()).ifPresent(wish -> wishes.put(record.device(), wish));
        }
    }

    /// Each sink finishes what it is sending, and what is confirmed is committed; one that hangs is interrupted.
    /// The second time it does nothing.
    @Override
    public void close() {
        closed.countDown();
        runners.values().forEach(OutletRunner::close);
        topics.countDown();
        known.countDown();
        long deadline = time.nanos() + DRAIN.toNanos();
        try {
            for (var thread : threads) {
                var left = Duration.ofNanos(Math.max(1, deadline - time.nanos()));
                if (!thread.join(left)) {
                    thread.interrupt();
                    var _ = thread.join(DRAIN);
                }
            }
        } catch (InterruptedException stop) {
            threads.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
    }
}
