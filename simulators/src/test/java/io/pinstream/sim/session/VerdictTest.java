package io.pinstream.sim.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.Event;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class VerdictTest {
    private static final SensorId AIR = new SensorId("air");
    private static final SensorId DOOR = new SensorId("door");
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.123456Z");

    private final List<String> said = new ArrayList<>();
    private final ManualTime time = new ManualTime();
    private final Tally tally = new Tally(time, said::add);
    private final Found found = new Found();

    VerdictTest() {
        tally.eventTaken(air(21.5, NOON));
        tally.eventTaken(Event.sample(
                AIR,
                NOON.plusSeconds(1),
                Quality.of(Flaw.NO_ANSWER),
                List.of(Measurement.of(Quantity.FAULT, "nobody \"there\""))));
        tally.eventTaken(Event.edge(DOOR, NOON, Quality.GOOD, List.of(Measurement.of(Quantity.ACTIVE, true))));
    }

    private static Event air(double celsius, Instant at) {
        return Event.sample(AIR, at, Quality.GOOD, List.of(Measurement.of(Quantity.TEMPERATURE, celsius)));
    }

    private void findAir(String celsius) {
        found.take(
                "s/1/0",
                "{\"device\":\"d\",\"sensor\":\"air\",\"time\":\"2026-11-23T12:00:00.123456Z\","
                        + "\"quality\":\"good\",\"temperature\":" + celsius + "}");
    }

    private void findRest() {
        found.take(
                "s/1/1",
                "{\"sensor\":\"air\",\"time\":\"2026-11-23T12:00:01.123456Z\","
                        + "\"quality\":\"no-answer\",\"fault\":\"nobody \\\"there\\\"\"}");
        found.take(
                "s/1/2",
                "{\"sensor\":\"door\",\"time\":\"2026-11-23T12:00:00.123456Z\",\"kind\":\"edge\","
                        + "\"quality\":\"good\",\"active\":true}");
    }

    private Verdict verdict(long waiting) {
        return Verdict.of(tally, found, waiting, 0, Map.of());
    }

    @Test
    void isCleanWhereEveryEventIsThereOnce() {
        findAir("2.15E1");
        findRest();

        assertThat(verdict(0)).isEqualTo(new Verdict(3, 3, 0, 0, 0, 0, 0, 0));
        assertThat(verdict(0).isClean()).isTrue();
    }

    @Test
    void anEventThatIsNowhereIsLostUnlessItStillWaits() {
        findRest();

        assertThat(verdict(0).lost()).isEqualTo(1);
        assertThat(verdict(0).isClean()).isFalse();
        assertThat(verdict(1).isClean()).isTrue();
    }

    @Test
    void anEventThatIsThereAgainOrWithAnotherValueIsNoticed() {
        findAir("21.5");
        findAir("21.5");
        findRest();
        assertThat(verdict(0).twice()).isEqualTo(1);

        found.take(
                "s/9/0",
                "{\"sensor\":\"air\",\"time\":\"2026-11-23T12:00:00.123456Z\","
                        + "\"quality\":\"good\",\"temperature\":21.6}");
        assertThat(verdict(0).twice()).isEqualTo(2);
        assertThat(verdict(0).isClean()).isFalse();
    }

    @Test
    void aMoveOfALineThatKafkaDoesNotHaveIsNoticed() {
        findAir("21.5");
        findRest(); // the door's state at the start, and no move

        assertThat(Verdict.of(tally, found, 0, 0, Map.of(DOOR, 0L)).isClean()).isTrue();
        assertThat(Verdict.of(tally, found, 0, 0, Map.of(DOOR, 1L)).isClean()).isFalse();
    }

    @Test
    void theLinkIsToldOnceAndItsOutagesAreMeasured() {
        said.clear();
        tally.linkLost("tcp://b:1", "refused");
        tally.linkLost("tcp://b:1", "refused");
        tally.linkUp("tcp://b:1");
        tally.linkLost("tcp://b:1", "reset");
        time.advance(Duration.ofSeconds(7));
        tally.linkLost("tcp://b:1", "refused");
        tally.linkUp("tcp://b:1");

        assertThat(said)
                .containsExactly("no link: refused", "link up: tcp://b:1", "link down: reset", "link back after 7.0 s");
        assertThat(tally.outages()).isEqualTo(new Tally.Outages(1, Duration.ofSeconds(7)));
    }
}
