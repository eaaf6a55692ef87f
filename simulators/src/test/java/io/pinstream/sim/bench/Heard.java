package io.pinstream.sim.bench;

import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;

/// When each event came to one receiver, by the monotonic clock. Any thread.
final class Heard {
    private static final Pattern ID = Pattern.compile("\"id\":\"([^\"]*)\"");

    private final TimeSource time;
    private final Map<String, Long> seen = new ConcurrentHashMap<>();

    Heard(TimeSource time) {
        this.time = time;
    }

    void id(String id) {
        seen.putIfAbsent(id, time.nanos());
    }

    /// Every event in a text of CloudEvents JSON.
    void json(String text) {
        long now = time.nanos();
        var ids = ID.matcher(text);
        while (ids.find()) {
            seen.putIfAbsent(ids.group(1), now);
        }
    }

    long count() {
        return seen.size();
    }

    /// Waits for so many events, but no longer than told.
    ///
    /// @return whether they have come
    boolean await(long howMany, Duration atMost) throws InterruptedException {
        return await(() -> count() >= howMany, atMost);
    }

    /// The same, of those that a plain consumer has seen.
    boolean await(TopicWatch reference, long howMany, Duration atMost) throws InterruptedException {
        return await(() -> laterThan(reference).length >= howMany, atMost);
    }

    private boolean await(BooleanSupplier condition, Duration atMost) throws InterruptedException {
        long end = time.nanos() + atMost.toNanos();
        while (!condition.getAsBoolean()) {
            if (time.nanos() > end) {
                return false;
            }
            Thread.sleep(Duration.ofMillis(20)); // a program that measures
        }
        return true;
    }

    /// How much later than a plain consumer each event came, in nanoseconds, sorted; less than zero where it came
    /// first. Those that the consumer has not seen are left out.
    long[] laterThan(TopicWatch reference) {
        return seen.entrySet().stream()
                .filter(one -> reference.when(one.getKey()).isPresent())
                .mapToLong(one -> one.getValue() - reference.when(one.getKey()).getAsLong())
                .sorted()
                .toArray();
    }
}
