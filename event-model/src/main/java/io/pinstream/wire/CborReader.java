package io.pinstream.wire;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Reads CBOR (RFC 8949) from bytes that somebody else made: never beyond the end, never deeper than allowed,
/// never taking memory for a length that is only claimed.
final class CborReader {
    /// What [#open] returns where the length is not said: it ends with a break.
    private static final long INDEFINITE = Long.MIN_VALUE;

    private static final int BREAK = 0xff;
    private static final int DECIMAL_FRACTION = 4;
    /// Farther away there is no double but 0 and infinity, whatever 64 bits stand before it.
    private static final int LARGEST_EXPONENT = 400;

    private final byte[] bytes;
    private final int depthLimit;
    private int at;
    private int depth;

    private byte[] range;
    private int rangeFrom;
    private int rangeTo;

    CborReader(byte[] bytes, int depthLimit) {
        this.bytes = bytes;
        this.depthLimit = depthLimit;
        this.range = bytes;
    }

    /// Opens an array or a map.
    ///
    /// @return how many items (or pairs) it has, for [#more]
    long open(int major, String what) throws MalformedSenml {
        int initial = octet();
        if (initial >> 5 != major) {
            throw new MalformedSenml("%s must be %s, but begins with byte 0x%02x"
                    .formatted(what, major == 4 ? "a CBOR array" : "a CBOR map", initial));
        }
        deeper();
        return count(initial);
    }

    /// Whether an item comes; at the end of an indefinite array or map, reads the break.
    boolean more(long left) throws MalformedSenml {
        if (left != INDEFINITE) {
            return left > 0;
        }
        if (peek() == BREAK) {
            at++;
            return false;
        }
        return true;
    }

    /// What is left behind one item.
    static long rest(long left) {
        return left == INDEFINITE ? INDEFINITE : left - 1;
    }

    /// Closes what [#open] opened.
    void close() {
        depth--;
    }

    /// Nothing may stand behind the pack.
    void end() throws MalformedSenml {
        if (at != bytes.length) {
            throw new MalformedSenml("%d bytes stand behind the end of the pack".formatted(bytes.length - at));
        }
    }

    boolean isInteger() throws MalformedSenml {
        return peek() >> 5 <= 1;
    }

    /// An integer; what is too large for a long is as far away as one can be.
    long label() throws MalformedSenml {
        int initial = octet();
        long value = length(initial);
        long magnitude = value < 0 ? Long.MAX_VALUE : value;
        return initial >> 5 == 0 ? magnitude : -1 - magnitude;
    }

    boolean truth(String label, int record) throws MalformedSenml {
        int initial = octet();
        if (initial != 0xf4 && initial != 0xf5) {
            throw new MalformedSenml(
                    "record %d: %s must be true or false, but is byte 0x%02x".formatted(record, label, initial));
        }
        return initial == 0xf5;
    }

    /// A finite number: integer, half, single, double, or decimal fraction (tag 4).
    double number(String label, int record) throws MalformedSenml {
        int initial = octet();
        double value = switch (initial >> 5) {
            case 0 -> unsigned(length(initial));
            case 1 -> -1 - unsigned(length(initial));
            case 6 -> fraction(initial, label, record);
            default ->
                switch (initial) {
                    case 0xf9 -> Float.float16ToFloat((short) fixed(2));
                    case 0xfa -> Float.intBitsToFloat((int) fixed(4));
                    case 0xfb -> Double.longBitsToDouble(fixed(8));
                    default ->
                        throw new MalformedSenml(
                                "record %d: %s must be a number, but is byte 0x%02x".formatted(record, label, initial));
                };
        };
        if (!Double.isFinite(value)) {
            throw new MalformedSenml("record %d: %s must be finite, but is %s".formatted(record, label, value));
        }
        return value;
    }

    /// Tag 4: [exponent, mantissa], both integers.
    private double fraction(int initial, String label, int record) throws MalformedSenml {
        if (length(initial) != DECIMAL_FRACTION || octet() != 0x82 || !isInteger()) {
            throw new MalformedSenml("record %d: %s has a tag that is no decimal fraction".formatted(record, label));
        }
        long exponent = label();
        if (!isInteger() || exponent < -LARGEST_EXPONENT || exponent > LARGEST_EXPONENT) {
            throw new MalformedSenml(
                    "record %d: %s is no decimal fraction in the range of a double".formatted(record, label));
        }
        // BigDecimal, so that 2155 · 10⁻² is 21.55 and not its neighbour
        return new BigDecimal(integer(), (int) -exponent).doubleValue();
    }

    /// An integer of up to 64 bits and a sign, as CBOR has it: a long is too short.
    private BigInteger integer() throws MalformedSenml {
        int initial = octet();
        long value = length(initial);
        var magnitude = value >= 0
                ? BigInteger.valueOf(value)
                : BigInteger.valueOf(value & Long.MAX_VALUE).setBit(Long.SIZE - 1);
        return initial >> 5 == 0 ? magnitude : magnitude.not();
    }

