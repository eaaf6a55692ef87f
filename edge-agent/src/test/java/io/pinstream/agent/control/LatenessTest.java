package io.pinstream.agent.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class LatenessTest {
    private static final Instant SENDERS_CLOCK = Instant.parse("1999-12-31T23:59:00Z"); // wrong, and no matter
    private static final Duration WITHIN = Duration.ofSeconds(5);

    private final Lateness lateness = new Lateness();
    private Duration setBack = Duration.ZERO;

    @Test
    void whatTookLongerThanTheFastestByMoreThanItIsWorthIsLate() {
        assertThat(late(0, 0.2)).isFalse();
        assertThat(late(10, 14.9)).isFalse();
        assertThat(late(20, 20.1)).isFalse();
        assertThat(late(30, 35.2)).isTrue();
        assertThat(late(36, 36.3)).isFalse();
    }

    @Test
    void everythingThatAStalledConnectionLetsGoAtOnceIsJudgedByItself() {
        assertThat(late(0, 0)).isFalse();

        assertThat(late(10, 40)).isTrue();
        assertThat(late(20, 40.001)).isTrue();
        assertThat(late(30, 40.002)).isTrue();
        assertThat(late(39, 40.003)).isFalse();
    }

    @Test
    void aSendersClockThatIsSetBackCostsOneCommand() {
        assertThat(late(0, 0)).isFalse();
        setBack = Duration.ofHours(1);

        assertThat(late(10, 10.1)).isTrue();
        assertThat(late(20, 20.3)).isFalse();
        assertThat(late(30, 30)).isFalse();
        assertThat(late(40, 50)).isTrue();
    }

    @Test
    void aSendersClockThatIsSetForwardCostsNone() {
        assertThat(late(0, 0)).isFalse();
        setBack = Duration.ofHours(-1);

        assertThat(late(10, 10)).isFalse();
        assertThat(late(20, 30)).isTrue();
    }

    @Test
    void clocksThatRunApartForDaysAreForgiven() {
        assertThat(late(0, 0)).isFalse();
        setBack = Duration.ofSeconds(60); // 100 ppm in a week

        assertThat(late(604_800, 604_800.1)).isFalse();
    }

    @Test
    void eachSendersClockIsItsOwn() {
        assertThat(lateness.isLate("a", SENDERS_CLOCK, 0, WITHIN)).isFalse();
        assertThat(lateness.isLate("b", SENDERS_CLOCK.minusSeconds(3600), 0, WITHIN))
                .isFalse();
        assertThat(lateness.isLate("a", SENDERS_CLOCK.minusSeconds(3600), 1, WITHIN))
                .isTrue();
    }

    private boolean late(double sentSeconds, double arrivedSeconds) {
        var sent = SENDERS_CLOCK.plusMillis(Math.round(sentSeconds * 1000)).minus(setBack);
        // The monotonic clock begins anywhere.
        long arrived = TimeUnit.MILLISECONDS.toNanos(Math.round(arrivedSeconds * 1000)) - 12_345_678_901_234L;
        return lateness.isLate("hub", sent, arrived, WITHIN);
    }
}
