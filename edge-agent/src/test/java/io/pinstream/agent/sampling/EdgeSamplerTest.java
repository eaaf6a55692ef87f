package io.pinstream.agent.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.driver.Driver;
import io.pinstream.agent.driver.ReadFailed;
import io.pinstream.agent.watch.AgentWatch;
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
import org.junit.jupiter.api.Test;

class EdgeSamplerTest {
    private static final SensorId DOOR = new SensorId("door");

    private final ManualTime time = new ManualTime();
    private final List<Event> events = new ArrayList<>();
    private final FakeLine line = new FakeLine();
    private final EdgeSampler sampler = new EdgeSampler(DOOR, line, time, events::add, AgentWatch.NONE);

    @Test
    void givesAnEdgeTheWallTimeAtWhichItHappened() throws Exception {
        // Given
        sampler.listen();
        long happened = time.nanos();
        time.advance(Duration.ofMillis(250));

        // When
        line.edge(true, happened, false);
        sampler.step();

        // Then
        assertThat(events)
                .containsExactly(Event.edge(
                        DOOR, ManualTime.START, Quality.GOOD, List.of(Measurement.of(Quantity.ACTIVE, true))));
    }

    @Test
    void marksMissedEdgesAndAnUnknownTime() throws Exception {
        // Given
        sampler.listen();
        time.setWall(Instant.EPOCH);

        // When
        line.edge(true, time.nanos(), true);
        sampler.step();

        // Then
        assertThat(events.getFirst().quality()).isEqualTo(Quality.of(Flaw.EDGES_MISSED, Flaw.TIME_UNKNOWN));
    }

    @Test
    void keepsTheOrderOfEdgesOfOneMicrosecond() throws Exception {
        // Given
        sampler.listen();

        // When
        for (int i = 0; i < 3; i++) {
            line.edge(i % 2 == 0, time.nanos() + i, false);
            sampler.step();
        }

        // Then
        assertThat(events)
                .extracting(Event::time)
                .containsExactly(
                        ManualTime.START, ManualTime.START.plusNanos(1_000), ManualTime.START.plusNanos(2_000));
    }

    @Test
    void neverHoldsUpTheBoardAndSaysThatEdgesWereGivenUp() throws Exception {
        // Given nobody takes edges
        sampler.listen();

        // When
        for (int i = 0; i < EdgeSampler.WAITING + 5; i++) {
            time.advanceMillis(1);
            line.edge(i % 2 == 0, time.nanos(), false);
        }
        assertThat(sampler.waiting()).isEqualTo(EdgeSampler.WAITING);
        for (int i = 0; i < EdgeSampler.WAITING; i++) {
            sampler.step();
        }
        time.advanceMillis(1);
        line.edge(true, time.nanos(), false);
        time.advanceMillis(1);
        line.edge(false, time.nanos(), false);
        sampler.step();
        sampler.step();

        // Then
        assertThat(events).hasSize(EdgeSampler.WAITING + 2);
        assertThat(events.subList(0, EdgeSampler.WAITING))
                .allMatch(e -> e.quality().isGood());
        assertThat(events.get(EdgeSampler.WAITING).quality()).isEqualTo(Quality.of(Flaw.EDGES_MISSED));
        assertThat(events.getLast().quality()).isEqualTo(Quality.GOOD);
    }

    @Test
    void saysWhyALineCannotBeListenedTo() throws Exception {
        // Given
        line.fault = new ReadFailed(Flaw.NO_ANSWER, "line 17 is in use by another program");

        // When
        boolean listening = sampler.listen();

        // Then
        assertThat(listening).isFalse();
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.kind()).isEqualTo(Event.Kind.SAMPLE);
            assertThat(event.quality()).isEqualTo(Quality.of(Flaw.NO_ANSWER));
            assertThat(event.measurements())
                    .containsExactly(Measurement.of(Quantity.FAULT, "line 17 is in use by another program"));
        });
    }

    private static final class FakeLine implements Driver.EdgeDriven {
        private EdgeListener listener = (_, _, _) -> {};
        private ReadFailed fault;

        @Override
        public void listen(EdgeListener newListener) throws ReadFailed {
            if (fault != null) {
                throw fault;
            }
            this.listener = newListener;
        }

        void edge(boolean active, long nanos, boolean missed) {
            listener.edge(List.of(Measurement.of(Quantity.ACTIVE, active)), nanos, missed);
        }

        @Override
        public void close() {}
    }
}
