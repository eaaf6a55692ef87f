package io.pinstream.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.delivery.Courier.Effect;
import io.pinstream.delivery.Courier.Memory;
import io.pinstream.delivery.Courier.Step;
import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.StreamId;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class CourierTest {
    private static final DeviceId DEVICE = new DeviceId("attic-7");
    private static final StreamId MINE = new StreamId(1, 1);
    private static final StreamId BEFORE = new StreamId(2, 2);
    private static final StreamId FOREIGN = new StreamId(3, 3);

    @Test
    void sendsNothingBeforeTheHubHasAnswered() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 5));

        assertThat(courier.next(9)).isInstanceOf(Step.Greet.class);

        courier.receive(welcome(courier, MINE, 5, MINE));
        assertThat(courier.next(9)).isEqualTo(new Step.Send(6, MINE, Optional.empty(), 6));
    }

    @Test
    void beginsItsFirstStreamBehindWhatTheHubHas() {
        var courier = courier(Memory.NONE);

        var effect = courier.receive(
                new Welcome(DEVICE, nonce(courier), new Committed(Optional.empty(), 0, Optional.of(FOREIGN))));

        assertThat(effect).isEqualTo(Effect.NEW_STREAM);
        assertThat(courier.memory().supersedes()).contains(FOREIGN);
        var step = (Step.Send) courier.next(1);
        assertThat(step.supersedes()).contains(FOREIGN);
        assertThat(step.sequence()).isEqualTo(1);
    }

    @Test
    void namesTheSupersededStreamOnlyInTheFirstPack() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 10, 10));
        courier.receive(welcome(courier, MINE, 0, BEFORE));

        courier.sent(((Step.Send) courier.next(12)).row());

        assertThat(courier.next(12)).isEqualTo(new Step.Send(12, MINE, Optional.empty(), 2));
    }

    @Test
    void keepsNoMoreThanTheWindowInFlight() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 0));
        courier.receive(welcome(courier, MINE, 0, MINE));

        for (int i = 0; i < 4; i++) {
            courier.sent(((Step.Send) courier.next(100)).row());
        }

        assertThat(courier.next(100)).isInstanceOf(Step.Wait.class);
        courier.receive(ack(MINE, 1, MINE));
        assertThat(courier.next(100)).isEqualTo(new Step.Send(5, MINE, Optional.empty(), 5));
    }

    @Test
    void goesBackToTheFirstUnacknowledgedRow() {
        var courier = sendingUpTo(3, 1);

        courier.resend();

        assertThat(((Step.Send) courier.next(3)).row()).isEqualTo(2);
    }

    @Test
    void ignoresAnAnswerToAnOlderHello() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 5));
        var old = welcome(courier, MINE, 5, MINE);
        courier.greet();

        courier.receive(old);

        assertThat(courier.isGreeted()).isFalse();
    }

    /// Rule 4, the branch that random search caught once in 7,000 worlds and then never again: a hello is sent
    /// with packs in flight, the ack of the next commit overtakes its reply, and the reply shows less than is
    /// deleted by now.
    @Test
    void takesNoOvertakenReplyForAHubThatWentBack() {
        var courier = sendingUpTo(4, 2);
        courier.greet(); // with rows 3 and 4 in flight, 2 acknowledged
        var reply = welcome(courier, MINE, 2, MINE);
        courier.receive(ack(MINE, 4, MINE)); // overtakes the reply

        var effect = courier.receive(reply);

        assertThat(effect).isEqualTo(Effect.NONE);
        assertThat(courier.memory().stream()).contains(MINE);
        assertThat(courier.memory().acked()).isEqualTo(4);
        // A further pack of the old stream is the next one, not a repetition.
        assertThat(courier.next(5)).isEqualTo(new Step.Send(5, MINE, Optional.empty(), 5));
    }

    @Test
    void beginsANewStreamLoudlyWhenTheHubHasForgotten() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 5));

        var effect = courier.receive(welcome(courier, MINE, 3, MINE));

        assertThat(effect).isEqualTo(Effect.NEW_STREAM_HUB_WENT_BACK);
        assertThat(courier.memory().supersedes()).contains(MINE);
        assertThat(courier.memory().base()).isEqualTo(5);
    }

    @Test
    void beginsANewStreamWhenTheHubFollowsAnother() {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 5));

        var effect = courier.receive(welcome(courier, MINE, 5, FOREIGN));

        assertThat(effect).isEqualTo(Effect.NEW_STREAM);
        assertThat(courier.memory().supersedes()).contains(FOREIGN);
    }

    @Test
    void asksAgainWhenAnAckShowsAnUnexpectedStreamAndBeginsNoneYet() {
        var courier = sendingUpTo(3, 1);

        var effect = courier.receive(ack(FOREIGN, 7, FOREIGN));

        assertThat(effect).isEqualTo(Effect.NONE);
        assertThat(courier.memory().stream()).contains(MINE);
        assertThat(courier.next(3)).isInstanceOf(Step.Greet.class);
    }

    @Test
    void beginsAStreamOfItsOwnOnACopiedCard() {
        var copied = new Memory(Optional.of(MINE), Optional.of(BEFORE), 3, 5).withoutStream();

        assertThat(copied).isEqualTo(new Memory(Optional.empty(), Optional.empty(), 5, 5));
    }

    @Test
    void refusesAWindowOfNothing() {
        assertThatThrownBy(() -> new Courier(DEVICE, Memory.NONE, 0, new SplittableRandom(1)))
                .hasMessage("window must be at least 1 pack, but was 0");
    }

    private static Courier courier(Memory memory) {
        return new Courier(DEVICE, memory, 4, new SplittableRandom(7));
    }

    /// A courier that has sent `sent` rows of its stream, of which `acked` are acknowledged.
    private static Courier sendingUpTo(long sent, long acked) {
        var courier = courier(new Memory(Optional.of(MINE), Optional.of(BEFORE), 0, 0));
        courier.receive(welcome(courier, MINE, 0, BEFORE));
        for (long row = 1; row <= sent; row++) {
            courier.sent(((Step.Send) courier.next(sent)).row());
        }
        courier.receive(ack(MINE, acked, MINE));
        return courier;
    }

    private static long nonce(Courier courier) {
        return ((Step.Greet) courier.next(0)).hello().nonce();
    }

    private static Welcome welcome(Courier courier, StreamId stream, long sequence, StreamId current) {
        return new Welcome(DEVICE, nonce(courier), new Committed(Optional.of(stream), sequence, Optional.of(current)));
    }

    private static Ack ack(StreamId stream, long sequence, StreamId current) {
        return new Ack(DEVICE, new Committed(Optional.of(stream), sequence, Optional.of(current)));
    }
}
