package io.pinstream.hub.outlet;

import io.pinstream.hub.outlet.OutletStatus.State;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.time.Instant;

/// What one outlet has done, and how it does. Written by its thread, read by any.
final class Progress {
    private final OutletConfig config;
    private final TimeSource time;
    private final HubWatch watch;
    private State state = State.RUNNING;
    private String error = "";
    private Instant since;
    private int partitions;
    private long lag;
    private long sent;
    private long repeated;
    private long unheard;
    private long dead;

    Progress(OutletConfig config, TimeSource time, HubWatch watch) {
        this.config = config;
        this.time = time;
        this.watch = watch;
        this.since = time.instant();
    }

    synchronized OutletStatus status() {
        return new OutletStatus(
                config.name(),
                config.type(),
                config.target().name(),
                state,
                partitions,
                lag,
                sent,
                repeated,
                unheard,
                dead,
                error,
                since);
    }

    /// Said at every turn.
    void state(State now, String reason) {
        boolean changed;
        synchronized (this) {
            changed = state != now;
            state = now;
            error = reason;
            if (changed) {
                since = time.instant();
            }
        }
        if (!reason.isEmpty()) {
            watch.outletTroubled(config.name(), reason);
        } else if (changed) {
            watch.outletState(config.name(), now.name().toLowerCase(java.util.Locale.ROOT));
        }
    }

    void trouble(String reason) {
        state(State.RETRYING, reason);
    }

    void works() {
        state(State.RUNNING, "");
    }

    /// Nothing is in hand and Kafka answers; what the peer said last stays until it takes something.
    void reading() {
        if (status().state() != State.RUNNING) {
            works();
        }
    }

    void sent(long events, long toNobody) {
        synchronized (this) {
            sent += events;
            unheard += toNobody;
        }
        if (events > 0) {
            watch.outletSent(config.name(), events, toNobody);
        }
    }

    void repeated(long events) {
        synchronized (this) {
            repeated += events;
        }
        if (events > 0) {
            watch.outletRepeated(config.name(), events);
        }
    }

    void dead(String reason) {
        synchronized (this) {
            dead++;
        }
        watch.outletDead(config.name(), reason);
    }

    void lag(int ours, long behind) {
        synchronized (this) {
            partitions = ours;
            lag = behind;
        }
        watch.outletLag(config.name(), behind);
    }
}
