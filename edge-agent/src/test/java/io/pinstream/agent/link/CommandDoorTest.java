package io.pinstream.agent.link;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import io.pinstream.wire.Command;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Exchange;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

final class CommandDoorTest {
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final Topics TOPICS = new Topics("pinstream");
    private static final CommandCodec CODEC = new CommandCodec(TOPICS);

    private final ManualTime time = new ManualTime();
    private final List<String> unusable = new ArrayList<>();
    private final List<Consumer<Reply>> asked = new ArrayList<>();
    private final List<Duration> left = new ArrayList<>();
    private final List<Envelope> published = new ArrayList<>();
    private Link.Sent room = Link.Sent.SENT;
    private boolean takes = true;
    private final CommandDoor door = new CommandDoor(ATTIC, TOPICS, time, new AgentWatch() {
        @Override
        public void commandUnusable(String reason) {
            unusable.add(reason);
        }
    });

    @Test
    void whatComesBeforeTheDeviceIsReadyIsCountedAndNotAnswered() {
        door.arrived(command(1));

        assertThat(unusable).containsExactly("the device is starting");
        assertThat(published).isEmpty();
    }

    @Test
    void handsACommandOnWithTheTimeThatTheBrokerHasLeft() {
        open();

        door.arrived(command(1));
        var late = command(2);
        door.arrived(new Envelope(
                late.topic(),
                Optional.empty(),
                late.properties(),
                late.payload(),
                new Exchange(late.exchange().replyTo(), late.exchange().id(), OptionalLong.of(1))));
        asked.getFirst().accept(new Reply.Done(100));

        assertThat(left).containsExactly(Duration.ofSeconds(10), Duration.ofSeconds(2));
        assertThat(replies()).containsExactly(new Reply.Done(100));
    }

    @Test
    void refusesWhatThereIsNoRoomForAndWhatCannotBeRead() {
        open();
        takes = false;

        door.arrived(command(1));
        var good = command(2);
        door.arrived(new Envelope(
                good.topic(), Optional.empty(), Map.of("actuator", "fan"), good.payload(), good.exchange()));
        door.arrived(new Envelope(good.topic(), Optional.empty(), good.properties(), good.payload()));

        assertThat(replies())
                .extracting(reply -> ((Reply.Refused) reply).why())
                .containsExactly(Reply.Why.BUSY, Reply.Why.MALFORMED);
        assertThat(unusable).hasSize(3).last().asString().contains("response topic must be");
    }

    @Test
    void aReplyWaitsForRoomAndTheOldestOfTooManyGo() {
        // Given
        open();
        room = Link.Sent.BUSY;
        for (int i = 0; i < CommandDoor.MOST_REPLIES + 3; i++) {
            door.arrived(command(i));
            asked.get(i).accept(new Reply.Done(i));
        }
        assertThat(published).isEmpty();

        // When
        room = Link.Sent.SENT;
        door.changed();

        // Then
        assertThat(replies())
                .hasSize(CommandDoor.MOST_REPLIES)
                .startsWith(new Reply.Done(3))
                .endsWith(new Reply.Done(CommandDoor.MOST_REPLIES + 2));
        door.changed();
        assertThat(published).hasSize(CommandDoor.MOST_REPLIES);
    }

    private List<Reply> replies() {
        return published.stream()
                .map(envelope ->
                        CODEC.decodeReply("hub", envelope).orElseThrow().reply())
                .toList();
    }

    private static Envelope command(int number) {
        var command = new Command(new SensorId("fan"), Optional.of(100), Optional.empty(), "eve");
        var id = new CommandId("%08x".formatted(number));
        return CODEC.encode(
                new Request(ATTIC, id, TOPICS.reply(ATTIC, "hub"), Optional.empty(), Duration.ofSeconds(10), command));
    }

    private void open() {
        var link = new Link() {
            @Override
            public void start(Listener listener) {}

            @Override
            public long connection() {
                return 1;
            }

            @Override
            public Sent send(long connection, Envelope envelope) {
                if (room == Sent.SENT) {
                    published.add(envelope);
                }
                return room;
            }

            @Override
            public void close() {}
        };
        door.open(link, (_, arrived, deadline, answer) -> {
            left.add(Duration.ofNanos(deadline - arrived));
            asked.add(answer);
            return takes;
        });
    }
}