    /// A text; must be UTF-8.
    String text() throws MalformedSenml {
        textRange();
        try {
            var text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(range, rangeFrom, rangeTo - rangeFrom));
            return text.toString();
        } catch (CharacterCodingException wrong) {
            throw new MalformedSenml("a text is not UTF-8");
        }
    }

    /// A text as a range of bytes that nobody has copied, unless it came in pieces.
    void textRange() throws MalformedSenml {
        int initial = octet();
        if (initial >> 5 != 3) {
            throw new MalformedSenml("a text must stand at byte %d, but there is 0x%02x".formatted(at - 1, initial));
        }
        if ((initial & 31) == 31) {
            pieces();
            return;
        }
        int length = present(length(initial));
        range = bytes;
        rangeFrom = at;
        at += length;
        rangeTo = at;
    }

    private void pieces() throws MalformedSenml {
        var whole = new ByteArrayOutputStream();
        while (peek() != BREAK) {
            int initial = octet();
            if (initial >> 5 != 3 || (initial & 31) == 31) {
                throw new MalformedSenml("a piece of a text is no text of a known length");
            }
            int length = present(length(initial));
            whole.write(bytes, at, length);
            at += length;
        }
        at++;
        range = whole.toByteArray();
        rangeFrom = 0;
        rangeTo = range.length;
    }

    byte[] rangeBytes() {
        return range;
    }

    int rangeFrom() {
        return rangeFrom;
    }

    int rangeTo() {
        return rangeTo;
    }

    /// Passes over one item, whatever it is.
    void skip() throws MalformedSenml {
        int initial = octet();
        switch (initial >> 5) {
            case 0, 1 -> length(initial);
            case 2, 3 -> {
                if ((initial & 31) == 31) {
                    skipAll(INDEFINITE);
                } else {
                    at += present(length(initial));
                }
            }
            case 4 -> skipAll(count(initial));
            case 5 -> {
                long pairs = count(initial);
                skipAll(pairs == INDEFINITE ? INDEFINITE : 2 * pairs);
            }
            case 6 -> {
                length(initial);
                skipAll(1);
            }
            default -> skipSimple(initial);
        }
    }

    private void skipSimple(int initial) throws MalformedSenml {
        if (initial == BREAK) {
            throw new MalformedSenml("a break stands where there is nothing to end");
        }
        length(initial);
    }

    private void skipAll(long items) throws MalformedSenml {
        deeper();
        long left = items;
        while (more(left)) {
            skip();
            left = rest(left);
        }
        depth--;
    }

    private void deeper() throws MalformedSenml {
        if (++depth > depthLimit) {
            throw new MalformedSenml("nesting must be at most %d deep".formatted(depthLimit));
        }
    }

    private static double unsigned(long value) {
        return value >= 0 ? value : (value >>> 1) * 2.0;
    }

    /// The argument of an initial byte (RFC 8949 section 3); what is 2^63 or more comes out negative.
    private long length(int initial) throws MalformedSenml {
        int information = initial & 31;
        return switch (information) {
            case 24 -> fixed(1);
            case 25 -> fixed(2);
            case 26 -> fixed(4);
            case 27 -> fixed(8);
            case 28, 29, 30, 31 ->
                throw new MalformedSenml("byte 0x%02x begins nothing that SenML has".formatted(initial));
            default -> information;
        };
    }

    /// How many items or pairs an array or a map has. Each takes a byte at least, so that a claim can be checked at
    /// once; also, what is 2^63 or more must never be taken for [#INDEFINITE] or for nothing.
    private long count(int initial) throws MalformedSenml {
        if ((initial & 31) == 31) {
            return INDEFINITE;
        }
        long count = length(initial);
        if (count < 0 || count > bytes.length - at) {
            throw new MalformedSenml("an array or a map claims more items than the payload has bytes");
        }
        return count;
    }

    private int present(long length) throws MalformedSenml {
        if (length < 0 || length > bytes.length - at) {
            throw new MalformedSenml("the payload ends in the middle of a text or of bytes");
        }
        return (int) length;
    }

    private long fixed(int octets) throws MalformedSenml {
        long value = 0;
        for (int i = 0; i < octets; i++) {
            value = value << 8 | octet();
        }
        return value;
    }

    private int peek() throws MalformedSenml {
        if (at >= bytes.length) {
            throw new MalformedSenml("the payload ends too early, at byte %d".formatted(bytes.length));
        }
        return bytes[at] & 0xff;
    }

    private int octet() throws MalformedSenml {
        int octet = peek();
        at++;
        return octet;
    }
}
