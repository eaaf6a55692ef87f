package io.pinstream.agent.driver;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Plantower PMS5003 and its kin (PMS7003, PMSA003): particulate matter, by frames that it sends without being
/// asked.
///
/// Sections are those of the data sheet "PMS5003 series data manual" (2016 product data manual, V2.3). A frame has
/// 32 bytes ("Appendix I"):
/// ```
/// 0x42 0x4d | length 28 | 13 words, high byte first | sum of all bytes before it
/// words 1-3    PM1.0, PM2.5, PM10 in µg/m³, CF=1, for the factory
/// words 4-6    the same under atmospheric environment: what is told
/// words 7-12   particles beyond 0.3, 0.5, 1.0, 2.5, 5.0, 10 µm in 0.1 l of air
/// word 13      reserved
/// ```
/// One comes every 0.2 to 0.8 s, or every 2.3 s while the air is steady ("Communication protocol"). A frame whose
/// sum does not fit is a failed reading, never a value. Belongs to the thread that reads it.
final class Pms5003 implements Driver.Polled {
    static final List<Quantity> MASSES = List.of(mass("pm1_0"), mass("pm2_5"), mass("pm10"));
    static final List<Quantity> COUNTS = List.of(
            count("particles_0_3"),
            count("particles_0_5"),
            count("particles_1_0"),
            count("particles_2_5"),
            count("particles_5_0"),
            count("particles_10"));

    /// Twice the time between two frames of steady air.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int FIRST = 0x42;
    private static final int SECOND = 0x4d;
    private static final int LENGTH = 28;
    private static final int FRAME = 32;
    private static final int ATMOSPHERIC = 3; // the first of its words, from 0
    private static final int PARTICLES = 6;
    private static final int PER_LITRE = 10; // of the count in 0.1 l
    private static final int MOST = 1000; // µg/m³; "Specifications": maximum range

    private final SerialLink link;
    private final Duration patience;
    private final String where;

    /// @param patience how long to wait for a frame
    /// @param where its port for messages
    Pms5003(SerialLink link, Duration patience, String where) {
        this.link = link;
        this.patience = patience;
        this.where = where;
    }

    private static Quantity mass(String name) {
        return new Quantity(name, new Unit("ug/m3")); // RFC 8798
    }

    private static Quantity count(String name) {
        return new Quantity(name, new Unit("1/l"));
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        var frame = frame();
        int sum = 0;
        for (int i = 0; i < FRAME - 2; i++) {
            sum += frame[i];
        }
        int said = frame[FRAME - 2] << 8 | frame[FRAME - 1];
        if (sum != said) {
            throw new ReadFailed(
                    Flaw.CHECKSUM,
                    "checksum of the PMS5003 at %s does not fit (it says 0x%04x, its bytes give 0x%04x): disturbed line, or the wrong speed"
                            .formatted(where, said, sum));
        }
        var measurements = new ArrayList<Measurement>();
        boolean beyond = false;
        for (int i = 0; i < MASSES.size(); i++) {
            int micrograms = word(frame, ATMOSPHERIC + i);
            beyond |= micrograms > MOST;
            measurements.add(Measurement.of(MASSES.get(i), micrograms));
        }
        for (int i = 0; i < COUNTS.size(); i++) {
            measurements.add(Measurement.of(COUNTS.get(i), word(frame, PARTICLES + i) * PER_LITRE));
        }
        return new Reading(measurements, beyond ? Quality.of(Flaw.OUT_OF_RANGE) : Quality.GOOD);
    }

    /// The next frame by its head and its length, whatever else comes before it.
    private int[] frame() throws ReadFailed, InterruptedException {
        link.begin(patience);
        var frame = new int[FRAME];
        int filled = 0;
        int bytes = 0;
        while (filled < FRAME) {
            int next = link.next();
            if (next < 0) {
                throw silence(bytes);
            }
            bytes++;
            frame[filled] = next;
            if (fits(filled, next)) {
                filled++;
            } else {
                frame[0] = next;
                filled = next == FIRST ? 1 : 0; // it may be the head of the true one
            }
        }
        return frame;
    }

    private static boolean fits(int place, int value) {
        return switch (place) {
            case 0 -> value == FIRST;
            case 1 -> value == SECOND;
            case 2 -> value == 0;
            case 3 -> value == LENGTH;
            default -> true;
        };
    }

    private ReadFailed silence(int bytes) {
        return new ReadFailed(
                Flaw.NO_ANSWER,
                bytes == 0
                        ? "PMS5003 at %s says nothing for %d s: check its 5 V, its wiring (its TX to RX), and its SET pin (high)"
                                .formatted(where, patience.toSeconds())
                        : "%d bytes came at %s in %d s, but no frame of a PMS5003: is it one, and is the speed right?"
                                .formatted(bytes, where, patience.toSeconds()));
    }

    /// One of the words behind the length, from 0.
    private static int word(int[] frame, int number) {
        return frame[4 + 2 * number] << 8 | frame[5 + 2 * number];
    }

    @Override
    public void close() {
        link.close();
    }
}
