package io.pinstream.agent.driver;

import java.util.OptionalInt;

/// How Sensirion's chips send and take 16 bit words over I²C: high byte, low byte, CRC-8 of the two (polynomial
/// 0x31, begun with 0xFF; data sheet of the SHT3x-DIS, 4.12, and of the SCD4x, 3.12).
final class SensirionWords {
    private static final int POLYNOMIAL = 0x31;
    private static final int LENGTH = 3;

    private SensirionWords() {}

    /// The word that begins at the byte `3 × number`; empty if its checksum does not fit.
    static OptionalInt at(byte[] bytes, int number) {
        int from = LENGTH * number;
        return crc(bytes[from], bytes[from + 1]) == (bytes[from + 2] & 0xff)
                ? OptionalInt.of((bytes[from] & 0xff) << 8 | bytes[from + 1] & 0xff)
                : OptionalInt.empty();
    }

    /// A command with a word behind it.
    static byte[] command(int command, int word) {
        byte high = (byte) (word >> 8);
        byte low = (byte) word;
        return new byte[] {(byte) (command >> 8), (byte) command, high, low, (byte) crc(high, low)};
    }

    /// A command alone.
    static byte[] command(int command) {
        return new byte[] {(byte) (command >> 8), (byte) command};
    }

    static int crc(byte... bytes) {
        int crc = 0xff;
        for (var octet : bytes) {
            crc ^= octet & 0xff;
            for (int bit = 0; bit < 8; bit++) {
                crc = (crc & 0x80) != 0 ? crc << 1 ^ POLYNOMIAL : crc << 1;
            }
            crc &= 0xff;
        }
        return crc;
    }
}
