package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.log.Audit.Device;
import io.pinstream.hub.log.EventReader.Stored;
import io.pinstream.wire.StreamId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuditTest {
    private static final StreamId ONE = new StreamId(0, 1);
    private static final StreamId TWO = new StreamId(0, 2);

    private final Audit audit = new Audit();

    @Test
    void isCleanWhereEveryNumberIsThereOnceAndInOrder() {
        take(ONE, "1/0", "1/1", "1/2", "2/0", "3/0", "3/1");
        take(TWO, "1/0", "2/0");

        assertThat(device().isClean()).isTrue();
        assertThat(device()).isEqualTo(new Device("attic", 2, 5, 8, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void countsEachPackThatIsMissing() {
        take(ONE, "1/0", "5/0");

        assertThat(device().gaps()).isEqualTo(3);
        assertThat(device().isClean()).isFalse();
    }

    @Test
    void countsThePacksThatAreMissingAtTheBeginningOfAStream() {
        take(ONE, "3/0");

        assertThat(device().gaps()).isEqualTo(2);
    }

    @Test
    void countsTheEventsThatAreMissingInAPack() {
        take(ONE, "1/1", "1/4", "2/0");

        assertThat(device().gaps()).isEqualTo(1 + 2);
    }

    @Test
    void countsWhatComesTwice() {
        take(ONE, "1/0", "1/1", "1/1", "2/0", "1/0", "3/0");

        assertThat(device().duplicates()).isEqualTo(2);
        assertThat(device().gaps()).isZero();
        assertThat(device().isClean()).isFalse();
    }

    @Test
    void countsWhatComesBehindANewerStream() {
        take(ONE, "1/0");
        take(TWO, "1/0");
        take(ONE, "2/0");

        assertThat(device().outOfOrder()).isEqualTo(1);
        assertThat(device().isClean()).isFalse();
    }

    @Test
    void takesADroppedRangeForItsNumbers() {
        take(ONE, "1/0", "2-40/0", "41/0", "41/1");

        assertThat(device().isClean()).isTrue();
        assertThat(device().droppedRanges()).isEqualTo(1);
        assertThat(device().droppedPacks()).isEqualTo(39);
        assertThat(device().events()).isEqualTo(3);
    }

    @Test
    void findsWhatIsMissingBesideADroppedRangeAndARangeThatComesTwice() {
        take(ONE, "1/0", "3-4/0", "3-4/0", "6/0");

        assertThat(device().gaps()).isEqualTo(2);
        assertThat(device().duplicates()).isEqualTo(1);
    }

    @Test
    void findsAnEventOfAPackThatIsNamedAsDropped() {
        take(ONE, "1-3/0", "2/0");

        assertThat(device().duplicates()).isEqualTo(1);
    }

    @Test
    void doesNotMissPacksThatAreInTheDeadLetters() {
        // Given
        take(ONE, "1/0", "3/0", "9/0");
        assertThat(audit.misses()).isTrue();

        // When
        audit.explain("attic", new DeadLetter.Numbers(ONE, 2, 2));
        audit.explain("attic", new DeadLetter.Numbers(ONE, 5, 6));
        audit.explain("attic", new DeadLetter.Numbers(TWO, 7, 7));
        audit.explain("cellar", new DeadLetter.Numbers(ONE, 7, 7));

        // Then
        assertThat(device().deadLetters()).isEqualTo(3);
        assertThat(device().gaps()).as("4, 7 and 8").isEqualTo(3);
    }

    @Test
    void startsWhereTheRetentionHasDeletedWhatCameBefore() {
        // When
        audit.take(stored(ONE + "/17/3", "", true));
        audit.take(stored(ONE + "/18/0", "", true));
        audit.take(stored(TWO + "/2/0", "", true));

        // Then
        assertThat(device().gaps())
                .as("the second stream must begin at its beginning")
                .isEqualTo(1);
    }

    @Test
    void countsForeignEventsAndDoesNotJudgeThem() {
        audit.take(stored("foreign-x/2", "at-least-once", false));
        audit.take(stored("foreign-x/2", "at-least-once", false));

        assertThat(device().foreign()).isEqualTo(2);
        assertThat(device().isClean()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x", "a/b/c", "a/1", "a/0/0", "a/1/-1", "a/9-3/0", "/1/0", "a/1/99999999999"})
    void namesWhatIsNoneOfOurs(String id) {
        audit.take(stored(id, "", false));

        assertThat(device().strange()).isEqualTo(1);
        assertThat(device().isClean()).isFalse();
    }

    private void take(StreamId stream, String... numbers) {
        for (var number : numbers) {
            audit.take(stored(stream + "/" + number, "", false));
        }
    }

    private static Stored stored(String id, String delivery, boolean shortened) {
        return new Stored("attic", id, "io.pinstream.sample.v1", delivery, shortened, 0, 0, new byte[0]);
    }

    private Device device() {
        return audit.devices().getFirst();
    }
}
