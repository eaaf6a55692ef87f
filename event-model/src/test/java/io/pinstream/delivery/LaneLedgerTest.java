package io.pinstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.delivery.LaneLedger.Verdict;
import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.Payload;
import io.pinstream.wire.StreamId;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class LaneLedgerTest {
    private static final DeviceId DEVICE = new DeviceId("attic-7");
    private static final StreamId FIRST = new StreamId(1, 1);
    private static final StreamId SECOND = new StreamId(2, 2);

    private final LaneLedger ledger = new LaneLedger(Map.of());

    @Test
    void acceptsTheFirstPackOfADeviceAndThoseThatFollow() {
        assertThat(ledger.offer(pack(FIRST, 1))).isEqualTo(new Verdict.Accept(1, 1));
        assertThat(ledger.offer(pack(FIRST, 2))).isEqualTo(new Verdict.Accept(2, 2));

        assertThat(ledger.committed()).containsExactly(ack(FIRST, 2, FIRST));
    }

    @Test
    void answersWithTheCommittedMarkWhenAPackComesTwice() {
        ledger.offer(pack(FIRST, 1));
        ledger.committed();

        assertThat(ledger.offer(pack(FIRST, 1))).isEqualTo(new Verdict.Drop(ack(FIRST, 1, FIRST), true));
    }

    @Test
    void answersWithWhatIsCommittedNotWithWhatIsStaged() {
        ledger.offer(pack(FIRST, 1));

        var verdict = ledger.offer(pack(FIRST, 1));

        assertThat(verdict)
                .isEqualTo(new Verdict.Drop(
                        new Ack(DEVICE, new Committed(Optional.of(FIRST), 0, Optional.empty())), true));
    }

    @Test
    void dropsAPackThatComesEarly() {
        ledger.offer(pack(FIRST, 1));

        assertThat(ledger.offer(pack(FIRST, 3))).isInstanceOf(Verdict.Drop.class);
        assertThat(ledger.offer(pack(FIRST, 2))).isEqualTo(new Verdict.Accept(2, 2));
    }

    @Test
    void beginsAStreamOnlyWhereItSupersedesTheNewest() {
        ledger.offer(pack(FIRST, 1));
        ledger.committed();

        assertThat(ledger.offer(pack(SECOND, 1))).isInstanceOf(Verdict.Drop.class);
        assertThat(ledger.offer(beginning(SECOND, FIRST))).isEqualTo(new Verdict.Accept(1, 1));
        assertThat(ledger.offer(pack(FIRST, 2))).isInstanceOf(Verdict.Drop.class);
        assertThat(ledger.committed()).containsExactly(ack(SECOND, 1, SECOND));
    }

    @Test
    void neverBeginsAStreamThatItHasSeen() {
        ledger.offer(pack(FIRST, 1));
        ledger.offer(beginning(SECOND, FIRST));
        ledger.committed();

        assertThat(ledger.offer(beginning(FIRST, SECOND))).isInstanceOf(Verdict.Drop.class);
    }

    @Test
    void namesOnlyWhatWasNotCommittedOfADroppedRange() {
        ledger.offer(pack(FIRST, 1));
        ledger.offer(pack(FIRST, 2));

        assertThat(ledger.offer(skip(FIRST, 1, 5))).isEqualTo(new Verdict.Accept(3, 5));
        assertThat(ledger.offer(skip(FIRST, 7, 9))).isInstanceOf(Verdict.Drop.class);
        assertThat(ledger.offer(pack(FIRST, 6))).isEqualTo(new Verdict.Accept(6, 6));
    }

    @Test
    void forgetsWhatWasStagedWhenTheTransactionAborts() {
        ledger.offer(pack(FIRST, 1));
        ledger.aborted();

        assertThat(ledger.isEmpty()).isTrue();
        assertThat(ledger.offer(pack(FIRST, 1))).isEqualTo(new Verdict.Accept(1, 1));
    }

    @Test
    void answersAHelloOnlyAfterTheCommit() {
        ledger.hello(new Hello(DEVICE, Optional.of(FIRST), 99));
        ledger.offer(pack(FIRST, 1));

        assertThat(ledger.isEmpty()).isFalse();
        assertThat(ledger.committed())
                .containsExactly(
                        ack(FIRST, 1, FIRST),
                        new Welcome(DEVICE, 99, new Committed(Optional.of(FIRST), 1, Optional.of(FIRST))));
        assertThat(ledger.isEmpty()).isTrue();
    }

    @Test
    void remembersAsManyStreamsAsAMarkHolds() {
        ledger.offer(pack(new StreamId(0, 1), 1));
        for (int i = 2; i <= Mark.KEPT + 1; i++) {
            ledger.offer(beginning(new StreamId(0, i), new StreamId(0, i - 1)));
        }

        var mark = ledger.staged().get(DEVICE);

        assertThat(mark.entries()).hasSize(Mark.KEPT);
        assertThat(mark.sequenceOf(new StreamId(0, 1))).isEmpty();
        assertThat(mark.newest().stream()).isEqualTo(new StreamId(0, Mark.KEPT + 1));
    }

    private static Pack pack(StreamId stream, long sequence) {
        return new Pack(DEVICE, stream, Optional.empty(), sequence, OptionalLong.empty(), payload());
    }

    private static Pack skip(StreamId stream, long sequence, long through) {
        return new Pack(DEVICE, stream, Optional.empty(), sequence, OptionalLong.of(through), payload());
    }

    private static Pack beginning(StreamId stream, StreamId supersedes) {
        return new Pack(DEVICE, stream, Optional.of(supersedes), 1, OptionalLong.empty(), payload());
    }

    private static Payload payload() {
        return new Payload(Payload.Format.CBOR, new byte[0]);
    }

    private static Ack ack(StreamId stream, long sequence, StreamId current) {
        return new Ack(DEVICE, new Committed(Optional.of(stream), sequence, Optional.of(current)));
    }
}
