package io.pinstream.hub.web;

import io.pinstream.time.TimeSource;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Counts who failed to say who they are, by address: ten times within a minute are too many for the rest of it.
///
/// IPv6 addresses count by their first 64 bits, because one machine has all that begin so. Keeps the newest 10,000
/// addresses. Safe for use by many threads.
final class Failures {
    private static final int TRIES = 10;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int MOST_ADDRESSES = 10_000;
    private static final int NETWORK_BYTES = 8;

    private static final class Count {
        final long since;
        int failed;

        Count(long since) {
            this.since = since;
        }
    }

    private final TimeSource time;
    private final Map<String, Count> counts = new LinkedHashMap<>(16, 0.75f, true); // guarded by itself

    Failures(TimeSource time) {
        this.time = time;
    }

    /// How long nobody listens to that address, if it failed too often.
    Optional<Duration> left(String address) {
        synchronized (counts) {
            var there = current(network(address));
            return there == null || there.failed < TRIES
                    ? Optional.empty()
                    : Optional.of(WINDOW.minusNanos(time.nanos() - there.since));
        }
    }

    void add(String address) {
        var network = network(address);
        synchronized (counts) {
            var there = current(network);
            if (there == null) {
                if (counts.size() >= MOST_ADDRESSES) {
                    counts.remove(counts.keySet().iterator().next());
                }
                there = new Count(time.nanos());
                counts.put(network, there);
            }
            there.failed++;
        }
    }

    private @Nullable Count current(String network) {
        var there = counts.get(network);
        if (there != null && time.nanos() - there.since >= WINDOW.toNanos()) {
            counts.remove(network);
            return null;
        }
        return there;
    }

    private static String network(String address) {
        try {
            if (InetAddress.ofLiteral(address) instanceof Inet6Address six) {
                return HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), NETWORK_BYTES));
            }
        } catch (IllegalArgumentException name) {
            // Counted as it is.
        }
        return address;
    }
}
