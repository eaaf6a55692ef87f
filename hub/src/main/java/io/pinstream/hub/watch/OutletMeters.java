package io.pinstream.hub.watch;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;

/// What one outlet is counted by. All of it is there from its first word on, so that an alert on what has not
/// happened yet finds a zero and not nothing. For any thread.
final class OutletMeters {
    private static final String PREFIX = "pinstream.hub.outlet.";

    private final Counter sent;
    private final Counter unheard;
    private final Counter repeated;
    private final Counter dead;
    private final Counter unread;
    private final Counter failures;
    private final AtomicLong lag = new AtomicLong();

    /// @param name of the outlet, as the configuration has it
    OutletMeters(MeterRegistry registry, String name) {
        this.sent = counter(registry, name, "sent", "events that an outlet's peer has confirmed");
        this.unheard = counter(registry, name, "unheard", "of these, events that nobody listened to (Redis Pub/Sub)");
        this.repeated = counter(
                registry, name, "repeated", "events sent again, because the answer to the first time did not come");
        this.dead =
                counter(registry, name, "dead", "events that the peer will never take: they went to the dead letters");
        this.unread = counter(
                registry, name, "deleted.unread", "events that the retention deleted before the outlet had read them");
        this.failures = counter(
                registry, name, "failures", "how often the peer did not take what there was, or Kafka did not answer");
        Gauge.builder(PREFIX + "lag", lag, AtomicLong::get)
                .description("committed events that the outlet has not settled, of this hub's partitions")
                .tag("outlet", name)
                .register(registry);
    }

    private static Counter counter(MeterRegistry registry, String name, String what, String meaning) {
        return Counter.builder(PREFIX + what)
                .description(meaning)
                .tag("outlet", name)
                .register(registry);
    }

    void sent(long events, long notHeard) {
        sent.increment((double) events);
        unheard.increment((double) notHeard);
    }

    void repeated(long events) {
        repeated.increment((double) events);
    }

    void dead() {
        dead.increment();
    }

    void deletedUnread(long events) {
        unread.increment((double) events);
    }

    void failed() {
        failures.increment();
    }

    void lag(long events) {
        lag.set(events);
    }
}
