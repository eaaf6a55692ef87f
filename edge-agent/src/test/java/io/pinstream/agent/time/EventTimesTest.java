package io.pinstream.agent.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.time.ManualTime;
import io.pinstream.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventTimesTest {
    private static final Duration ASIDE = Duration.ofMillis(107);

    @Test
    void givesAnEventTheTimeAtWhichItHappenedThoughItsThreadIsPutAsideBetweenTwoClocks() {
        // Given
        var time = new Aside(2);
        var happened = time.instant();
        long stamp = time.nanos();
        time.advance(Duration.ofSeconds(3));
        time.aside = true;

        // When
        var given = new EventTimes(time).at(stamp);

        // Then
        assertThat(given.time()).isEqualTo(happened);
        assertThat(given.quality().isGood()).isTrue();
    }

    @Test
    void isAsExactAsItCanBeWhereItIsAlwaysPutAside() {
        var time = new Aside(Integer.MAX_VALUE);
        var happened = time.instant();
        long stamp = time.nanos();
        time.aside = true;

        assertThat(new EventTimes(time).at(stamp).time()).isBetween(happened, happened.plus(ASIDE));
    }

    /// A clock whose reader is put aside, a few times, whenever it is about to look at the wall clock.
    private static final class Aside implements TimeSource {
        private final ManualTime clock = new ManualTime();
        private int times;
        private boolean aside;

        Aside(int times) {
            this.times = times;
        }

        void advance(Duration duration) {
            clock.advance(duration);
        }

        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public Instant instant() {
            if (aside && times > 0) {
                times--;
                clock.advance(ASIDE);
            }
            return clock.instant();
        }
    }
}
