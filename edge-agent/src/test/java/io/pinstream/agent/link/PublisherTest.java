package io.pinstream.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.agent.outbox.FileOutbox.Durability;
import io.pinstream.agent.outbox.FileOutbox.WhenFull;
import io.pinstream.agent.outbox.Outbox;
import io.pinstream.agent.outbox.Owner;
import io.pinstream.agent.outbox.Packed;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Message;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.StreamId;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PublisherTest {
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final int WINDOW = 4;

    @TempDir
    Path folder;

    private final ManualTime time = new ManualTime();
    private final MessageCodec codec = new MessageCodec(new Topics(Topics.DEFAULT_PREFIX));
    private final ScriptedLink link = new ScriptedLink();
    private final List<String> streams = new ArrayList<>();
    private Outbox outbox;
    private Publisher publisher;

    @BeforeEach
    void open() throws IOException {
        outbox = FileOutbox.open(
                new FileOutbox.Config(folder, 1 << 20, Durability.ALWAYS, WhenFull.DROP_OLDEST),
                new Owner(DEVICE, Optional.empty()),
                AgentWatch.NONE);
        publisher = publisher();
        link.up();
    }

    @AfterEach
    void close() throws IOException {
        outbox.close();
    }

    private Publisher publisher() {
        var config = new Publisher.Config(DEVICE, new Topics(Topics.DEFAULT_PREFIX), Payload.Format.CBOR, WINDOW);
        return new Publisher(config, outbox, link, time, new SplittableRandom(1), new AgentWatch() {
            @Override
            public void streamBegan(String stream, String reason) {
                streams.add(stream);
            }
        });
    }

    @Test
    void sendsNoPackBeforeTheHubHasAnswered() throws IOException {
        // Given
        append(3);

        // When
        publisher.step();
        time.advance(Duration.ofSeconds(20));
        publisher.step();

        // Then
        assertThat(link.taken()).hasSize(2).allMatch(Hello.class::isInstance);
    }

    @Test
    void storesANewStreamBeforeItsFirstPack() throws IOException {
        // Given
        append(2);
        publisher.step();
        var hello = (Hello) link.taken().getFirst();
        assertThat(hello.stream()).isEmpty();

        // When
        var current = new StreamId(7, 7);
        answer(new Welcome(DEVICE, hello.nonce(), new Committed(Optional.empty(), 0, Optional.of(current))));
        link.refuses = true;
        publisher.step();

        // Then
        var stream = outbox.memory().stream().orElseThrow();
        assertThat(outbox.memory().supersedes()).contains(current);
        assertThat(streams).containsExactly(stream.toString());

        // When
        link.refuses = false;
        publisher.step();

        // Then
        var packs = packs();
        assertThat(packs).extracting(Pack::sequence).containsExactly(1L, 2L);
        assertThat(packs).extracting(Pack::stream).containsOnly(stream);
        assertThat(packs.get(0).supersedes()).contains(current);
        assertThat(packs.get(1).supersedes()).isEmpty();
    }

    @Test
    void sendsAWindowAndGoesOnWithWhatIsCommitted() throws IOException {
        // Given
        append(10);
        greet();
        assertThat(packs()).extracting(Pack::sequence).containsExactly(1L, 2L, 3L, 4L);

        // When
        answer(ack(3));
        publisher.step();

        // Then
        assertThat(packs()).extracting(Pack::sequence).containsExactly(5L, 6L, 7L);
        assertThat(outbox.memory().acked()).isEqualTo(3);
    }

    @Test
    void sendsAgainFromTheFirstUncommittedPackAfterSilence() throws IOException {
        // Given
        append(3);
        greet();
        assertThat(packs()).hasSize(3);
        answer(ack(1));
        publisher.step();
        assertThat(packs()).isEmpty();

        // When
        time.advance(Duration.ofSeconds(60));
        publisher.step();

        // Then
        assertThat(packs()).extracting(Pack::sequence).containsExactly(2L, 3L);
    }

    @Test
    void asksAgainOnANewConnection() throws IOException {
        // Given
        append(3);
        greet();
        link.taken();

        // When
        link.down();
        publisher.step();
        time.advance(Duration.ofSeconds(5));
        link.up();
        publisher.step();

        // Then
        var hello = (Hello) link.taken().getFirst();
        assertThat(hello.stream()).isEqualTo(outbox.memory().stream());

        // When
        answer(new Welcome(DEVICE, hello.nonce(), new Committed(hello.stream(), 2, hello.stream())));
        publisher.step();

        // Then
        assertThat(packs()).extracting(Pack::sequence).containsExactly(3L);
    }

    @Test
    void ignoresAnAnswerToAnOlderQuestion() throws IOException {
        // Given
        append(1);
        publisher.step();
        var old = (Hello) link.taken().getFirst();
        link.down();
        publisher.step();
        time.advance(Duration.ofSeconds(5));
        link.up();
        publisher.step();
        link.taken();

        // When
        answer(new Welcome(DEVICE, old.nonce(), new Committed(Optional.empty(), 0, Optional.empty())));
        publisher.step();

        // Then
        assertThat(outbox.memory().stream()).isEmpty();
        assertThat(packs()).isEmpty();
    }

    @Test
    void waitsWhileTheLinkHasNoRoom() throws IOException {
        // Given
        append(3);
        link.room = 2; // a hello and one pack
        greet();
        assertThat(packs()).extracting(Pack::sequence).containsExactly(1L);

        // When
        link.room = 10;
        publisher.step();

        // Then
        assertThat(packs()).extracting(Pack::sequence).containsExactly(2L, 3L);
    }

    @Test
    void sendsOneSkipForEverythingThatWasDropped() throws IOException {
        // Given
        greet();
        long rows = 0;
        while (outbox.figures().droppedEvents() == 0) {
            append(1);
            rows++;
        }

        // When
        publisher.step();

        // Then
        var skip = packs().getFirst();
        assertThat(skip.sequence()).isEqualTo(1);
        assertThat(skip.through()).hasValue(outbox.figures().droppedEvents());
        var said = SenmlCodec.decode(DEVICE, skip.payload(), SenmlCodec.Limits.DEFAULT);
        assertThat(((SenmlCodec.Decoded.Events) said).events())
                .singleElement()
                .extracting(Event::kind)
                .isEqualTo(Event.Kind.DROPPED);
        assertThat(rows).isGreaterThan(skip.last());

        // When
        answer(ack(skip.last()));
        publisher.step();

        // Then
        assertThat(packs()).extracting(Pack::sequence).first().isEqualTo(skip.last() + 1);
    }

    @Test
    void neverSendsUnderAStreamThatCannotBeStored() throws IOException {
        // Given
        append(1);
        publisher.step();
        var hello = (Hello) link.taken().getFirst();

        // When the disk is gone just now
        outbox.close();
        answer(new Welcome(DEVICE, hello.nonce(), new Committed(Optional.empty(), 0, Optional.empty())));
        publisher.step();
        time.advance(Duration.ofSeconds(2));
        publisher.step();

        // Then
        assertThat(packs()).isEmpty();
        open();
    }

    /// Lets the hub answer the first question, and sends what may then be sent.
    private void greet() {
        publisher.step();
        var hello = (Hello) link.taken().getFirst();
        answer(new Welcome(DEVICE, hello.nonce(), new Committed(hello.stream(), 0, Optional.empty())));
        publisher.step();
    }

    private Ack ack(long sequence) {
        var stream = outbox.memory().stream();
        return new Ack(DEVICE, new Committed(stream, sequence, stream));
    }

    private void answer(Message message) {
        publisher.arrived(codec.encode(message));
    }

    private List<Pack> packs() {
        return link.taken().stream().map(Pack.class::cast).toList();
    }

    private void append(int packs) throws IOException {
        for (int i = 0; i < packs; i++) {
            var event = Event.sample(
                    new SensorId("air"),
                    Instant.parse("2026-11-23T04:00:00Z"),
                    Quality.GOOD,
                    List.of(Measurement.of(Quantity.TEMPERATURE, 21.5)));
            var payload = SenmlCodec.encode(DEVICE, List.of(event), Payload.Format.CBOR);
            assertThat(outbox.append(new Packed(payload, 1, false))).isInstanceOf(Outbox.Appended.Kept.class);
        }
    }

    /// A link that keeps what it is given.
    private final class ScriptedLink implements Link {
        private final List<Message> sent = new ArrayList<>();
        private long connections;
        private long connection;
        private int room = Integer.MAX_VALUE;
        private boolean refuses;

        void up() {
            connection = ++connections;
        }

        void down() {
            connection = 0;
        }

        List<Message> taken() {
            var taken = List.copyOf(sent);
            sent.clear();
            return taken;
        }

        @Override
        public void start(Listener listener) {}

        @Override
        public long connection() {
            return connection;
        }

        @Override
        public Sent send(long number, Envelope envelope) {
            if (number != connection || number == 0) {
                return Sent.DOWN;
            }
            if (refuses || room == 0) {
                return Sent.BUSY;
            }
            room--;
            assertThat(envelope.topic()).isEqualTo("pinstream/v1/up/%02x/%s".formatted(Topics.bucket(DEVICE), DEVICE));
            sent.add(((MessageCodec.Decoded.Good) codec.decode(envelope)).message());
            return Sent.SENT;
        }

        @Override
        public void close() {}
    }
}
