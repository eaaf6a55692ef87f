package io.pinstream.hub.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.time.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LatencyWindowTest {
    private final ManualTime time = new ManualTime();
    private final LatencyWindow window = new LatencyWindow(time);

    @Test
    void saysTheQuantilesOfTheLastMinuteToATenth() {
        for (int i = 1; i <= 1_000; i++) {
            window.add(Duration.ofMillis(i));
            time.advance(Duration.ofMillis(50)); // 50 s in all
        }

        var look = window.look().orElseThrow();
        assertThat(look.count()).isEqualTo(1_000);
        assertThat(look.p50()).isBetween(Duration.ofMillis(500), Duration.ofMillis(550));
        assertThat(look.p99()).isBetween(Duration.ofMillis(990), Duration.ofMillis(1_089));
    }

    @Test
    void forgetsWhatIsOlderThanAMinute() {
        window.add(Duration.ofSeconds(9));
        time.advance(Duration.ofSeconds(30));
        window.add(Duration.ofMillis(2));
        assertThat(window.look().orElseThrow().count()).isEqualTo(2);

        time.advance(Duration.ofSeconds(31));
        assertThat(window.look().orElseThrow().count()).isEqualTo(1);
        assertThat(window.look().orElseThrow().p99()).isLessThan(Duration.ofMillis(3));

        time.advance(Duration.ofHours(5));
        assertThat(window.look()).isEmpty();
    }

    @Test
    void takesWhatIsBeyondItsScale() {
        window.add(Duration.ofNanos(-5));
        window.add(Duration.ofDays(4_000));

        assertThat(window.look().orElseThrow().count()).isEqualTo(2);
        assertThat(window.look().orElseThrow().p99()).isGreaterThan(Duration.ofDays(6));
    }
}
