package io.pinstream.hub.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.hub.command.Commands.Standing;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Command;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Reply;
import io.pinstream.wire.Request;
import io.pinstream.wire.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class CommandsTest {
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration SHORT = Duration.ofMillis(100);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final Topics TOPICS = new Topics("pinstream");
    private static final CommandCodec CODEC = new CommandCodec(TOPICS);
    private static final Command ON = new Command(new SensorId("fan"), Optional.of(100), Optional.empty(), "eve");

    private final Map<DeviceId, Standing> standings = new HashMap<>(Map.of(ATTIC, Standing.ONLINE));
    private final List<Request> sent = new CopyOnWriteArrayList<>();
    private final List<Consumer<String>> undelivered = new CopyOnWriteArrayList<>();
    private final List<String> counted = new CopyOnWriteArrayList<>();
    private volatile String away = "";
    private volatile boolean full;
    private volatile Optional<Reply> atOnce = Optional.of(new Reply.Done(100));
    private final Commands commands = commands(1);

    @Test
    void aReplyIsTheOutcome() throws Exception {
        var replies = Map.of(
                new Reply.Done(30), new Outcome.Done(30),
                new Reply.Refused(Reply.Why.RULED, "r"), new Outcome.Refused(Reply.Why.RULED, "r"),
                new Reply.Refused(Reply.Why.UNKNOWN_ACTUATOR, "u"), new Outcome.Unknown("u"),
                new Reply.Failed("f"), new Outcome.Failed("f"));
        for (var each : replies.entrySet()) {
            atOnce = Optional.of(each.getKey());

            assertThat(commands.send(ATTIC, ON, LONG)).isEqualTo(each.getValue());
        }
        atOnce = Optional.of(new Reply.Expired());
        assertThat(commands.send(ATTIC, ON, LONG))
                .isInstanceOfSatisfying(
                        Outcome.NoAnswer.class,
                        late -> assertThat(late.maybeDone()).isFalse());
        assertThat(sent).extracting(Request::command).containsOnly(ON);
        assertThat(sent).extracting(Request::id).doesNotHaveDuplicates();
        assertThat(sent).extracting(Request::within).containsOnly(LONG);
        assertThat(counted).hasSize(5).contains("done", "refused", "unknown", "failed", "no-answer");
    }

    @Test
    void whoCannotBeReachedIsToldAtOnceAndNothingIsSent() throws Exception {
        standings.put(ATTIC, Standing.OFFLINE);
        assertThat(commands.send(ATTIC, ON, LONG)).isEqualTo(new Outcome.Offline("device attic is offline"));
        standings.put(ATTIC, Standing.NOT_READ);
        assertThat(commands.send(ATTIC, ON, LONG)).isInstanceOf(Outcome.Offline.class);
        assertThat(commands.send(new DeviceId("nobody"), ON, LONG)).isInstanceOf(Outcome.Unknown.class);
        standings.put(ATTIC, Standing.ONLINE);
        away = "not connected to mqtt://here:1883";
        assertThat(commands.send(ATTIC, ON, LONG))
                .isEqualTo(new Outcome.Offline("the hub is not connected to mqtt://here:1883"));
        assertThat(sent).isEmpty();
    }

    @Test
    void nobodyWaitsForWhatTheBrokerPassesToNobody() throws Exception {
        atOnce = Optional.empty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> commands.send(ATTIC, ON, LONG));
            await().atMost(LIMIT).until(() -> undelivered.size() == 1);

            undelivered.getFirst().accept("nobody at the broker listens for it");

            assertThat(waiting.get())
                    .isEqualTo(
                            new Outcome.Offline("device attic hears no commands: nobody at the broker listens for it"));
        }
    }

    @Test
    void nobodyWaitsWhenTheBrokerIsLost() throws Exception {
        atOnce = Optional.empty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> commands.send(ATTIC, ON, LONG));
            await().atMost(LIMIT).until(() -> sent.size() == 1);

            commands.lost();

            assertThat(waiting.get())
                    .isInstanceOfSatisfying(
                            Outcome.NoAnswer.class,
                            lost -> assertThat(lost.maybeDone()).isTrue());
        }
    }

    @Test
    void onlyTheDeviceThatWasAskedAnswersAndOnlyInTime() throws Exception {
        // Given an answer in another device's name, one to another hub, and garbage
        atOnce = Optional.empty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = threads.submit(() -> commands.send(ATTIC, ON, LONG));
            await().atMost(LIMIT).until(() -> sent.size() == 1);
            var asker = asker(sent.getFirst());
            commands.received(
                    answer(new DeviceId("cellar"), asker, sent.getFirst().id()));
            commands.received(answer(ATTIC, "another", sent.getFirst().id()));
            commands.received(answer(ATTIC, asker, new CommandId("00")));
            assertThat(waiting.isDone()).isFalse();
            assertThat(counted).containsExactly("unusable");

            // When
            commands.received(answer(ATTIC, asker, sent.getFirst().id()));

            // Then
            assertThat(waiting.get()).isEqualTo(new Outcome.Done(7));
        }
        assertThat(commands.send(ATTIC, ON, SHORT))
                .isInstanceOfSatisfying(
                        Outcome.NoAnswer.class,
                        late -> assertThat(late.maybeDone()).isTrue());
        commands.received(answer(ATTIC, asker(sent.getLast()), sent.getLast().id())); // too late: nobody waits
    }

    @Test
    void soManyAreUnderWayAndNoMore() throws Exception {
        // Given
        atOnce = Optional.empty();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = new ArrayList<Future<Outcome>>();
            for (int device = 0; device < Commands.MOST / Commands.MOST_TO_ONE; device++) {
                var id = new DeviceId("device-" + device);
                standings.put(id, Standing.ONLINE);
                for (int i = 0; i < Commands.MOST_TO_ONE; i++) {
                    waiting.add(threads.submit(() -> commands.send(id, ON, LONG)));
                }
                int expected = waiting.size();
                await().atMost(LIMIT).until(() -> sent.size() == expected);
                if (device == 0) { // one has as many as it may
                    assertThat(commands.send(id, ON, LONG)).isInstanceOf(Outcome.Busy.class);
                }
            }

            // When, then
            assertThat(commands.send(ATTIC, ON, LONG)).isInstanceOf(Outcome.Busy.class);
            assertThat(sent).hasSize(Commands.MOST);
            commands.lost();
            for (var each : waiting) {
                assertThat(each.get()).isInstanceOf(Outcome.NoAnswer.class);
            }
        }
        atOnce = Optional.of(new Reply.Done(1));
        assertThat(commands.send(ATTIC, ON, LONG)).isEqualTo(new Outcome.Done(1));
        full = true;
        assertThat(commands.send(ATTIC, ON, LONG)).isInstanceOf(Outcome.Busy.class);
    }

    @Test
    void everyHubHasAnAskersNameOfItsOwn() {
        assertThat(commands(2).replyFilter()).isNotEqualTo(commands.replyFilter());
    }

    private static String asker(Request request) {
        return request.replyTo().substring(request.replyTo().lastIndexOf('/') + 1);
    }

    private static Envelope answer(DeviceId device, String asker, CommandId id) {
        var request = new Request(device, id, TOPICS.reply(device, asker), Optional.empty(), LONG, ON);
        return CommandCodec.encode(request, new Reply.Done(7));
    }

    private Commands commands(long seed) {
        var line = new CommandLine() {
            @Override
            public String state() {
                return away;
            }

            @Override
            public boolean publish(Envelope envelope, Consumer<String> nobody) {
                if (full) {
                    return false;
                }
                var device =
                        new DeviceId(envelope.topic().substring(envelope.topic().lastIndexOf('/') + 1));
                var request = ((CommandCodec.Decoded.Good) CODEC.decode(device, envelope)).request();
                undelivered.add(nobody);
                sent.add(request);
                atOnce.ifPresent(reply -> commands.received(CommandCodec.encode(request, reply)));
                return true;
            }
        };
        var watch = new HubWatch() {
            @Override
            public void commanded(String outcome, Duration took) {
                counted.add(outcome);
            }

            @Override
            public void replyUnusable(String topic) {
                counted.add("unusable");
            }
        };
        return new Commands(
                TOPICS,
                device -> standings.getOrDefault(device, Standing.UNKNOWN),
                line,
                new Random(seed),
                TimeSource.system(),
                watch);
    }
}
