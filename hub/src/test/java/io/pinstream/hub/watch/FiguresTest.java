package io.pinstream.hub.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FiguresTest {
    private final ManualTime time = new ManualTime();
    private final Figures figures = new Figures(time);

    @Test
    void saysHowManyEventsASecondOverTheLastTen() {
        for (int second = 0; second < 25; second++) {
            figures.committed(0, 1, 30, Duration.ZERO);
            figures.foreignCommitted(10, Duration.ZERO);
            time.advance(Duration.ofSeconds(1));
        }

        assertThat(figures.look().events()).isEqualTo(1000);
        assertThat(figures.look().eventsPerSecond()).isEqualTo(40);

        time.advance(Duration.ofSeconds(5));
        assertThat(figures.look().eventsPerSecond()).isEqualTo(20);

        time.advance(Duration.ofSeconds(60));
        assertThat(figures.look().eventsPerSecond()).isZero();
    }

    @Test
    void countsOnlyTheDevicesOfOpenLanes() {
        figures.laneOpened(0, 3);
        figures.laneOpened(1, 4);
        figures.devices(1, 5);
        figures.laneClosed(0, "stopped");
        figures.devices(0, 9);

        assertThat(figures.look().devices()).isEqualTo(5);
        assertThat(figures.look().lanes()).isEqualTo(1);
    }

    @Test
    void remembersTroubleForTenMinutes() {
        figures.deadLetter("pinstream/v1/up/00/attic", "no number");
        figures.shed(0, 7);
        figures.commitFailed(0, "aborted", "Kafka was slow");
        figures.foreignLost(2);
        time.advance(Duration.ofMinutes(9));
        figures.deadLetter("pinstream/v1/up/00/attic", "no number");

        assertThat(figures.look().lately()).isEqualTo(new Figures.Trouble(2, 7, 1, 2));

        time.advance(Duration.ofMinutes(2));
        assertThat(figures.look().lately()).isEqualTo(new Figures.Trouble(1, 0, 0, 0));
        assertThat(figures.look().deadLetters()).isEqualTo(2);
    }
}
