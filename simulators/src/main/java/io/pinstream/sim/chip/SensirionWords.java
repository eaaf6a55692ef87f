package io.pinstream.sim.chip;

/// How Sensirion's chips say words of 16 bits on I²C: each with a checksum behind it (SHT3x-DIS, 4.12; SCD4x,
/// 3.12).
final class SensirionWords {
    private SensirionWords() {}

    static byte[] of(int... words) {
        var bytes = new byte[words.length * 3];
        for (int i = 0; i < words.length; i++) {
            bytes[3 * i] = (byte) (words[i] >> 8);
            bytes[3 * i + 1] = (byte) words[i];
            bytes[3 * i + 2] = (byte) crc(bytes[3 * i], bytes[3 * i + 1]);
        }
        return bytes;
    }

    /// As a division of polynomials: the word, begun with ones, and eight zeros, by 0x131. A mistake in the
    /// drivers' must not be repeated here, so it is not computed by their way.
    static int crc(byte high, byte low) {
        int rest = ((high & 0xff) << 8 | low & 0xff) << 8 ^ 0xff << 16;
        for (int bit = 23; bit >= 8; bit--) {
            if ((rest >> bit & 1) != 0) {
                rest ^= 0x131 << bit - 8;
            }
        }
        return rest & 0xff;
    }
}
