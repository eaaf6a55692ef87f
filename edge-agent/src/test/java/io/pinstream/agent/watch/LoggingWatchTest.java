package io.pinstream.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.SensorId;
import io.pinstream.report.LogLines;
import io.pinstream.time.ManualTime;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoggingWatchTest {
    private static final SensorId AIR = new SensorId("air");

    private final ManualTime time = new ManualTime();
    private final LoggingWatch watch = new LoggingWatch(time);
    private final Logger logger = Logger.getLogger("io.pinstream.agent");
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final LogLines handler = new LogLines(new PrintStream(written, true, StandardCharsets.UTF_8), true);

    @BeforeEach
    void listen() {
        logger.setUseParentHandlers(false);
        logger.addHandler(handler);
    }

    @AfterEach
    void stop() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void saysOnceThatTheLinkIsLostAndOnceThatItIsBack() {
        // When
        watch.linkUp("tcp://hub:1883");
        watch.linkLost("tcp://hub:1883", "connection refused");
        for (int i = 0; i < 99; i++) {
            time.advance(Duration.ofMinutes(3));
            watch.linkLost("tcp://hub:1883", "connection refused");
        }
        watch.linkUp("tcp://hub:1883");

        // Then
        assertThat(lines())
                .containsExactly(
                        "<6>link is up broker=tcp://hub:1883",
                        "<4>link is lost broker=tcp://hub:1883 error=\"connection refused\"",
                        "<6>link is back broker=tcp://hub:1883 lasted=\"4 h 57 min\" failures=100");
    }

    @Test
    void tellsALinkThatNeverWasFromOneThatIsLost() {
        // When
        watch.linkLost("tcp://hub:1883", "unknown host");
        watch.linkUp("tcp://hub:1883");

        // Then
        assertThat(lines())
                .containsExactly(
                        "<4>link cannot be made broker=tcp://hub:1883 error=\"unknown host\"",
                        "<6>link is up broker=tcp://hub:1883");
    }

    @Test
    void saysOnceThatASensorFailsAndOnceThatItIsBack() {
        // When
        watch.readFailed(AIR, "no-answer", "no answer from 0x76 on bus 1");
        time.advance(Duration.ofSeconds(12));
        watch.readFailed(AIR, "checksum", "crc");
        watch.readFailed(new SensorId("attic"), "checksum", "crc");
        watch.readRecovered(AIR);
        watch.readRecovered(AIR);

        // Then
        assertThat(lines())
                .containsExactly(
                        "<4>sensor cannot be read sensor=air flaw=no-answer error=\"no answer from 0x76 on bus 1\"",
                        "<4>sensor cannot be read sensor=attic flaw=checksum error=\"crc\"",
                        "<6>sensor is read again sensor=air lasted=\"12 s\" failures=2");
    }

    @Test
    void addsUpWhatHappensOften() {
        // When
        for (int i = 0; i <= 60; i++) {
            watch.readingsSkipped(AIR, 2);
            watch.eventsDropped(10, "outbox full");
            time.advance(Duration.ofSeconds(1));
        }

        // Then
        assertThat(lines())
                .containsExactly(
                        "<4>readings were skipped sensor=air readings=2",
                        "<4>events were dropped events=10 error=\"outbox full\"",
                        "<4>readings were skipped sensor=air readings=120",
                        "<4>events were dropped events=600 error=\"outbox full\"");
    }

    @Test
    void saysOnceThatTheDiskFailsAndOnceThatItIsBack() {
        // When
        watch.outboxFailed("No space left on device");
        watch.outboxFailed("No space left on device");
        time.advance(Duration.ofMillis(850));
        watch.outboxRecovered();

        // Then
        assertThat(lines())
                .containsExactly(
                        "<3>disk refuses the outbox error=\"No space left on device\"",
                        "<6>disk takes the outbox again lasted=\"850 ms\" failures=2");
    }

    @Test
    void neverPassesOnWhatCouldForgeALineOrAKey() {
        // When
        watch.readFailed(AIR, "no-answer", "x\" sensor=\"y\n<3>forged \u001b[31m ü");

        // Then
        assertThat(lines())
                .containsExactly("<4>sensor cannot be read sensor=air flaw=no-answer"
                        + " error=\"x' sensor='y?<3>forged ?[31m ?\"");
    }

    @Test
    void logsNothingForEveryReadingAndPack() {
        // When
        watch.sensorRead(AIR, Duration.ofMillis(1));
        watch.packAppended(1, 100);
        watch.packSent(100, false);
        watch.acknowledged(1, Duration.ofMillis(1));

        // Then
        assertThat(lines()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"PT0.85S,850 ms", "PT12S,12 s", "PT3M5S,3 min 5 s", "PT4H12M,4 h 12 min", "PT50H,2 d 2 h"})
    void saysDurationsAsPeopleDo(Duration duration, String spoken) {
        assertThat(LoggingWatch.spoken(duration)).isEqualTo(spoken);
    }

    private List<String> lines() {
        return written.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
