package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import io.pinstream.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LineDriversTest {
    private static final long NOW = 1_000;

    private final FakeLine line = new FakeLine();
    private final List<String> heard = new ArrayList<>();
    private final TimeSource time = new TimeSource() {
        @Override
        public long nanos() {
            return NOW;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH;
        }
    };

    @Test
    void tellsTheStateAtTheStartFirstAndThenEachEdge() throws Exception {
        // Given
        line.high = true;
        var contact = contact(false);

        // When
        contact.listen(this::note);
        line.edge(false, 1_100, 1);
        line.edge(true, 1_200, 2);

        // Then
        assertThat(heard).containsExactly("true@1000", "false@1100", "true@1200");
    }

    @Test
    void anActiveLowContactIsActiveWhereTheLineIsLow() throws Exception {
        var contact = contact(true);

        contact.listen(this::note);
        line.edge(true, 1_100, 1);

        assertThat(heard).containsExactly("true@1000", "false@1100");
    }

    @Test
    void aGapInTheSequenceIsSaidOnceAtTheEdgeBehindIt() throws Exception {
        var contact = contact(false);
        contact.listen(this::note);

        line.edge(true, 1_100, 7);
        line.edge(false, 1_200, 10);
        line.edge(true, 1_300, 11);

        assertThat(heard).containsExactly("false@1000", "true@1100", "false@1200 missed", "true@1300");
    }

    @Test
    void whereNobodyCountsTwoEdgesToOneLevelAreAGap() throws Exception {
        var contact = contact(false);
        contact.listen(this::note);

        line.edge(true, 1_100, 0);
        line.edge(true, 1_200, 0);
        line.edge(false, 1_300, 0);

        assertThat(heard).containsExactly("false@1000", "true@1100", "true@1200 missed", "false@1300");
    }

    @Test
    void anEdgeWhileTheStateIsLookedUpIsNeitherLostNorFirst() throws Exception {
        // Given an edge that comes after the level was read and before the start was told
        line.whileLooking = () -> line.edge(true, 990, 1);
        var contact = contact(false);

        // When
        contact.listen(this::note);
        line.edge(false, 1_100, 2);

        // Then
        assertThat(heard).containsExactly("false@990", "true@990", "false@1100");
    }

    @Test
    void anEdgeThatTheLookHadSeenAlreadyIsNotToldTwice() throws Exception {
        // Given an edge that changed the level before the look, but is delivered after it
        line.high = true;
        var contact = contact(false);
        contact.listen(this::note);

        // When
        line.edge(true, 950, 1);
        line.edge(false, 1_100, 2);

        // Then
        assertThat(heard).containsExactly("true@1000", "false@1100");
    }

    @Test
    void beginsLaterWhereMoreEdgesCameAtTheStartThanAreKept() throws Exception {
        // Given 70 edges while the state is looked up, of which the newest 64 are kept
        line.whileLooking = () -> {
            for (int i = 1; i <= 70; i++) {
                line.edge(i % 2 == 1, 900 + i, i);
            }
        };
        var contact = contact(false);

        // When
        contact.listen(this::note);
        line.edge(true, 1_100, 71);

        // Then
        assertThat(heard)
                .hasSize(1 + 64 + 1)
                .startsWith("false@907", "true@907")
                .endsWith("false@970", "true@1100");
        assertThat(heard).noneMatch(edge -> edge.endsWith("missed"));
    }

    @Test
    void listensOnceAlthoughItHadToTryTwice() throws Exception {
        line.gone = true;
        var contact = contact(false);
        catchThrowableOfType(ReadFailed.class, () -> contact.listen(this::note));
        line.gone = false;

        contact.listen(this::note);
        line.edge(true, 1_100, 1);

        assertThat(line.listeners).isEqualTo(1);
        assertThat(heard).containsExactly("false@1000", "true@1100");
    }

    @Test
    void aLineThatIsGoneIsAFailureAtTheStart() {
        line.gone = true;
        var contact = contact(false);

        var failure = catchThrowableOfType(ReadFailed.class, () -> contact.listen(this::note));

        assertThat(failure.flaw()).isEqualTo(Flaw.NO_ANSWER);
        assertThat(failure)
                .hasMessage("line 17 cannot be read (No such device): does this board have it, and is it free?");
        assertThat(heard).isEmpty();
    }

    @Test
    void aQuietContactIsToldFromOneThatIsGone() throws Exception {
        var contact = contact(false);
        contact.listen(this::note);

        contact.check();
        line.gone = true;

        assertThat(catchThrowableOfType(ReadFailed.class, contact::check))
                .hasMessageContaining("line 17 cannot be read (No such device)");
        assertThat(heard).containsExactly("false@1000");
    }

    @Test
    void countsRisingEdgesAndScalesThem() throws Exception {
        // Given a water meter of 10 litres a pulse
        var water = new Scale(new Quantity("volume", new Unit("m3")), 0.01, 0);
        var counter = new PulseCounter(line, Optional.of(water), CountKeeper.NONE, "line 22").start();

        // When
        for (int i = 1; i <= 6; i++) {
            line.edge(i % 2 == 1, NOW + i, i);
        }

        // Then
        assertThat(counter.read())
                .isEqualTo(Reading.good(Measurement.of(Quantity.COUNT, 3.0), Measurement.of(water.quantity(), 0.03)));
    }

    @Test
    void saysMissedEdgesOnceAndCountsOnlyWhatItSaw() throws Exception {
        var counter = new PulseCounter(line, Optional.empty(), CountKeeper.NONE, "line 22").start();
        line.edge(true, 1, 1);
        line.edge(false, 2, 2);
        line.edge(true, 3, 7);

        var first = counter.read();
        var second = counter.read();

        assertThat(first)
                .isEqualTo(new Reading(List.of(Measurement.of(Quantity.COUNT, 2.0)), Quality.of(Flaw.EDGES_MISSED)));
        assertThat(second).isEqualTo(Reading.good(Measurement.of(Quantity.COUNT, 2.0)));
    }

    @Test
    void aCounterNoticesThatItsLineIsGone() {
        var counter = new PulseCounter(line, Optional.empty(), CountKeeper.NONE, "line 22").start();
        line.gone = true;

        var failure = catchThrowableOfType(ReadFailed.class, counter::read);

        assertThat(failure.flaw()).isEqualTo(Flaw.NO_ANSWER);
        assertThat(failure).hasMessageContaining("line 22 cannot be read (No such device)");
    }

    private Contact contact(boolean activeLow) {
        return new Contact(new HeardLine(line, "line 17", time), activeLow);
    }

    private void note(List<Measurement> measurements, long nanos, boolean missed) {
        var active = (io.pinstream.event.Value.Truth) measurements.getFirst().value();
        assertThat(measurements)
                .hasSize(1)
                .first()
                .extracting(Measurement::quantity)
                .isEqualTo(Quantity.ACTIVE);
        heard.add(active.truth() + "@" + nanos + (missed ? " missed" : ""));
    }
}
