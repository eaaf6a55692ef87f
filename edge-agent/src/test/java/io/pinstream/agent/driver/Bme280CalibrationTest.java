package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class Bme280CalibrationTest {
    /// Bosch's worked example: BMP280 data sheet BST-BMP280-DS001, 3.12.
    private static final int[] EXAMPLE = {27504, 26435, -1000, 36477, -10685, 3024, 2855, 140, -7, 15500, -14600, 6000};

    @Test
    void agreesWithBoschsWorkedExample() {
        // Given
        var calibration = Bme280Calibration.of(registers(EXAMPLE));

        // When
        double fine = calibration.fine(519888);

        // Then
        assertThat(fine).isCloseTo(128422, within(1.0));
        assertThat(calibration.temperature(fine)).isCloseTo(25.08, within(0.005));
        assertThat(calibration.pressure(415148, fine)).isCloseTo(100653.27, within(0.01));
    }

    @Test
    void readsTheTwelveBitHumidityWordsWithTheirSigns() {
        // Given dig_H4 = -300 = 0xED4 and dig_H5 = 50 = 0x032, which share the register 0xE5
        byte[] humidity = {0x6A, 0x01, 0, (byte) 0xED, 0x24, 0x03, 30};
        var common = new byte[26];
        common[25] = (byte) 200;

        // When
        var calibration = Bme280Calibration.of(common, humidity);

        // Then
        assertThat(calibration.h1()).isEqualTo(200);
        assertThat(calibration.h2()).isEqualTo(362);
        assertThat(calibration.h3()).isZero();
        assertThat(calibration.h4()).isEqualTo(-300);
        assertThat(calibration.h5()).isEqualTo(50);
        assertThat(calibration.h6()).isEqualTo(30);
    }

    @Test
    void humidityFollowsTheDoubleFormulaOfTheDataSheet() {
        // Given h1=75 h2=362 h3=0 h4=324 h5=50 h6=30, common figures of real chips
        var common = registers(EXAMPLE);
        common[25] = 75;
        var calibration = Bme280Calibration.of(common, new byte[] {0x6A, 0x01, 0, 0x14, 0x24, 0x03, 30});

        // When
        double humidity = calibration.humidity(30000, 128422);

        // Then: data sheet 8.1, written out once more, term by term
        double warm = 128422 - 76800.0;
        double expected = (30000 - (324 * 64.0 + 50 / 16384.0 * warm))
                * (362 / 65536.0 * (1 + 30 / 67108864.0 * warm * (1 + 0 / 67108864.0 * warm)));
        expected = expected * (1 - 75 * expected / 524288.0);
        assertThat(humidity).isCloseTo(expected, within(1e-9)).isBetween(40.0, 60.0);
    }

    @Test
    void knowsThatAnEmptyMemoryIsNoCalibration() {
        var ones = new byte[26];
        Arrays.fill(ones, (byte) 0xff);

        assertThat(Bme280Calibration.of(new byte[26]).isSet()).isFalse();
        assertThat(Bme280Calibration.of(ones).isSet()).isFalse();
        assertThat(Bme280Calibration.of(registers(EXAMPLE)).isSet()).isTrue();
    }

    private static byte[] registers(int[] words) {
        var bytes = ByteBuffer.allocate(26).order(ByteOrder.LITTLE_ENDIAN);
        for (int word : words) {
            bytes.putShort((short) word);
        }
        return bytes.array();
    }
}
