package io.pinstream.agent.driver;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// The trimming that Bosch burnt into one BME280 or BMP280, and the formulas that turn raw figures into units.
///
/// Names are those of the data sheet (BST-BME280-DS002, 4.2.2, table 16) without `dig_`; the formulas are its
/// double precision ones (4.2.3 and 8.1). `t1`, `p1`, `h1` and `h3` are unsigned.
record Bme280Calibration(
        int t1,
        int t2,
        int t3,
        int p1,
        int p2,
        int p3,
        int p4,
        int p5,
        int p6,
        int p7,
        int p8,
        int p9,
        int h1,
        int h2,
        int h3,
        int h4,
        int h5,
        int h6) {

    /// @param common the registers from 0x88 on: 24 bytes at least
    static Bme280Calibration of(byte[] common) {
        return of(common, new byte[7]);
    }

    /// @param common the registers 0x88 to 0xA1
    /// @param humidity the registers 0xE1 to 0xE7
    static Bme280Calibration of(byte[] common, byte[] humidity) {
        var words = ByteBuffer.wrap(common).order(ByteOrder.LITTLE_ENDIAN);
        var h = ByteBuffer.wrap(humidity).order(ByteOrder.LITTLE_ENDIAN);
        return new Bme280Calibration(
                words.getShort(0) & 0xffff,
                words.getShort(2),
                words.getShort(4),
                words.getShort(6) & 0xffff,
                words.getShort(8),
                words.getShort(10),
                words.getShort(12),
                words.getShort(14),
                words.getShort(16),
                words.getShort(18),
                words.getShort(20),
                words.getShort(22),
                common.length > 25 ? common[25] & 0xff : 0,
                h.getShort(0),
                h.get(2) & 0xff,
                h.get(3) << 4 | h.get(4) & 0x0f, // 12 bits, signed: 0xE4 [11:4], 0xE5 [3:0]
                h.get(5) << 4 | (h.get(4) & 0xf0) >> 4, // 12 bits, signed: 0xE6 [11:4], 0xE5 [7:4]
                h.get(6));
    }

    /// Whether a factory has been here: all zeros and all ones are what an empty or absent memory reads.
    boolean isSet() {
        return t1 != 0 && t1 != 0xffff && p1 != 0 && p1 != 0xffff;
    }

    /// The fine temperature that the other formulas need.
    double fine(int raw) {
        double first = (raw / 16384.0 - t1 / 1024.0) * t2;
        double offset = raw / 131072.0 - t1 / 8192.0;
        return first + offset * offset * t3;
    }

    /// Temperature in °C.
    double temperature(double fine) {
        return fine / 5120.0;
    }

    /// Pressure in Pa; not finite where the calibration is nonsense.
    double pressure(int raw, double fine) {
        double first = fine / 2.0 - 64000.0;
        double second = first * first * p6 / 32768.0 + first * p5 * 2.0;
        second = second / 4.0 + p4 * 65536.0;
        first = (p3 * first * first / 524288.0 + p2 * first) / 524288.0;
        first = (1.0 + first / 32768.0) * p1;
        double pressure = 1048576.0 - raw;
        pressure = (pressure - second / 4096.0) * 6250.0 / first;
        first = p9 * pressure * pressure / 2147483648.0;
        second = pressure * p8 / 32768.0;
        return pressure + (first + second + p7) / 16.0;
    }

    /// Relative humidity in %, not clamped: beyond 0 to 100 it is out of range, and the reader should know.
    double humidity(int raw, double fine) {
        double warm = fine - 76800.0;
        double humidity = (raw - (h4 * 64.0 + h5 / 16384.0 * warm))
                * (h2 / 65536.0 * (1.0 + h6 / 67108864.0 * warm * (1.0 + h3 / 67108864.0 * warm)));
        return humidity * (1.0 - h1 * humidity / 524288.0);
    }
}
