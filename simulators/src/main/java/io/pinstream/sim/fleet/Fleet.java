package io.pinstream.sim.fleet;

import io.pinstream.sim.mqtt.MqttConnection;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Thousands of devices in one process: each has its own MQTT 5 connection, client id, will, state and topics,
/// and the delivery protocol's real courier, on a virtual thread of its own.
///
/// A device keeps no pack: what it measures is a function of the [Plan] and the time, so a pack that waits, or is
/// sent again, is made again. That is why a backlog of hours costs nothing, and why two runs of a plan are the
/// same, byte for byte, in everything but when it is sent and how often.
///
/// For one thread; the devices have their own.
public final class Fleet implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Run run;
    private final Memory before;
    private final List<Thread> devices;
    private OptionalLong heap = OptionalLong.empty();
    private OptionalLong resident = OptionalLong.empty();

    private Fleet(Run run, Memory before, List<Thread> devices) {
        this.run = run;
        this.before = before;
        this.devices = devices;
    }

    /// Sees that there is a broker and that so many connections are allowed, and switches the devices on.
    ///
    /// @throws IOException if there is not, or they are not; says the remedy
    public static Fleet start(Plan plan, InetSocketAddress broker, TimeSource time) throws IOException {
        if (broker.isUnresolved()) {
            throw new IOException("broker %s: its name is not known".formatted(broker.getHostString()));
        }
        OpenFiles.require(plan.devices());
        probe(plan, broker, time);
        var before = Memory.now();
        var run = new Run(plan, broker, time);
        var devices = new ArrayList<Thread>(plan.devices());
        for (int i = 0; i < plan.devices(); i++) {
            devices.add(Thread.ofVirtual().start(new Device(run, i)));
        }
        return new Fleet(run, before, devices);
    }

    private static void probe(Plan plan, InetSocketAddress broker, TimeSource time) throws IOException {
        var login = new MqttConnection.Login(broker, plan.site() + "-probe", Optional.empty());
        try (var connection = MqttConnection.open(login, time)) {
            connection.disconnect();
        } catch (IOException failure) {
            throw new IOException(Words.of(failure, broker), failure);
        }
    }

    /// Whether every device has sent everything, has been acknowledged, and is gone.
    public boolean isDone() {
        return run.tallies().ended.get() == devices.size();
    }

    /// Whether every device has its connection.
    public boolean isComplete() {
        return run.tallies().connected.get() == devices.size();
    }

    /// Measures what a device costs, now; the report has the largest of what was found. Collects garbage.
    public void measureMemory() {
        var now = Memory.now();
        heap = larger(heap, OptionalLong.of((now.heap() - before.heap()) / devices.size()));
        if (now.resident().isPresent()) {
            resident = larger(resident, OptionalLong.of(now.resident().getAsLong() / devices.size()));
        }
    }

    private static OptionalLong larger(OptionalLong one, OptionalLong other) {
        return one.orElse(Long.MIN_VALUE) > other.orElse(Long.MIN_VALUE) ? one : other;
    }

    /// Lets the devices measure nothing more: what there is is sent, and each ends when it is acknowledged.
    public void end() {
        run.end();
    }

    public Report report() {
        var tallies = run.tallies();
        var took = tallies.latencies;
        // In this order, or something could seem to be acknowledged that was not made yet.
        long known = tallies.known.sum();
        long acknowledged = tallies.acknowledged.sum();
        long resent = tallies.resent.sum();
        long sent = tallies.sent.sum();
        long packs = tallies.made.sum();
        return new Report(
                devices.size(),
                run.now() / 1e9,
                packs,
                sent,
                resent,
                acknowledged,
                known,
                run.plan().load().eventsPerPack(),
                tallies.connected.get(),
                tallies.answered.get(),
                tallies.connections.sum(),
                tallies.failures.sum(),
                tallies.stormed.sum(),
                tallies.silences.sum(),
                tallies.unheard.sum(),
                tallies.hubWentBack.sum(),
                new Report.Latency(
                        took.millis(0.5), took.millis(0.9), took.millis(0.99), took.millis(0.999), took.millis(1)),
                new Report.PerDevice(heap, resident),
                tallies.lastFailure);
    }

    /// Breaks every connection that is left, and waits for the devices, not for long.
    @Override
    public void close() throws IOException {
        devices.forEach(Thread::interrupt);
        long end = run.time().nanos() + PATIENCE.toNanos();
        try {
            for (var device : devices) {
                long rest = Math.max(end - run.time().nanos(), 1);
                if (!device.join(Duration.ofNanos(rest))) {
                    throw new IOException(
                            "a device of the fleet did not end within %d s; this is a bug in the simulators"
                                    .formatted(PATIENCE.toSeconds()));
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
