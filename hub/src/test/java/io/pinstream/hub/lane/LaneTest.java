package io.pinstream.hub.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.delivery.Mark;
import io.pinstream.event.DeviceId;
import io.pinstream.event.Dropped;
import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.hub.lane.ScriptedLaneLog.Written;
import io.pinstream.hub.log.LaneLog.Outcome;
import io.pinstream.hub.watch.HubWatch;
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
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaneTest {
    private static final Topics TOPICS = new Topics("pinstream");
    private static final MessageCodec CODEC = new MessageCodec(TOPICS);
    private static final DeviceId ATTIC = new DeviceId("attic");
    private static final DeviceId CELLAR = new DeviceId("cellar");
    private static final StreamId FIRST = new StreamId(1, 1);
    private static final StreamId SECOND = new StreamId(2, 2);

    private final ScriptedLaneLog log = new ScriptedLaneLog();
    private final List<Message> answers = new ArrayList<>();
    private final List<String> link = new ArrayList<>();
    private final List<String> said = new ArrayList<>();
    private final List<Duration> latencies = new ArrayList<>();
    private final ManualTime time = new ManualTime();
    private boolean kafkaAway;
    private final Lane lane = lane(Lane.Config.DEFAULT);

    @Test
    void commitsWhatWaitsInOneTransactionAndAnswersOncePerDevice() throws Exception {
        // Given
        opened();

        // When
        offer(pack(ATTIC, FIRST, 1), pack(ATTIC, FIRST, 2), pack(CELLAR, SECOND, 1), pack(ATTIC, FIRST, 3));
        lane.step();

        // Then
        assertThat(log.commits).isEqualTo(1);
        assertThat(log.events)
                .extracting(Written::id)
                .containsExactly(
                        "attic/" + FIRST + "/1/0",
                        "attic/" + FIRST + "/2/0",
                        "cellar/" + SECOND + "/1/0",
                        "attic/" + FIRST + "/3/0");
        assertThat(answers).containsExactlyInAnyOrder(ack(ATTIC, FIRST, 3), ack(CELLAR, SECOND, 1));
        assertThat(log.marks.get(ATTIC)).isEqualTo(Mark.first(FIRST, 3));
        assertThat(said).contains("committed 4 packs 4 events");
    }

    @Test
    void dropsAPackThatComesTwiceAndAnswersOnceWithWhatIsCommitted() throws Exception {
        // Given
        opened();
        offer(pack(ATTIC, FIRST, 1), pack(ATTIC, FIRST, 2));
        lane.step();
        answers.clear();

        // When
        offer(pack(ATTIC, FIRST, 1), pack(ATTIC, FIRST, 2));
        lane.step();

        // Then
        assertThat(log.commits).isEqualTo(1);
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 2));
        assertThat(said).filteredOn("repeated attic"::equals).hasSize(2);
        assertThat(log.events).hasSize(2);
    }

    @Test
    void dropsAPackThatComesTooEarly() throws Exception {
        // Given
        opened();

        // When
        offer(pack(ATTIC, FIRST, 2));
        lane.step();

        // Then
        assertThat(log.commits).isZero();
        assertThat(answers).containsExactly(new Ack(ATTIC, new Committed(Optional.of(FIRST), 0, Optional.empty())));
        assertThat(said).contains("unexpected attic");
    }

    @Test
    void keepsAMalformedPayloadInTheDeadLettersAndGoesOnWithTheStream() throws Exception {
        // Given
        opened();
        var bad = new Pack(ATTIC, FIRST, Optional.empty(), 1, OptionalLong.empty(), json("[{\"n\":\"air/te"));

        // When
        offer(CODEC.encode(bad), pack(ATTIC, FIRST, 2));
        lane.step();

        // Then
        assertThat(log.letters).singleElement().satisfies(letter -> {
            assertThat(letter.payload()).isEqualTo(bad.payload().bytes());
            assertThat(letter.reason()).startsWith("pack 1 of stream " + FIRST + ": ");
            assertThat(letter.topic()).isEqualTo(TOPICS.up(ATTIC));
            assertThat(letter.arrived()).isEqualTo(ManualTime.START);
        });
        assertThat(log.letterKeys).containsExactly("attic");
        assertThat(log.events).hasSize(1);
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 2));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            too deep         | [[[[[[[[[[[[1]]]]]]]]]]]]
            wrong unit       | [{"bn":"attic/","bt":1795409414,"n":"air/temperature","u":"furlong per fortnight!","v":1}]
            NaN              | [{"bn":"attic/","bt":1795409414,"n":"air/temperature","u":"Cel","v":NaN}]
            infinite         | [{"bn":"attic/","bt":1795409414,"n":"air/temperature","u":"Cel","v":1e999}]
            duplicate name   | [{"bn":"attic/","bt":1795409414,"n":"air/temperature","n":"air/x","u":"Cel","v":1}]
            twice a quantity | [{"bn":"attic/","bt":1795409414,"n":"air/temperature","u":"Cel","v":1},{"n":"air/temperature","u":"Cel","v":2}]
            another device   | [{"bn":"cellar/","bt":1795409414,"n":"air/temperature","u":"Cel","v":1}]
            no pack at all   | 21.5
            """)
    void refusesWithAReasonWhatNobodyCanUse(String what, String payload) throws Exception {
        // Given
        opened();

        // When
        offer(CODEC.encode(new Pack(ATTIC, FIRST, Optional.empty(), 1, OptionalLong.empty(), json(payload))));
        lane.step();

        // Then
        assertThat(log.events).as(what).isEmpty();
        assertThat(log.letters).as(what).hasSize(1);
        assertThat(log.letters.getFirst().reason()).as(what).isNotBlank().isPrintable();
        assertThat(said).as(what).noneMatch(line -> line.contains("Exception") || line.contains("bug"));
        assertThat(answers).as(what).containsExactly(ack(ATTIC, FIRST, 1));
    }

    @Test
    void refusesAPayloadThatIsTooLargeAndKeepsAsMuchAsKafkaTakes() throws Exception {
        // Given
        opened();
        var huge = new Payload(Payload.Format.CBOR, new byte[2_000_000]);

        // When
        offer(CODEC.encode(new Pack(ATTIC, FIRST, Optional.empty(), 1, OptionalLong.empty(), huge)));
        lane.step();

        // Then
        assertThat(log.letters).singleElement().satisfies(letter -> {
            assertThat(letter.payload()).hasSize(1_000_000);
            assertThat(letter.reason())
                    .contains("payload must have at most 262144 bytes, but has 2000000")
                    .endsWith("(kept the first 1000000 of 2000000 bytes)");
        });
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a device id that is none | pinstream/v1/up/00/.hidden     | 1
            a bucket not its own     | pinstream/v1/up/00/cellar      | 1
            a sequence that is none  | pinstream/v1/up/%s/attic       | minus one
            """)
    void keepsAMessageWithoutAUsableHeaderAndMarksNothing(String what, String topic, String sequence) throws Exception {
        // Given
        opened();
        var bucket = TOPICS.up(ATTIC).split("/", -1)[3];
        var properties = Map.of("stream", FIRST.toString(), "seq", sequence);
        var type = Optional.of(Payload.Format.JSON.contentType());

        // When
        offer(new Envelope(topic.formatted(bucket), type, properties, new byte[] {1, 2}));
        lane.step();

        // Then
        assertThat(log.letters).as(what).hasSize(1);
        assertThat(log.letters.getFirst().payload()).as(what).containsExactly(1, 2);
        assertThat(log.letterKeys).as(what).containsExactly(topic.formatted(bucket));
        assertThat(log.marks).as(what).isEmpty();
        assertThat(answers).as(what).isEmpty();
    }

    @Test
    void answersAHelloOnlyAfterACommit() throws Exception {
        // Given
        opened();
        log.outcomes.add(Outcome.ABORTED);

        // When
        offer(CODEC.encode(new Hello(ATTIC, Optional.empty(), 7)));
        lane.step();

        // Then
        assertThat(answers).isEmpty();

        // When
        offer(CODEC.encode(new Hello(ATTIC, Optional.empty(), 8)));
        lane.step();

        // Then
        assertThat(answers)
                .containsExactly(new Welcome(ATTIC, 8, new Committed(Optional.empty(), 0, Optional.empty())));
        assertThat(log.devices.get(ATTIC)).isEqualTo("{\"device\":\"attic\",\"hello\":\"2026-11-23T04:40:14Z\"}");
    }

    @Test
    void forgetsAnAbortedBatchAndTakesItWhenItComesAgain() throws Exception {
        // Given
        opened();
        log.outcomes.add(Outcome.ABORTED);
        offer(pack(ATTIC, FIRST, 1));

        // When
        var pause = lane.step();

        // Then
        assertThat(pause).isPositive();
        assertThat(answers).isEmpty();

        // When
        offer(pack(ATTIC, FIRST, 1));
        lane.step();

        // Then
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 1));
        assertThat(log.events).hasSize(1);
    }

    @Test
    void opensAnewAfterACommitOfUnknownOutcomeAndBelievesOnlyTheLog() throws Exception {
        // Given
        opened();
        log.outcomes.add(Outcome.UNKNOWN);
        log.unknownHappened = true;
        offer(pack(ATTIC, FIRST, 1));
        lane.step();
        assertThat(answers).isEmpty();
        assertThat(log.closings).isEqualTo(1);
        assertThat(link).containsExactly("listen 3", "leave 3");

        // When
        lane.step();
        offer(pack(ATTIC, FIRST, 1), pack(ATTIC, FIRST, 2));
        lane.step();

        // Then
        assertThat(log.openings).isEqualTo(2);
        assertThat(log.events)
                .extracting(Written::id)
                .containsExactly("attic/" + FIRST + "/1/0", "attic/" + FIRST + "/2/0");
        assertThat(answers).last().isEqualTo(ack(ATTIC, FIRST, 2));
    }

    @Test
    void endsWhenAnotherHubFencedItAndAnswersNobody() throws Exception {
        // Given
        opened();
        log.outcomes.add(Outcome.FENCED);

        // When
        offer(pack(ATTIC, FIRST, 1), CODEC.encode(new Hello(CELLAR, Optional.empty(), 7)));
        lane.step();

        // Then
        assertThat(lane.isEnded()).isTrue();
        assertThat(answers).isEmpty();
        assertThat(log.closings).isEqualTo(1);
        assertThat(said).anyMatch(line -> line.contains("this is normal during a roll-out"));
    }

    @Test
    void triesAgainEverMoreSlowlyWhileKafkaIsAway() throws Exception {
        // Given
        kafkaAway = true;

        // When
        var first = lane.step();
        Duration later = Duration.ZERO;
        for (int i = 0; i < 20; i++) {
            later = lane.step();
        }

        // Then
        assertThat(first).isLessThanOrEqualTo(Duration.ofMillis(100));
        assertThat(later).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(10));
        assertThat(link).isEmpty();

        // When
        kafkaAway = false;
        opened();

        // Then
        assertThat(link).containsExactly("listen 3");
    }

    @Test
    void shedsWhatDoesNotFitAndCountsIt() throws Exception {
        // Given
        var small = lane(new Lane.Config(TOPICS, SenmlCodec.Limits.DEFAULT, 2, 1_000_000, 100, 1_000_000));
        small.step();

        // When
        assertThat(small.offer(pack(ATTIC, FIRST, 1))).isTrue();
        assertThat(small.offer(pack(ATTIC, FIRST, 2))).isTrue();
        assertThat(small.offer(pack(ATTIC, FIRST, 3))).isFalse();
        small.step();

        // Then
        assertThat(said).filteredOn("shed"::equals).hasSize(1);
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 2));
    }

    @Test
    void boundsWhatWaitsInBytesButTakesAtLeastOneMessage() {
        // Given
        var small = lane(new Lane.Config(TOPICS, SenmlCodec.Limits.DEFAULT, 100, 700, 100, 700));
        var big = new Envelope(TOPICS.up(ATTIC), Optional.empty(), Map.of(), new byte[5000]);

        // Then
        assertThat(small.offer(big)).isTrue();
        assertThat(small.offer(pack(ATTIC, FIRST, 1))).isFalse();
    }

    @Test
    void namesWhatASkipStandsForWithoutWhatWasCommittedBefore() throws Exception {
        // Given
        opened();
        offer(pack(ATTIC, FIRST, 1), pack(ATTIC, FIRST, 2));
        lane.step();
        var dropped = new Dropped(40, List.of(new SensorId("air")), ManualTime.START, ManualTime.START, "no room");
        var payload = SenmlCodec.encode(ATTIC, List.of(dropped.toEvent()), Payload.Format.CBOR);

        // When
        offer(CODEC.encode(new Pack(ATTIC, FIRST, Optional.empty(), 2, OptionalLong.of(9), payload)));
        lane.step();

        // Then
        assertThat(log.events.getLast().id()).isEqualTo("attic/" + FIRST + "/3-9/0");
        assertThat(log.events.getLast().event().measurements())
                .isEqualTo(dropped.toEvent().measurements());
        assertThat(answers).last().isEqualTo(ack(ATTIC, FIRST, 9));
        assertThat(said).contains("dropped attic 40");
    }

    @Test
    void refusesASkipThatNamesNothing() throws Exception {
        // Given
        opened();
        var payload = SenmlCodec.encode(ATTIC, List.of(sample(1)), Payload.Format.CBOR);

        // When
        offer(CODEC.encode(new Pack(ATTIC, FIRST, Optional.empty(), 1, OptionalLong.of(9), payload)));
        lane.step();

        // Then
        assertThat(log.letters.getFirst().reason())
                .isEqualTo(
                        "pack 1 to 9 of stream " + FIRST + ": a SKIP must hold one event of kind dropped and no other");
        assertThat(answers).containsExactly(ack(ATTIC, FIRST, 9));
    }

    @Test
    void writesADevicesStateOnceAndKeepsItThroughAHello() throws Exception {
        // Given
        opened();
        var state = state("{\"online\":true}");

        // When
        offer(state);
        lane.step();
        offer(state);
        lane.step();

        // Then
        assertThat(log.commits).isEqualTo(1);
        assertThat(log.devices.get(ATTIC)).isEqualTo("{\"device\":\"attic\",\"state\":{\"online\":true}}");

        // When
        offer(CODEC.encode(new Hello(ATTIC, Optional.of(FIRST), 7)));
        lane.step();

        // Then
        assertThat(log.devices.get(ATTIC))
                .isEqualTo("{\"device\":\"attic\",\"hello\":\"2026-11-23T04:40:14Z\",\"stream\":\"" + FIRST
                        + "\",\"state\":{\"online\":true}}");
    }

    @Test
    void writesAStateAgainThatAnAbortedTransactionHeld() throws Exception {
        // Given
        opened();
        log.outcomes.add(Outcome.ABORTED);
        offer(state("{\"online\":true}"));
        lane.step();

        // When
        offer(pack(ATTIC, FIRST, 1));
        lane.step();

        // Then
        assertThat(log.devices.get(ATTIC)).contains("\"online\":true");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            [1]               | state must be a JSON object, but begins with something else
            {"a":1} {"b":2}   | state must be one JSON object, but more follows it
            {"a":             | state is not JSON: bad at byte 5
            {"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]} | state is nested too deep, or has a name or number that is too long
            """)
    void reportsAStateThatIsNoJsonOnceHoweverOftenTheBrokerRepeatsIt(String payload, String reason) throws Exception {
        // Given
        opened();

        // When
        offer(state(payload));
        lane.step();
        offer(state(payload));
        lane.step();

        // Then
        assertThat(log.letters)
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo(reason));
        assertThat(log.devices).isEmpty();
    }

    @Test
    void measuresTheWayFromTheEventToTheCommitWhereTheClockCanBeBelieved() throws Exception {
        // Given
        opened();
        time.advance(Duration.ofSeconds(10));
        var unknown = Event.sample(
                new SensorId("air"),
                ManualTime.START,
                Quality.of(Quality.Flaw.TIME_UNKNOWN),
                List.of(Measurement.of(Quantity.TEMPERATURE, 1)));

        // When
        offer(pack(ATTIC, FIRST, 1, sample(3)), pack(ATTIC, FIRST, 2, sample(3600)), pack(ATTIC, FIRST, 3, unknown));
        lane.step();

        // Then
        assertThat(latencies).containsExactly(Duration.ofSeconds(7));
        assertThat(log.events).hasSize(3);
    }

    @Test
    void endsItsThreadWhenItIsStoppedAndClosesItsLog() throws Exception {
        // Given
        var thread = Thread.ofPlatform().name("lane-3").start(lane);

        // When
        lane.stop();

        // Then
        assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
        assertThat(log.closings).isEqualTo(log.openings);
    }

    private void opened() throws InterruptedException {
        lane.step();
    }

    private void offer(Envelope... envelopes) {
        for (var envelope : envelopes) {
            assertThat(lane.offer(envelope)).isTrue();
        }
    }

    private static Envelope state(String json) {
        return new Envelope(TOPICS.state(ATTIC), Optional.empty(), Map.of(), json.getBytes(StandardCharsets.UTF_8));
    }

    private static Envelope pack(DeviceId device, StreamId stream, long sequence) {
        return pack(device, stream, sequence, sample((int) sequence));
    }

    private static Envelope pack(DeviceId device, StreamId stream, long sequence, Event event) {
        var payload = SenmlCodec.encode(device, List.of(event), Payload.Format.CBOR);
        return CODEC.encode(new Pack(device, stream, Optional.empty(), sequence, OptionalLong.empty(), payload));
    }

    private static Event sample(int second) {
        return Event.sample(
                new SensorId("air"),
                ManualTime.START.plusSeconds(second),
                Quality.GOOD,
                List.of(Measurement.of(Quantity.TEMPERATURE, 20 + second)));
    }

    private static Payload json(String text) {
        return new Payload(Payload.Format.JSON, text.getBytes(StandardCharsets.UTF_8));
    }

    private static Ack ack(DeviceId device, StreamId stream, long sequence) {
        return new Ack(device, new Committed(Optional.of(stream), sequence, Optional.of(stream)));
    }

    private Lane lane(Lane.Config config) {
        var laneLink = new LaneLink() {
            @Override
            public void listen(int number) {
                link.add("listen " + number);
            }

            @Override
            public void leave(int number) {
                link.add("leave " + number);
            }

            @Override
            public void answer(List<Envelope> envelopes) {
                envelopes.forEach(envelope -> {
                    assertThat(CODEC.decode(envelope)).isInstanceOf(MessageCodec.Decoded.Good.class);
                    answers.add(((MessageCodec.Decoded.Good) CODEC.decode(envelope)).message());
                });
            }
        };
        return new Lane(
                3,
                config,
                _ -> {
                    if (kafkaAway) {
                        throw new IOException("Kafka is away");
                    }
                    return log.open();
                },
                laneLink,
                time,
                recording());
    }

    private HubWatch recording() {
        return new HubWatch() {
            @Override
            public void committed(int lane, int packs, int events, Duration took) {
                said.add("committed %d packs %d events".formatted(packs, events));
            }

            @Override
            public void repeated(int lane, DeviceId device) {
                said.add("repeated " + device);
            }

            @Override
            public void unexpected(int lane, DeviceId device) {
                said.add("unexpected " + device);
            }

            @Override
            public void shed(int lane, int messages) {
                said.add("shed");
            }

            @Override
            public void laneClosed(int lane, String reason) {
                said.add("closed: " + reason);
            }

            @Override
            public void droppedNamed(DeviceId device, long events) {
                said.add("dropped " + device + " " + events);
            }

            @Override
            public void endToEnd(Duration latency) {
                latencies.add(latency);
            }
        };
    }
}
