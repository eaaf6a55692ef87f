package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.Measurement;
import io.pinstream.event.Value;
import io.pinstream.time.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Button, motion detector and encoder: what they make of edges, and of edges that do not come.
final class SpeakingLineDriversTest {
    private static final Duration USUAL = Duration.ofSeconds(10);

    private final ManualTime time = new ManualTime();
    private final long begun = time.nanos();
    private final FakeLine line = new FakeLine();
    private final FakeLine other = new FakeLine();
    private final List<String> heard = new ArrayList<>();

    @Test
    void aShortPressIsSaidAtItsReleaseAndTimedByTheEdgesOwnStamps() throws Exception {
        var button = button();

        edge(line, true, 100, 1);
        time.advanceMillis(5_000); // the release was 250 ms later, however late we hear of it
        edge(line, false, 350, 2);

        assertThat(heard)
                .containsExactly("0 active=false", "100 active=true", "350 active=false press=short held=0.25");
        assertThat(button.checkWithin(USUAL)).isEqualTo(USUAL);
    }

    @Test
    void aLongPressIsSaidWhenItHasLastedThatLongAndOnlyOnce() throws Exception {
        var button = button();
        edge(line, true, 100, 1);
        time.advanceMillis(100);
        assertThat(button.checkWithin(USUAL)).isEqualTo(Duration.ofSeconds(1));

        time.advanceMillis(999);
        button.check();
        assertThat(heard).hasSize(2);
        time.advanceMillis(1);
        button.check();
        button.check();
        assertThat(heard.getLast()).isEqualTo("1100 active=true press=long");
        assertThat(button.checkWithin(USUAL)).isEqualTo(USUAL);

        edge(line, false, 2_600, 2);
        assertThat(heard)
                .containsExactly(
                        "0 active=false",
                        "100 active=true",
                        "1100 active=true press=long",
                        "2600 active=false held=2.5");
    }

    @Test
    void aLongPressIsSaidBeforeItsReleaseWhereNobodyLookedInTime() throws Exception {
        button();

        edge(line, true, 0, 1);
        edge(line, false, 1_500, 2);

        assertThat(heard)
                .containsExactly(
                        "0 active=false", "0 active=true", "1000 active=true press=long", "1500 active=false held=1.5");
    }

    @Test
    void aReleaseThatIsOnItsWayIsNoLongPress() throws Exception {
        // Given a press whose release the line shows, and whose edge nobody has handed over yet
        var button = button();
        edge(line, true, 0, 1);
        line.high = false;

        // When
        time.advanceMillis(1_500);
        button.check();
        edge(line, false, 990, 2);

        // Then
        assertThat(heard).containsExactly("0 active=false", "0 active=true", "990 active=false press=short held=0.99");
    }

    @Test
    void saysNotHowLongAPressWasWhereItDoesNotKnow() throws Exception {
        line.high = true;
        var button = button(); // pressed already
        edge(line, false, 300, 1);
        edge(line, true, 400, 2);
        edge(line, false, 900, 5); // released and pressed in between
        time.advanceMillis(5_000);
        button.check();

        assertThat(heard)
                .containsExactly("0 active=true", "300 active=false", "400 active=true", "900 active=false missed");
    }

    @Test
    void motionLastsThroughPausesUntilTheHoldTimeIsOver() throws Exception {
        var pir = new Pir(new HeardLine(line, "line 23", time), false, Duration.ofSeconds(5), time);
        pir.listen(this::note);

        edge(line, true, 1_000, 1);
        edge(line, false, 3_000, 2);
        edge(line, true, 7_000, 3);
        edge(line, false, 8_000, 4);
        time.advanceMillis(8_000);
        assertThat(pir.checkWithin(USUAL)).isEqualTo(Duration.ofSeconds(5));
        time.advanceMillis(4_999);
        pir.check();
        assertThat(heard).containsExactly("0 motion=false", "1000 motion=true");
        time.advanceMillis(1);
        pir.check();

        assertThat(heard).containsExactly("0 motion=false", "1000 motion=true", "13000 motion=false");
        assertThat(pir.checkWithin(USUAL)).isEqualTo(USUAL);
    }

    @Test
    void motionThatWasOverBeforeTheNextOneIsSaidInOrder() throws Exception {
        var pir = new Pir(new HeardLine(line, "line 23", time), false, Duration.ofSeconds(5), time);
        pir.listen(this::note);

        edge(line, true, 1_000, 1);
        edge(line, false, 2_000, 4);
        edge(line, true, 9_000, 5);

        assertThat(heard)
                .containsExactly("0 motion=false", "1000 motion=true", "7000 motion=false missed", "9000 motion=true");
    }

