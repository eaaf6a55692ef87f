package io.pinstream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.Message.Ack;
import io.pinstream.wire.Message.Committed;
import io.pinstream.wire.Message.Hello;
import io.pinstream.wire.Message.Pack;
import io.pinstream.wire.Message.Welcome;
import io.pinstream.wire.MessageCodec.Decoded;
import java.util.OptionalLong;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/// What agent and hub say arrives as it was said; what somebody else says is understood or refused.
class MessagePropertyTest {
    private static final String[] PREFIXES = {"pinstream", "plants/east/pinstream", "v1", "v1/up/00"};

    @Property(tries = 2_000)
    void anyMessageIsReadAsItWasWritten(@ForAll("messages") Message message, @ForAll("topics") Topics topics) {
        var codec = new MessageCodec(topics);

        assertThat(codec.decode(codec.encode(message))).isEqualTo(new Decoded.Good(message));
    }

    @Property(tries = 5_000)
    void anyEnvelopeIsUnderstoodOrRefusedWithAReason(@ForAll("envelopes") Envelope envelope) {
        Verdicts.check(new MessageCodec(new Topics("pinstream")), envelope);
    }

    @Provide
    Arbitrary<Topics> topics() {
        return Arbitraries.of(PREFIXES).map(Topics::new);
    }

    @Provide
    Arbitrary<Message> messages() {
        var nonces = Arbitraries.longs();
        return Arbitraries.oneOf(
                Combinators.combine(devices(), streams().optional(), nonces).as(Hello::new),
                Combinators.combine(devices(), nonces, committed()).as(Welcome::new),
                Combinators.combine(devices(), committed()).as(Ack::new),
                packs());
    }

    private static Arbitrary<Message> packs() {
        var ranges = Arbitraries.longs()
                .between(1, MessageCodec.LARGEST_SEQUENCE)
                .tuple2()
                .map(two -> new long[] {Math.min(two.get1(), two.get2()), Math.max(two.get1(), two.get2())});
        var payloads = Combinators.combine(
                        Arbitraries.of(Payload.Format.class),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(50))
                .as(Payload::new);
        return Combinators.combine(
                        devices(), streams(), streams().optional(), ranges, Arbitraries.of(true, false), payloads)
                .as((device, stream, supersedes, range, skip, payload) -> new Pack(
                        device,
                        stream,
                        supersedes,
                        range[0],
                        skip ? OptionalLong.of(range[1]) : OptionalLong.empty(),
                        payload));
    }

    /// Topics and properties of ours with values that are nearly right, or nobody's.
    @Provide
    Arbitrary<Envelope> envelopes() {
        var any = Arbitraries.strings().all().ofMaxLength(40);
        var topics = Arbitraries.oneOf(
                devices().map(new Topics("pinstream")::up),
                devices().map(new Topics("pinstream")::down),
                any.map(text -> "pinstream/v1/down/" + text),
                any);
        var types = Arbitraries.oneOf(
                Arbitraries.of("application/senml+cbor", "application/senml+json", "application/senml+CBOR", ""), any);
        var keys = Arbitraries.oneOf(
                Arbitraries.of("message", "stream", "seq", "through", "supersedes", "current", "nonce"), any);
        var numbers = Arbitraries.longs().map(Object::toString);
        var values = Arbitraries.oneOf(
                Arbitraries.of("hello", "welcome", "ack", "0", "1", "9007199254740992", "9007199254740993", "00", "+1"),
                numbers,
                streams().map(StreamId::toString),
                Arbitraries.strings().withCharRange('0', 'F').ofLength(16),
                any);
        return Combinators.combine(
                        topics,
                        types.optional(),
                        Arbitraries.maps(keys, values).ofMaxSize(8),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(10))
                .as(Envelope::new);
    }

    private static Arbitrary<DeviceId> devices() {
        return AnyEvents.ids().map(DeviceId::new);
    }

    private static Arbitrary<StreamId> streams() {
        return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(StreamId::new);
    }

    private static Arbitrary<Committed> committed() {
        return Combinators.combine(
                        streams().optional(),
                        Arbitraries.longs().between(0, MessageCodec.LARGEST_SEQUENCE),
                        streams().optional())
                .as(Committed::new);
    }
}
