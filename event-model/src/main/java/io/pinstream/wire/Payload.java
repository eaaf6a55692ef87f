package io.pinstream.wire;

import java.util.Arrays;
import java.util.Optional;

/// The bytes of a pack and the SenML format that they are in. The array is shared, not copied: nobody writes to
/// it.
public record Payload(Format format, byte[] bytes) {
    /// The two media types of RFC 8428 that packs travel in.
    public enum Format {
        CBOR("application/senml+cbor"),
        JSON("application/senml+json");

        private final String contentType;

        Format(String contentType) {
            this.contentType = contentType;
        }

        public String contentType() {
            return contentType;
        }

        public static Optional<Format> of(String contentType) {
            if (contentType.equals(CBOR.contentType)) {
                return Optional.of(CBOR);
            }
            return contentType.equals(JSON.contentType) ? Optional.of(JSON) : Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload(Format otherFormat, byte[] otherBytes)
                && format == otherFormat
                && Arrays.equals(bytes, otherBytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return "%s, %d bytes".formatted(format.contentType(), bytes.length);
    }
}
