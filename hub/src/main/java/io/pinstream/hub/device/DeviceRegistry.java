package io.pinstream.hub.device;

import io.pinstream.hub.log.CloudEvent;
import io.pinstream.hub.log.EventLog;
import io.pinstream.hub.log.Position;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.Backoff;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/// Every device that ever said something of itself: follows the compacted topic of devices, from its beginning.
/// The loop of the thread `devices`. Devices that do not speak the protocol say nothing of themselves and are not
/// here.
///
/// It holds one record a device, at most 17 KiB each and about 1 KiB as a rule, and at most 200,000 of them.
public final class DeviceRegistry implements Runnable, AutoCloseable {
    /// What is known of one device.
    ///
    /// @param seen when it last said something of itself, by the clock of the hub that wrote it
    /// @param brief the little of it that lists show
    /// @param json the whole record, as the hub wrote it
    public record Device(String id, Instant seen, Brief brief, String json) {
        /// `online` or `offline` as its retained state says; empty if it has none.
        public String state() {
            return brief.state();
        }
    }

    /// All devices in three numbers.
    ///
    /// @param waiting packs in the outboxes of those that are online, as they said last
    public record Summary(int known, int online, long waiting) {}

    private static final int MOST = 200_000;
    private static final Duration POLL = Duration.ofMillis(500);

    private final EventLog log;
    private final HubWatch watch;
    private final Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(15), new Random());
    private final ConcurrentNavigableMap<String, Device> devices = new ConcurrentSkipListMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile String problem = "the topic of devices is not read yet";

    public DeviceRegistry(EventLog log, HubWatch watch) {
        this.log = log;
        this.watch = watch;
    }

    /// Why it does not know every device; empty if it does. Any thread.
    public String state() {
        return problem;
    }

    /// One device. Any thread.
    public Optional<Device> find(String id) {
        return Optional.ofNullable(devices.get(id));
    }

    /// Devices in the order of their ids. Any thread.
    ///
    /// @param after the last one of the page before; empty for the first page
    public List<Device> list(String after, int limit, Predicate<Device> wanted) {
        return devices.tailMap(after, false).values().stream()
                .filter(wanted)
                .limit(limit)
                .toList();
    }

    /// All devices in three numbers. Any thread; looks at each.
    public Summary summary() {
        int known = 0;
        int online = 0;
        long waiting = 0;
        for (var device : devices.values()) {
            known++;
            online += device.brief().isOnline() ? 1 : 0;
            waiting += device.brief().waiting();
        }
        return new Summary(known, online, waiting);
    }

    @Override
    public void run() {
        try {
            while (!isClosed()) {
                try {
                    follow();
                } catch (IOException away) {
                    problem = String.valueOf(away.getMessage());
                    watch.readerFailed("devices", problem);
                    var _ = closed.await(backoff.next().toMillis(), TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt(); // how the hub ends a question that hangs
        }
    }

    private void follow() throws IOException {
        try (var reader = log.open()) {
            var end = reader.end();
            reader.seek(reader.begin());
            var position = Position.of();
            while (!isClosed()) {
                var batch = reader.poll(POLL);
                batch.events().forEach(this::take);
                position = batch.next();
                if (position.covers(end)) {
                    problem = "";
                    watch.readerWorks("devices");
                    backoff.reset();
                }
            }
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void take(CloudEvent record) {
        var id = record.device();
        if (record.data().length == 0) {
            devices.remove(id);
            return;
        }
        var brief = Brief.read(record.data());
        if (brief.isPresent() && (devices.size() < MOST || devices.containsKey(id))) {
            var json = new String(record.data(), StandardCharsets.UTF_8);
            devices.put(id, new Device(id, record.timestamp(), brief.get(), json));
        }
    }

    /// Asks the loop to end. Any thread.
    @Override
    public void close() {
        closed.countDown();
    }
}
