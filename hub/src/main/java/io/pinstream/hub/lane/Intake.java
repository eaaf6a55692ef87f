package io.pinstream.hub.lane;

import io.pinstream.delivery.LaneLedger;
import io.pinstream.delivery.LaneLedger.Verdict;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Dropped;
import io.pinstream.event.Event;
import io.pinstream.event.Quality;
import io.pinstream.event.Value;
import io.pinstream.hub.log.DeadLetter;
import io.pinstream.hub.log.LaneLog;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.MessageCodec.Decoded;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.SenmlDecoder;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One opening of a lane: brings what arrives into the open transaction, as the ledger decides.
///
/// Lives from the opening of the log to its closing, so the ledger always begins with the marks that the log
/// really holds. A header is read once, a payload only after its pack was accepted: repeats cost little. For the
/// lane's thread.
final class Intake {

    /// Kafka takes records of up to 1 MiB unless told otherwise; the rest is for key and headers.
    private static final int LONGEST_LETTER = 1_000_000;

    private final int lane;
    private final LaneLog log;
    private final Topics topics;
    private final String stateTopics;
    private final MessageCodec codec;
    private final SenmlDecoder payloads;
    private final HubWatch watch;
    private final LaneLedger ledger;
    private final DeviceRecords devices = new DeviceRecords();
    private final Set<DeviceId> seen;
    private final Map<DeviceId, Message> drops = new LinkedHashMap<>();
    private final List<Instant> newest = new ArrayList<>();
    private Instant arrived = Instant.EPOCH;
    private int packs;
    private int events;
    private int letters;

    Intake(int lane, LaneLog log, Topics topics, SenmlCodec.Limits limits, HubWatch watch) {
        this.lane = lane;
        this.log = log;
        this.topics = topics;
        this.stateTopics = topics.stateFilter().replace("+", "");
        this.codec = new MessageCodec(topics);
        this.payloads = new SenmlDecoder(limits);
        this.watch = watch;
        var marks = log.marks();
        this.ledger = new LaneLedger(marks);
        this.seen = new HashSet<>(marks.keySet());
    }

    /// How many devices the lane knows.
    int devices() {
        return seen.size();
    }

    /// Takes what has arrived into the open transaction.
    void take(Collection<Envelope> batch, Instant now) {
        arrived = now;
        batch.forEach(this::take);
    }

    private void take(Envelope envelope) {
        if (envelope.topic().startsWith(stateTopics)) {
            state(envelope);
            return;
        }
        switch (codec.decode(envelope)) {
            case Decoded.Good(Pack pack) -> pack(pack, envelope);
            case Decoded.Good(Hello hello) -> {
                ledger.hello(hello);
                devices.hello(hello, arrived);
            }
            case Decoded.Good(Message.Ack _), Decoded.Good(Message.Welcome _) ->
                refuse(envelope.topic(), envelope, "the hub's own kind of message on an agent's topic");
            case Decoded.Malformed(String reason) -> refuse(envelope.topic(), envelope, reason);
        }
    }

    private void state(Envelope envelope) {
        var device = topics.deviceOfState(envelope.topic());
        if (device.isEmpty()) {
            refuse(envelope.topic(), envelope, "the topic's last level is no device id");
            return;
        }
        devices.state(device.get(), envelope.payload())
                .ifPresent(reason -> refuse(device.get().value(), envelope, reason));
    }

    private void pack(Pack pack, Envelope envelope) {
        switch (ledger.offer(pack)) {
            case Verdict.Accept(long first, long last) -> accept(pack, first, last, envelope);
            case Verdict.Drop(var answer, boolean repeated) -> {
                drops.put(pack.device(), answer);
                if (repeated) {
                    watch.repeated(lane, pack.device());
                } else {
                    watch.unexpected(lane, pack.device());
                }
            }
        }
    }

