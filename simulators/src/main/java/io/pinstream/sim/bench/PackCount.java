package io.pinstream.sim.bench;

import io.pinstream.event.DeviceId;
import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/// Counts at the broker what an agent sends and what the hub acknowledges. What is sent again counts again.
final class PackCount implements AutoCloseable {
    /// @param events in the packs
    /// @param payload bytes of the packs' payloads, in which they also stand in the outbox
    record Sent(long events, long payload) {
        Sent since(Sent before) {
            return new Sent(events - before.events, payload - before.payload);
        }
    }

    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    private final DeviceId device;
    private final MessageCodec codec = new MessageCodec(TOPICS);
    private final LongAdder events = new LongAdder();
    private final LongAdder payload = new LongAdder();
    private final CountDownLatch acknowledged = new CountDownLatch(1);
    private final RawMqtt client;

    PackCount(DeviceId device, int mqttPort) throws IOException {
        this.device = device;
        this.client = new RawMqtt(mqttPort, "watch-" + device, this::heard);
        client.subscribe(TOPICS.down(device));
        client.subscribe(TOPICS.up(device));
    }

    private void heard(Envelope envelope) {
        if (!(codec.decode(envelope) instanceof MessageCodec.Decoded.Good(var message))) {
            return;
        }
        if (message instanceof Message.Ack) {
            acknowledged.countDown();
        }
        if (message instanceof Message.Pack pack
                && SenmlCodec.decode(device, pack.payload(), SenmlCodec.Limits.DEFAULT)
                        instanceof SenmlCodec.Decoded.Events(var told)) {
            events.add(told.size());
            payload.add(pack.payload().bytes().length);
        }
    }

    /// What has been sent so far.
    Sent sent() {
        return new Sent(events.sum(), payload.sum());
    }

    /// Whether a pack was acknowledged within that time.
    boolean awaitAcknowledged(Duration limit) throws InterruptedException {
        return acknowledged.await(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
