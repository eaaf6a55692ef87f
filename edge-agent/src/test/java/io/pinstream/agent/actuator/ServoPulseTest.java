package io.pinstream.agent.actuator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ServoPulseTest {
    @Test
    void isAsNearAsItsDescriptionSays() {
        IntStream.rangeClosed(500, 2500).forEach(micros -> {
            var pulse = ServoPulse.nearest(micros);

            assertThat(pulse.micros()).isCloseTo(micros, within(micros < 1000 || micros > 2000 ? 19.0 : 15.0));
            assertThat(pulse.hertz()).isBetween(45, 66);
        });
    }
}