    private void accept(Pack pack, long first, long last, Envelope envelope) {
        seen.add(pack.device());
        packs++;
        switch (payloads.decode(pack.device(), pack.payload())) {
            // Rule 4: the mark has advanced, so one unusable pack never blocks its stream.
            case SenmlCodec.Decoded.Malformed(String reason) -> refusePack(pack, first, last, envelope, reason);
            case SenmlCodec.Decoded.Events(var decoded) -> {
                if (pack.through().isEmpty()) {
                    write(pack, decoded);
                } else if (decoded.size() == 1 && decoded.getFirst().kind() == Event.Kind.DROPPED) {
                    name(pack, first, last, decoded.getFirst());
                } else {
                    refusePack(pack, first, last, envelope, "a SKIP must hold one event of kind dropped and no other");
                }
            }
        }
    }

    private void write(Pack pack, List<Event> decoded) {
        for (int i = 0; i < decoded.size(); i++) {
            log.event(pack.device(), pack.stream(), pack.sequence(), i, decoded.get(i));
        }
        events += decoded.size();
        var last = decoded.getLast();
        if (!last.quality().flaws().contains(Quality.Flaw.TIME_UNKNOWN)) {
            newest.add(last.time());
        }
    }

    /// Writes what was dropped on purpose, with the numbers that it stands for: those that are committed already
    /// are not among them.
    private void name(Pack pack, long first, long last, Event dropped) {
        log.dropped(pack.device(), pack.stream(), first, last, dropped);
        events++;
        watch.droppedNamed(pack.device(), eventsDropped(dropped));
    }

    private static long eventsDropped(Event dropped) {
        for (var measurement : dropped.measurements()) {
            if (measurement.quantity().name().equals("events")
                    && dropped.sensor().equals(Dropped.OUTBOX)
                    && measurement.value() instanceof Value.Decimal(double number)) {
                return (long) Math.max(0, number);
            }
        }
        return 0;
    }

    private void refusePack(Pack pack, long first, long last, Envelope envelope, String reason) {
        var numbers = first == last ? Long.toString(first) : first + " to " + last;
        refuse(
                pack.device().value(),
                envelope,
                "pack %s of stream %s: %s".formatted(numbers, pack.stream(), reason),
                Optional.of(new DeadLetter.Numbers(pack.stream(), first, last)));
    }

    private void refuse(String key, Envelope envelope, String reason) {
        refuse(key, envelope, reason, Optional.empty());
    }

    private void refuse(String key, Envelope envelope, String reason, Optional<DeadLetter.Numbers> pack) {
        byte[] bytes = envelope.payload();
        var why = reason;
        if (bytes.length > LONGEST_LETTER) {
            why = "%s (kept the first %d of %d bytes)".formatted(reason, LONGEST_LETTER, bytes.length);
            bytes = Arrays.copyOf(bytes, LONGEST_LETTER);
        }
        log.deadLetter(key, new DeadLetter(why, envelope.topic(), arrived, pack, bytes));
        letters++;
        watch.deadLetter(envelope.topic(), why);
    }

    /// What to tell agents whose packs were dropped, at most one answer a device; asked for once a batch. It goes
    /// out at once: it speaks of nothing but what is committed.
    List<Envelope> dropAnswers() {
        var answers = encoded(drops.values());
        drops.clear();
        return answers;
    }

    /// Whether there is nothing to commit.
    boolean isEmpty() {
        return ledger.isEmpty() && letters == 0 && devices.isEmpty();
    }

    /// Commits what was taken.
    LaneLog.Outcome commit() {
        ledger.staged().forEach(log::mark);
        devices.write(log::device);
        return log.commit();
    }

    /// The commit succeeded.
    ///
    /// @return what to tell the agents
    List<Envelope> committed(Instant now, Duration took) {
        watch.committed(lane, packs, events, took);
        watch.devices(lane, seen.size());
        for (var time : newest) {
            if (!time.isAfter(now)) { // a device's clock that runs ahead says nothing about the way
                watch.endToEnd(Duration.between(time, now));
            }
        }
        devices.committed();
        forget();
        return encoded(ledger.committed());
    }

    /// The transaction aborted for certain: nothing of it happened, agents send again.
    void aborted() {
        ledger.aborted();
        forget();
    }

    void close() {
        log.close();
    }

    private void forget() {
        newest.clear();
        packs = 0;
        events = 0;
        letters = 0;
    }

    private List<Envelope> encoded(Collection<Message> messages) {
        return messages.stream().map(codec::encode).toList();
    }
}
