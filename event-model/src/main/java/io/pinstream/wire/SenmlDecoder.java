package io.pinstream.wire;

import io.pinstream.event.DeviceId;
import io.pinstream.wire.SenmlCodec.Decoded;

/// Decodes packs, and remembers the names that it has seen, so that a device's next pack allocates no names again.
/// For one thread.
public final class SenmlDecoder {
    private final SenmlCodec.Limits limits;
    private final NameCache names = new NameCache();

    public SenmlDecoder(SenmlCodec.Limits limits) {
        this.limits = limits;
    }

    /// Decodes what claims to be a pack of `device`. Never throws, whatever the bytes are.
    public Decoded decode(DeviceId device, Payload payload) {
        int length = payload.bytes().length;
        if (length > limits.bytes()) {
            return new Decoded.Malformed(
                    "payload must have at most %d bytes, but has %d".formatted(limits.bytes(), length));
        }
        var resolver = new SenmlResolver(device, limits, names);
        try {
            switch (payload.format()) {
                case CBOR -> CborSenml.read(payload.bytes(), limits, resolver);
                case JSON -> JsonSenml.read(payload.bytes(), limits, resolver);
            }
            return new Decoded.Events(resolver.events());
        } catch (MalformedSenml malformed) {
            return new Decoded.Malformed(malformed.reason());
        }
    }
}