    @Test
    void withoutHoldTimeMotionEndsWithTheLine() throws Exception {
        var pir = new Pir(new HeardLine(line, "line 23", time), true, Duration.ZERO, time);
        pir.listen(this::note); // active low, and the line is low

        edge(line, true, 1_000, 1);
        edge(line, false, 2_000, 2);

        assertThat(heard).containsExactly("0 motion=true", "1000 motion=false", "2000 motion=true");
    }

    @Test
    void anEncoderSaysEachDetentAndItsDirection() throws Exception {
        encoder(4);

        turn(1, 0);
        turn(1, 100);
        turn(-1, 200);

        assertThat(heard)
                .containsExactly(
                        "0 position=0.0",
                        "40 position=1.0 direction=clockwise",
                        "140 position=2.0 direction=clockwise",
                        "240 position=1.0 direction=counterclockwise");
    }

    @Test
    void bouncesAndHalfADetentComeToNothing() throws Exception {
        encoder(4);

        for (int i = 0; i < 40; i++) {
            edge(line, i % 2 == 1, i, i + 1);
        }
        edge(line, false, 100, 41);
        edge(other, false, 110, 1);
        edge(other, true, 120, 2);
        edge(line, true, 130, 42);

        assertThat(heard).containsExactly("0 position=0.0");
    }

    @Test
    void anEdgeOfTheOtherLineThatIsHandedOverLateIsPutWhereItBelongs() throws Exception {
        encoder(4);

        // A falls, B falls, A rises, B rises; those of B are handed over first
        edge(other, false, 20, 1);
        edge(other, true, 40, 2);
        edge(line, false, 10, 1);
        edge(line, true, 30, 2);

        assertThat(heard).containsExactly("0 position=0.0", "30 position=1.0 direction=clockwise");
    }

    @Test
    void anEncoderSaysThatEdgesWereMissedAndGoesOnFromWhereItIs() throws Exception {
        encoder(4);

        edge(line, false, 10, 1);
        edge(line, true, 30, 2); // both edges of the other line between and behind were missed
        edge(other, true, 40, 2);
        turn(1, 100);

        assertThat(heard.subList(0, 2)).containsExactly("0 position=0.0", "40 position=0.0 missed");
        assertThat(heard.getLast()).startsWith("140 position=1.0 direction=clockwise");
    }

    @Test
    void anEncoderWithTwoEdgesADetentCountsTwiceAsMany() throws Exception {
        encoder(2);

        turn(-1, 0);

        assertThat(heard)
                .containsExactly(
                        "0 position=0.0",
                        "20 position=-1.0 direction=counterclockwise",
                        "40 position=-2.0 direction=counterclockwise");
    }

    private int sequence;

    private void turn(int direction, long at) {
        var first = direction > 0 ? line : other;
        var second = direction > 0 ? other : line;
        sequence += 2;
        edge(first, false, at + 10, sequence == 2 ? 1 : 0);
        edge(second, false, at + 20, 0);
        edge(first, true, at + 30, 0);
        edge(second, true, at + 40, 0);
    }

    private void encoder(int edges) throws ReadFailed {
        line.high = true;
        other.high = true;
        new RotaryEncoder(new HeardLine(line, "line 5", time), new HeardLine(other, "line 6", time), edges)
                .listen(this::note);
    }

    private Button button() throws ReadFailed {
        var button = new Button(new HeardLine(line, "line 24", time), false, Duration.ofSeconds(1), time);
        button.listen(this::note);
        return button;
    }

    private void edge(FakeLine moved, boolean high, long millis, long number) {
        moved.edge(high, begun + millis * 1_000_000, number);
    }

    private void note(List<Measurement> measurements, long nanos, boolean missed) {
        var said = measurements.stream()
                .map(measurement -> " " + measurement.quantity().name() + "=" + said(measurement.value()))
                .collect(Collectors.joining());
        heard.add((nanos - begun) / 1_000_000 + said + (missed ? " missed" : ""));
    }

    private static Object said(Value value) {
        return switch (value) {
            case Value.Decimal(double number) -> number;
            case Value.Truth(boolean truth) -> truth;
            case Value.Text(String text) -> text;
        };
    }
}
