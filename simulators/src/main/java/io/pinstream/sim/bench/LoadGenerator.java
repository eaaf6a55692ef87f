package io.pinstream.sim.bench;

import io.pinstream.delivery.Courier;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Many devices on one connection that send as fast as the hub commits, or at a given rate, by the real [Courier].
///
/// The rows are made up when they are sent and kept until they are acknowledged, so that a pack which the hub
/// sheds is sent again, as an agent would. Used by one thread.
final class LoadGenerator implements AutoCloseable {
    /// What to send.
    ///
    /// @param devices how many devices share the connection
    /// @param packs how many packs each of them sends
    /// @param eventsPerPack how many events a pack holds
    /// @param packsPerSecond of all devices together; 0 for as fast as it goes
    record Load(int devices, long packs, int eventsPerPack, double packsPerSecond) {}

    /// As an agent has by default.
    private static final int WINDOW = 256;
    private static final Duration RESEND = Duration.ofSeconds(2);
    private static final Duration LONGEST_RESEND = Duration.ofSeconds(60);

    private final Load load;
    private final TimeSource time;
    private final RawMqtt mqtt;
    private final MessageCodec codec = new MessageCodec(new Topics(Topics.DEFAULT_PREFIX));
    private final ConcurrentLinkedQueue<Message> answers = new ConcurrentLinkedQueue<>();
    private final Map<DeviceId, Device> devices = new LinkedHashMap<>();
    private final List<Long> latencies = new ArrayList<>();
    private volatile long committed;
    private volatile boolean done;
    private long resent;
    private long smoothed;

    /// Connects; nothing is sent before [#run].
    ///
    /// @param port the broker's, on loopback
    /// @param name prefix of the device ids, and the client id
    LoadGenerator(int port, String name, Load load, TimeSource time) throws IOException {
        this.load = load;
        this.time = time;
        this.mqtt = new RawMqtt(port, name, this::answered);
        var random = new SplittableRandom(name.hashCode());
        for (int i = 0; i < load.devices(); i++) {
            var device = new DeviceId("%s-%03d".formatted(name, i));
            devices.put(device, new Device(device, random.split()));
        }
        for (var device : devices.keySet()) {
            mqtt.subscribe(new Topics(Topics.DEFAULT_PREFIX).down(device));
        }
    }

    private void answered(Envelope envelope) {
        if (codec.decode(envelope) instanceof MessageCodec.Decoded.Good(Message message)) {
            answers.add(message);
        }
    }

    /// Sends everything and waits until it is committed.
    public void run() throws IOException, InterruptedException {
        long start = time.nanos();
        while (true) {
            boolean busy = takeAnswers();
            double due = (time.nanos() - start) / 1e9 * load.packsPerSecond() / load.devices();
            long acked = 0;
            int place = 0;
            for (var device : devices.values()) {
                // At a given rate the devices take turns: packs come one by one and not all at the same moment.
                double turn = (double) place++ / load.devices();
                long allowed = load.packsPerSecond() == 0 ? Long.MAX_VALUE : (long) (due + 1 - turn);
                busy |= device.send(Math.min(load.packs(), allowed));
                acked += device.courier.memory().acked();
            }
            committed = acked;
            if (acked == load.packs() * devices.size()) {
                done = true;
                return;
            }
            mqtt.flush();
            if (!busy) {
                Thread.sleep(Duration.ofMillis(1));
            }
        }
    }

    /// Time from sending a pack to the hub's word that it is committed, in microseconds, sorted.
    public long[] latencyMicros() {
        var sorted = latencies.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }

    /// How many packs were sent more than once. After [#run].
    public long resent() {
        return resent;
    }

    /// How many packs of all devices are committed so far. Any thread.
    public long committed() {
        return committed;
    }

    /// Whether everything is committed. Any thread.
    public boolean isDone() {
        return done;
    }

    private boolean takeAnswers() {
        boolean any = false;
        for (var answer = answers.poll(); answer != null; answer = answers.poll()) {
            var device = devices.get(answer.device());
            if (device != null) {
                device.answered(answer);
                any = true;
            }
        }
        return any;
    }

    @Override
    public void close() throws IOException {
        mqtt.close();
    }

    /// One device: a courier, and the rows that are on their way.
    private final class Device {
        private static final SensorId SENSOR = new SensorId("air");

        final DeviceId id;
        final Courier courier;
        private final Payload[] rows = new Payload[WINDOW];
        private final long[] sentAt = new long[WINDOW];
        private long made;
        private int backedOff;
        private long lastProgress = time.nanos();
        private long lastHello = Long.MIN_VALUE;

        Device(DeviceId id, SplittableRandom random) {
            this.id = id;
            this.courier = new Courier(id, Courier.Memory.NONE, WINDOW, random);
        }

        boolean send(long rowsAllowed) throws IOException, InterruptedException {
            boolean any = false;
            long now = time.nanos();
            if (courier.isGreeted() && courier.memory().acked() < rowsAllowed && now - lastProgress > patience()) {
                courier.resend();
                lastProgress = now;
                backedOff++;
            }
            while (true) {
                switch (courier.next(rowsAllowed)) {
                    case Courier.Step.Greet(Message.Hello hello) -> {
                        if (lastHello == Long.MIN_VALUE || now - lastHello > RESEND.toNanos()) {
                            lastHello = now;
                            mqtt.publish(codec.encode(hello));
                            return true;
                        }
                        return any;
                    }
                    case Courier.Step.Send send -> {
                        send(send, now);
                        any = true;
                    }
                    case Courier.Step.Wait _ -> {
                        return any;
                    }
                }
            }
        }

        private void send(Courier.Step.Send send, long now) throws IOException, InterruptedException {
            int slot = (int) (send.row() % WINDOW);
            if (send.row() == courier.memory().acked() + 1) {
                lastProgress = now; // nothing was under way: who waits for nothing is not impatient
            }
            if (send.row() > made) {
                made = send.row();
                rows[slot] = row(send.row());
                sentAt[slot] = now;
            } else {
                resent++;
            }
            mqtt.publish(codec.encode(
                    new Pack(id, send.stream(), send.supersedes(), send.sequence(), OptionalLong.empty(), rows[slot])));
            courier.sent(send.row());
        }

        private Payload row(long row) {
            Instant now = time.instant();
            var events = new ArrayList<Event>(load.eventsPerPack());
            for (int i = 0; i < load.eventsPerPack(); i++) {
                var measurements = List.of(
                        Measurement.of(Quantity.TEMPERATURE, 20 + (double) ((row + i) % 100) / 10),
                        Measurement.of(Quantity.HUMIDITY, 40 + (double) ((row + i) % 50)));
                events.add(Event.sample(SENSOR, now.plusNanos(i * 1_000L), Quality.GOOD, measurements));
            }
            return SenmlCodec.encode(id, events, Payload.Format.CBOR);
        }

        void answered(Message answer) {
            long before = courier.memory().acked();
            courier.receive(answer);
            long now = time.nanos();
            for (long row = before + 1; row <= courier.memory().acked() && row <= made; row++) {
                long latency = now - sentAt[(int) (row % WINDOW)];
                latencies.add(latency / 1_000);
                smoothed += (latency - smoothed) / 8;
                lastProgress = now;
                backedOff = 0;
            }
        }

        /// How long to wait for progress, as an agent does: a hub that is slow is not helped by sending everything
        /// again.
        private long patience() {
            long timeout = Math.max(RESEND.toNanos(), 4 * smoothed) << Math.min(backedOff, 5);
            return Math.min(timeout, LONGEST_RESEND.toNanos());
        }
    }
}
