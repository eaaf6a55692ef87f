package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;

import io.pinstream.agent.board.SerialPort;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Value;
import io.pinstream.time.ManualTime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Particle counter and satellite receiver, on bytes as they come.
final class SerialDriversTest {
    private static final String PUBLISHED_GGA = "$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47";

    private static final String PUBLISHED_RMC = "$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A";

    private final ManualTime time = new ManualTime();
    private final Deque<byte[]> line = new ArrayDeque<>();
    private boolean gone;
    private int opened;

    @Test
    void aFrameIsReadByTheTableOfItsDataSheet() throws Exception {
        line.add(frame(1, 2, 3, 11, 22, 33, 3000, 900, 100, 10, 3, 1, 0x9700));

        var reading = particles().read();

        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(figures(reading))
                .containsExactly(
                        "pm1_0 11.0 ug/m3",
                        "pm2_5 22.0 ug/m3",
                        "pm10 33.0 ug/m3",
                        "particles_0_3 30000.0 1/l",
                        "particles_0_5 9000.0 1/l",
                        "particles_1_0 1000.0 1/l",
                        "particles_2_5 100.0 1/l",
                        "particles_5_0 30.0 1/l",
                        "particles_10 10.0 1/l");
    }

    @Test
    void findsAFrameInAnyGarbageAndInAnyPieces() throws Exception {
        long seed = 42;
        var random = new Random(seed);
        for (int round = 0; round < 300; round++) {
            var garbage = new byte[random.nextInt(70)];
            random.nextBytes(garbage);
            for (int i = 0; i < garbage.length; i++) {
                garbage[i] = garbage[i] == 0x4d ? 0 : garbage[i]; // no head of another frame
            }
            line.clear();
            var bytes = new ArrayList<Byte>();
            for (byte each : garbage) {
                bytes.add(each);
            }
            if (round % 3 == 0) {
                bytes.add((byte) 0x42); // the head's first byte twice
            }
            for (byte each : frame(0, 0, 0, 0, round, 0, 0, 0, 0, 0, 0, 0, 0)) {
                bytes.add(each);
            }
            while (!bytes.isEmpty()) {
                int length = Math.min(bytes.size(), 1 + random.nextInt(20));
                var piece = new byte[length];
                for (int i = 0; i < length; i++) {
                    piece[i] = bytes.removeFirst();
                }
                line.add(piece);
            }
            assertThat(figures(particles().read()))
                    .as("seed %d round %d", seed, round)
                    .contains("pm2_5 %d.0 ug/m3".formatted(round));
        }
    }

