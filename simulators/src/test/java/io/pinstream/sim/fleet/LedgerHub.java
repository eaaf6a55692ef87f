package io.pinstream.sim.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.delivery.LaneLedger;
import io.pinstream.sim.mqtt.RawMqtt;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;

/// A hub's half of the delivery protocol on a real broker, with the real ledger and a list for a log: what it
/// accepted is what a hub would have committed. Can be told to miss every so many messages.
final class LedgerHub implements AutoCloseable {
    private final MessageCodec codec = new MessageCodec(new Topics(Topics.DEFAULT_PREFIX));
    private final LaneLedger ledger = new LaneLedger(Map.of());
    private final LinkedBlockingQueue<Envelope> arrived = new LinkedBlockingQueue<>();
    private final RawMqtt mqtt;
    private final Thread thread;
    final List<Pack> accepted = new CopyOnWriteArrayList<>();
    final List<Envelope> heard = new CopyOnWriteArrayList<>();
    volatile int deafEvery;

    LedgerHub(int port) throws IOException {
        this.mqtt = new RawMqtt(port, "ledger-hub", arrived::add);
        mqtt.subscribe("pinstream/v1/up/#");
        mqtt.subscribe("pinstream/v1/state/#");
        this.thread = Thread.ofPlatform().name("ledger-hub").start(this::run);
    }

    private void run() {
        try {
            while (true) {
                answer(arrived.take());
            }
        } catch (InterruptedException | IOException end) {
            // the test is over
        }
    }

    private void answer(Envelope envelope) throws IOException, InterruptedException {
        heard.add(envelope);
        if (deafEvery > 0 && heard.size() % deafEvery == 0) {
            return;
        }
        if (!(codec.decode(envelope) instanceof MessageCodec.Decoded.Good(Message message))) {
            return; // a state
        }
        switch (message) {
            case Hello hello -> ledger.hello(hello);
            case Pack pack -> {
                switch (ledger.offer(pack)) {
                    case LaneLedger.Verdict.Accept _ -> accepted.add(pack);
                    case LaneLedger.Verdict.Drop drop -> mqtt.publish(codec.encode(drop.answer()));
                }
            }
            default -> throw new IllegalStateException("a hub is not told " + message);
        }
        for (var answer : ledger.committed()) {
            mqtt.publish(codec.encode(answer));
        }
        mqtt.flush();
    }

    /// Everything that was published, without repetitions, as text: topic, content type, user properties and
    /// payload, to the byte. Hellos are left out: how often one is said depends on the machine.
    List<String> published() {
        return heard.stream()
                .filter(envelope -> !envelope.properties().containsKey("message"))
                .map(envelope -> "%s %s %s %s"
                        .formatted(
                                envelope.topic(),
                                envelope.contentType().orElse(""),
                                new TreeMap<>(envelope.properties()),
                                HexFormat.of().formatHex(envelope.payload())))
                .distinct()
                .sorted()
                .toList();
    }

    /// The sequences that were accepted, by device, in the order in which they were.
    Map<String, List<Long>> sequences() {
        return accepted.stream()
                .collect(Collectors.groupingBy(
                        pack -> pack.device().value(),
                        TreeMap::new,
                        Collectors.mapping(Pack::sequence, Collectors.toList())));
    }

    /// How many events a device's accepted packs hold; each payload is one that a hub can read, and in order.
    void assertReadable(int eventsPerPack) {
        for (var pack : accepted) {
            var decoded = SenmlCodec.decode(pack.device(), pack.payload(), SenmlCodec.Limits.DEFAULT);
            assertThat(decoded).isInstanceOf(SenmlCodec.Decoded.Events.class);
            assertThat(((SenmlCodec.Decoded.Events) decoded).events())
                    .hasSize(eventsPerPack)
                    .isSortedAccordingTo((a, b) -> a.time().compareTo(b.time()));
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            mqtt.close();
        } catch (IOException gone) {
            // the test has ended the broker
        }
    }
}
