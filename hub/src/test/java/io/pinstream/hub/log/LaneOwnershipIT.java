package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import org.junit.jupiter.api.Test;

class LaneOwnershipIT {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// A hub that only knows which lanes are its own.
    private static final class Member implements LaneOwnership.Listener, AutoCloseable {
        final Set<Integer> lanes = new ConcurrentSkipListSet<>();
        private final LaneOwnership ownership;
        private final Thread thread;

        Member(KafkaSettings settings) {
            ownership = new LaneOwnership(settings, this);
            thread = Thread.ofPlatform().name("lanes").start(ownership);
        }

        @Override
        public void assigned(List<Integer> more) {
            lanes.addAll(more);
        }

        @Override
        public void revoked(List<Integer> less) {
            lanes.removeAll(less);
        }

        @Override
        public void close() {
            ownership.close();
            await().atMost(LIMIT).until(() -> !thread.isAlive());
        }
    }

    @Test
    void dividesTheLanesAmongTheHubsThatRun() throws Exception {
        // Given
        var settings = RealKafka.settingsWithTopics();
        try (var first = new Member(settings)) {
            await().atMost(LIMIT).until(() -> first.lanes.size() == 4);
            assertThat(first.ownership.state()).isEmpty();

            // When a second hub joins
            try (var second = new Member(settings)) {
                // Then
                await().atMost(LIMIT).until(() -> first.lanes.size() == 2 && second.lanes.size() == 2);
                assertThat(first.lanes).doesNotContainAnyElementsOf(second.lanes);
            }

            // When it leaves: at once, not after a time-out
            await().atMost(Duration.ofSeconds(10)).until(() -> first.lanes.size() == 4);
        }
    }

    @Test
    void endsItsLanesBeforeItLeaves() throws Exception {
        // Given
        var member = new Member(RealKafka.settingsWithTopics());
        await().atMost(LIMIT).until(() -> member.lanes.size() == 4);

        // When
        member.close();

        // Then
        assertThat(member.lanes).isEmpty();
    }

    @Test
    void sparesAHubThatNoLaneIsLeftFor() throws Exception {
        // Given
        var all = RealKafka.settings();
        var settings = new KafkaSettings(all.bootstrapServers(), all.client(), all.prefix(), 1, 1, 0, all.retention());
        KafkaTopics.create(settings);

        // When
        try (var first = new Member(settings);
                var second = new Member(settings)) {
            // Then
            await().atMost(LIMIT)
                    .until(() -> first.lanes.size() + second.lanes.size() == 1
                            && first.ownership.state().isEmpty()
                            && second.ownership.state().isEmpty());
        }
    }
}