    @Test
    void noFlippedBitOfAFrameIsEverAValue() {
        var whole = frame(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        for (int bit = 32; bit < whole.length * 8; bit++) { // in the four bytes before it is no frame
            var torn = whole.clone();
            torn[bit / 8] ^= (byte) (1 << bit % 8);
            line.clear();
            line.add(torn);
            assertThat(failure(particles()).flaw()).as("bit %d", bit).isEqualTo(Flaw.CHECKSUM);
        }
        line.add(whole);
        assertThat(catchThrowableOfType(Exception.class, () -> particles().read()))
                .isNull();
    }

    @Test
    void moreThanItCanMeasureIsSaid() throws Exception {
        line.add(frame(0, 0, 0, 900, 1001, 1002, 0, 0, 0, 0, 0, 0, 0));
        assertThat(particles().read().quality()).isEqualTo(Quality.of(Flaw.OUT_OF_RANGE));
    }

    @Test
    void silenceAndNonsenseEndInTimeAndSayWhatToDo() {
        assertThat(failure(particles())).hasMessageContaining("says nothing for 5 s: check its 5 V");
        for (int i = 0; i < 20; i++) {
            line.add(new byte[100]);
        }
        var failure = failure(particles());
        assertThat(failure.flaw()).isEqualTo(Flaw.NO_ANSWER);
        assertThat(failure).hasMessageContaining("bytes came at /dev/serial0 in 5 s, but no frame");
    }

    @Test
    void aPortThatIsGoneIsOpenedAnew() throws Exception {
        var driver = particles();
        line.add(frame(0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0));
        driver.read();
        gone = true;
        assertThat(failure(driver)).hasMessage("Input/output error");
        gone = false;
        line.add(frame(0, 0, 0, 1, 2, 3, 0, 0, 0, 0, 0, 0, 0));
        driver.read();
        assertThat(opened).isEqualTo(2);
    }

    /// The sentences that Dale DePriest's "NMEA data" explains, gpsinformation.org/dale/nmea.htm.
    @Test
    void readsPublishedSentences() throws Exception {
        say("rbage*12", PUBLISHED_GGA, "$GPGSA,A,3,04,05,,09,12,,,24,,,,,2.5,1.3,2.1*39", PUBLISHED_RMC);

        var reading = gps().read();

        assertThat(reading.quality()).isEqualTo(Quality.GOOD);
        assertThat(value(reading, Gps.LATITUDE)).isCloseTo(48.1173, within(1e-6)); // 48° 07.038'
        assertThat(value(reading, Gps.LONGITUDE)).isCloseTo(11.516667, within(1e-6)); // 11° 31.000'
        assertThat(value(reading, Gps.ALTITUDE)).isEqualTo(545.4);
        assertThat(value(reading, Quantity.SPEED)).isCloseTo(11.5236, within(1e-4)); // 22.4 knots
        assertThat(value(reading, Gps.SATELLITES)).isEqualTo(8);
    }

    @Test
    void southAndWestAreNegativeAndEveryTalkerCounts() throws Exception {
        say(
                summed("GNRMC,102030.00,A,3351.5000,S,07036.2500,W,0.004,,231126,,,A"),
                summed("GNGGA,102030.00,3351.5000,S,07036.2500,W,2,12,0.6,,M,,M,,"));

        var reading = gps().read();

        assertThat(figures(reading))
                .containsExactly(
                        "latitude -33.858333 lat",
                        "longitude -70.604167 lon",
                        "speed 0.002058 m/s",
                        "satellites 12.0 count");
    }

    @Test
    void sentencesOfTwoMomentsAreNoReading() throws Exception {
        say(PUBLISHED_GGA, summed("GPRMC,123520,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W"));
        assertThat(failure(gps())).hasMessageContaining("2 NMEA sentences").hasMessageContaining("no GGA and RMC");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GPGGA,1,4807.038,N,01131.000,E,0,03,,,M,,M,, | GPRMC,1,V,,,,,,,230394,, | NOT_READY | no fix (3 satellites)",
                "GPGGA,1,4807.038,N,01131.000,E,6,03,,,M,,M,, | GPRMC,1,A,,,,,,,230394,, | NOT_READY | no fix",
                "GPGGA,1,4807.038,N,01131.000,E,1,03,,,M,,M,, | GPRMC,1,V,,,,,,,230394,, | NOT_READY | no fix",
                "GPGGA,1,9107.038,N,01131.000,E,1,03,,,M,,M,, | GPRMC,1,A,,,,,,,230394,, | OUT_OF_RANGE | nowhere on earth",
                "GPGGA,1,4860.038,N,01131.000,E,1,03,,,M,,M,, | GPRMC,1,A,,,,,,,230394,, | OUT_OF_RANGE | nowhere on earth",
                "GPGGA,1,4807.038,,01131.000,E,1,03,,,M,,M,, | GPRMC,1,A,,,,,,,230394,, | OUT_OF_RANGE | nowhere on earth",
                "GPGGA,1,,N,01131.000,E,1,03,,,M,,M,, | GPRMC,1,A,,,,,,,230394,, | OUT_OF_RANGE | nowhere on earth"
            })
    void aPositionThatIsNoneIsNotTold(String gga, String rmc, Flaw flaw, String words) {
        say(summed(gga), summed(rmc));
        var failure = failure(gps());
        assertThat(failure.flaw()).isEqualTo(flaw);
        assertThat(failure).hasMessageContaining(words);
    }

