package io.pinstream.sim.fleet;

import io.pinstream.time.TimeSource;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Topics;
import java.net.InetSocketAddress;

/// What the devices of a running fleet share. Safe for use by many threads.
final class Run {
    private final Plan plan;
    private final long salt;
    private final InetSocketAddress broker;
    private final TimeSource time;
    private final long origin;
    private final Topics topics = new Topics(Topics.DEFAULT_PREFIX);
    private final MessageCodec codec = new MessageCodec(topics);
    private final Tallies tallies = new Tallies();
    private volatile boolean ending;

    Run(Plan plan, InetSocketAddress broker, TimeSource time) {
        this.plan = plan;
        this.salt = plan.salt();
        this.broker = broker;
        this.time = time;
        this.origin = time.nanos();
    }

    Plan plan() {
        return plan;
    }

    long salt() {
        return salt;
    }

    InetSocketAddress broker() {
        return broker;
    }

    TimeSource time() {
        return time;
    }

    Topics topics() {
        return topics;
    }

    MessageCodec codec() {
        return codec;
    }

    Tallies tallies() {
        return tallies;
    }

    /// Nanoseconds after the start of the world.
    long now() {
        return time.nanos() - origin;
    }

    /// Whether nothing more is measured: what there is is sent, and then the devices go.
    boolean isEnding() {
        return ending;
    }

    void end() {
        ending = true;
    }
}
