package io.pinstream.hub.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.wire.Envelope;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaneQueueTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final LaneQueue queue = new LaneQueue(100, 1 << 20);

    @Test
    void gathersUntilThereAreEnough() throws Exception {
        // Given
        assertThat(queue.offer(message())).isTrue();
        var gathering = gathering(3);

        // When
        queue.offer(message());
        queue.offer(message());

        // Then
        assertThat(gathering.join(LIMIT)).isTrue();
        assertThat(taken()).isEqualTo(3);
    }

    @Test
    void gathersNoLongerThanItMay() throws Exception {
        // Given
        queue.offer(message());

        // When
        queue.gather(3, Duration.ofMillis(1));

        // Then
        assertThat(taken()).isEqualTo(1);
    }

    @Test
    void endsGatheringWhenItIsClosed() throws Exception {
        // Given
        queue.offer(message());
        var gathering = gathering(3);

        // When
        queue.close();

        // Then
        assertThat(gathering.join(LIMIT)).isTrue();
    }

    @Test
    void endsGatheringBeforeItMustShed() throws Exception {
        // Given
        var gathering = gathering(50);

        // When
        for (int i = 0; i < 3; i++) {
            assertThat(queue.offer(message(200_000))).isTrue();
        }

        // Then
        assertThat(gathering.join(LIMIT)).isTrue();
    }

    private Thread gathering(int enough) {
        return Thread.ofVirtual().start(() -> {
            try {
                queue.gather(enough, LONG);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private int taken() throws InterruptedException {
        var batch = new ArrayList<Envelope>();
        queue.take(batch, 100, 1 << 20, Duration.ZERO);
        return batch.size();
    }

    private static Envelope message() {
        return message(10);
    }

    private static Envelope message(int bytes) {
        return new Envelope("up", Optional.empty(), Map.of(), new byte[bytes]);
    }
}