    @Test
    void noChangedCharacterOfASentenceIsEverAValue() {
        for (int at = 1; at < PUBLISHED_GGA.length(); at++) {
            if (at == PUBLISHED_GGA.indexOf('*')) {
                continue; // then it has no checksum, and the test below has that
            }
            var torn = new StringBuilder(PUBLISHED_GGA);
            torn.setCharAt(at, torn.charAt(at) == '8' ? '3' : '8');
            line.clear();
            say(torn.toString(), PUBLISHED_RMC);
            assertThat(failure(gps()).flaw()).as(torn.toString()).isEqualTo(Flaw.CHECKSUM);
        }
    }

    @Test
    void aSentenceWithoutAChecksumDoesNotCount() {
        say(PUBLISHED_GGA.substring(0, PUBLISHED_GGA.indexOf('*')), PUBLISHED_RMC);
        assertThat(failure(gps())).hasMessageContaining("1 of 2 NMEA sentences at /dev/serial0 do not fit");
    }

    @Test
    void aLineWithoutEndTakesNoMemory() {
        line.add("$".getBytes(StandardCharsets.US_ASCII));
        for (int i = 0; i < 40; i++) {
            line.add("A".repeat(500).getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(failure(gps()).flaw()).isEqualTo(Flaw.NO_ANSWER);
    }

    @Test
    void refusesWhatIsNoPort() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pms5003Config("serial0"))
                .withMessage("port must be a device such as /dev/serial0, but was \"serial0\"");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Pms5003Config("/dev/../etc/passwd"))
                .withMessageContaining("port must be a device");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GpsConfig("/dev/ttyUSB0", 10))
                .withMessage("baud must be 300 to 4000000, but was 10");
    }

    private Pms5003 particles() {
        return new Pms5003(new SerialLink(this::open, time), Pms5003.PATIENCE, "/dev/serial0");
    }

    private Gps gps() {
        return new Gps(new SerialLink(this::open, time), Gps.PATIENCE, "/dev/serial0");
    }

    /// A port on which the pieces come one after the other, a tenth of a second each; none was there before.
    private SerialPort open() {
        opened++;
        return new SerialPort() {
            @Override
            public int read(byte[] buffer, Duration atMost) throws IOException {
                if (gone) {
                    throw new IOException("Input/output error");
                }
                if (atMost.isZero()) {
                    return 0;
                }
                if (line.isEmpty()) {
                    time.advance(atMost);
                    return 0;
                }
                time.advanceMillis(10);
                var piece = line.remove();
                System.arraycopy(piece, 0, buffer, 0, piece.length);
                return piece.length;
            }

            @Override
            public void write(byte... bytes) {}

            @Override
            public void close() {}
        };
    }

    private void say(String... sentences) {
        for (var sentence : sentences) {
            line.add((sentence + "\r\n").getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static String summed(String body) {
        int sum = body.chars().reduce(0, (one, other) -> one ^ other);
        return "$%s*%s".formatted(body, HexFormat.of().withUpperCase().toHexDigits((byte) sum));
    }

    private static byte[] frame(int... words) {
        var frame = new byte[32];
        frame[0] = 0x42;
        frame[1] = 0x4d;
        frame[3] = 28;
        for (int i = 0; i < words.length; i++) {
            frame[4 + 2 * i] = (byte) (words[i] >> 8);
            frame[5 + 2 * i] = (byte) words[i];
        }
        int sum = 0;
        for (byte each : Arrays.copyOf(frame, 30)) {
            sum += each & 0xff;
        }
        frame[30] = (byte) (sum >> 8);
        frame[31] = (byte) sum;
        return frame;
    }

    private static ReadFailed failure(Driver.Polled driver) {
        var failure = catchThrowableOfType(ReadFailed.class, driver::read);
        assertThat(failure).as("failure").isNotNull();
        return failure;
    }

    private static double value(Reading reading, Quantity quantity) {
        return reading.measurements().stream()
                .filter(each -> each.quantity().equals(quantity))
                .map(each -> ((Value.Decimal) each.value()).number())
                .findFirst()
                .orElseThrow();
    }

    private static List<String> figures(Reading reading) {
        return reading.measurements().stream()
                .map(each -> "%s %s %s"
                        .formatted(
                                each.quantity().name(),
                                Math.round(((Value.Decimal) each.value()).number() * 1e6) / 1e6,
                                each.quantity().unit()))
                .toList();
    }
}
