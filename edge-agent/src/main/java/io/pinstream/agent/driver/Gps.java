package io.pinstream.agent.driver;

import io.pinstream.event.Measurement;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import io.pinstream.event.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// A receiver of satellite navigation (GPS, GNSS) that speaks NMEA 0183: position, altitude, speed.
///
/// ```
/// $<talker>GGA,time,latitude,N,longitude,E,fix,satellites,dilution,altitude,M,…*checksum
/// $<talker>RMC,time,status,latitude,N,longitude,E,knots,course,date,…*checksum
/// ```
/// A reading is one of each for the same moment, from any talker (`GP`, `GN`, `GL` …). Without a fix it fails
/// with `not-ready`: many receivers go on with the last position, and that is where they were. So it is where the
/// position is estimated, typed in or simulated (fix 6, 7, 8). Sentences without a checksum do not count. Belongs
/// to the thread that reads it.
final class Gps implements Driver.Polled {
    static final Quantity LATITUDE = new Quantity("latitude", new Unit("lat")); // RFC 8428: degrees
    static final Quantity LONGITUDE = new Quantity("longitude", new Unit("lon"));
    static final Quantity ALTITUDE = new Quantity("altitude", new Unit("m"));
    static final Quantity SATELLITES = new Quantity("satellites", new Unit("count"));
    static final List<Quantity> QUANTITIES = List.of(LATITUDE, LONGITUDE, ALTITUDE, Quantity.SPEED, SATELLITES);

    /// Receivers speak once a second, or less often where somebody has told them to.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final double METERS_A_SECOND_IN_KNOT = 1852.0 / 3600;
    private static final int LONGEST = 120; // 82 by the standard; some receivers write more digits
    private static final int LAST_TRUE_FIX = 5; // 1 GPS, 2 differential, 3 PPS, 4 RTK, 5 float RTK

    private final SerialLink link;
    private final Duration patience;
    private final String where;

    /// @param patience how long to wait for the sentences
    /// @param where its port for messages
    Gps(SerialLink link, Duration patience, String where) {
        this.link = link;
        this.patience = patience;
        this.where = where;
    }

    @Override
    public Reading read() throws ReadFailed, InterruptedException {
        link.begin(patience);
        String @Nullable [] gga = null;
        String @Nullable [] rmc = null;
        int bad = 0;
        int sentences = 0;
        for (var line = line(); line.isPresent(); line = line()) {
            var checked = checked(line.get());
            if (checked.isEmpty()) {
                bad++;
                continue;
            }
            sentences++;
            var fields = checked.get().split(",", -1);
            if (fields[0].length() == 5 && fields[0].endsWith("GGA") && fields.length >= 11) {
                gga = fields;
            } else if (fields[0].length() == 5 && fields[0].endsWith("RMC") && fields.length >= 10) {
                rmc = fields;
            }
            if (gga != null && rmc != null && gga[1].equals(rmc[1])) {
                return reading(gga, rmc);
            }
        }
        throw silence(sentences, bad);
    }

    private ReadFailed silence(int sentences, int bad) {
        if (sentences == 0 && bad == 0) {
            return new ReadFailed(
                    Flaw.NO_ANSWER,
                    "no NMEA sentence came at %s in %d s: check the receiver's power, its wiring (its TX to RX) and baud"
                            .formatted(where, patience.toSeconds()));
        }
        return bad > 0
                ? new ReadFailed(
                        Flaw.CHECKSUM,
                        "%d of %d NMEA sentences at %s do not fit their checksum: disturbed line, or the wrong baud"
                                .formatted(bad, bad + sentences, where))
                : new ReadFailed(
                        Flaw.NO_ANSWER,
                        "%d NMEA sentences at %s, but no GGA and RMC for the same moment: let the receiver send both"
                                .formatted(sentences, where));
    }

    /// What stands between `$` and the end of the line; empty where the time is over.
    private Optional<String> line() throws ReadFailed, InterruptedException {
        var line = new StringBuilder();
        boolean begun = false;
        while (true) {
            int next = link.next();
            if (next < 0) {
                return Optional.empty();
            }
            if (next == '$') {
                begun = true; // whatever came before it is the end of another
                line.setLength(0);
            } else if (begun && (next == '\r' || next == '\n')) {
                return Optional.of(line.toString());
            } else if (begun && line.length() < LONGEST) {
                line.append((char) next);
            }
        }
    }

    /// The sentence without its checksum, which is the exclusive or of all its characters; empty if that does not
    /// fit.
    static Optional<String> checked(String line) {
        int star = line.lastIndexOf('*');
        if (star < 0 || !line.substring(star + 1).matches("[0-9A-Fa-f]{2}")) {
            return Optional.empty();
        }
        int sum = line.chars().limit(star).reduce(0, (one, other) -> one ^ other);
        return Integer.parseInt(line.substring(star + 1), 16) == sum
                ? Optional.of(line.substring(0, star))
                : Optional.empty();
    }

    private Reading reading(String[] gga, String[] rmc) throws ReadFailed {
        int satellites = (int) number(gga[7]).orElse(0);
        int fix = (int) number(gga[6]).orElse(0);
        if (fix < 1 || fix > LAST_TRUE_FIX || !rmc[2].equals("A")) {
            throw new ReadFailed(
                    Flaw.NOT_READY,
                    "the receiver at %s has no fix (%d satellites): give its antenna a clear view of the sky, and time"
                            .formatted(where, satellites));
        }
        var measurements = new ArrayList<Measurement>();
        measurements.add(Measurement.of(LATITUDE, degrees(gga[2], gga[3], 'N', 'S', 90)));
        measurements.add(Measurement.of(LONGITUDE, degrees(gga[4], gga[5], 'E', 'W', 180)));
        number(gga[9]).ifPresent(meters -> measurements.add(Measurement.of(ALTITUDE, meters)));
        number(rmc[7])
                .ifPresent(knots -> measurements.add(Measurement.of(Quantity.SPEED, knots * METERS_A_SECOND_IN_KNOT)));
        measurements.add(Measurement.of(SATELLITES, satellites));
        return Reading.good(measurements.toArray(Measurement[]::new));
    }

    /// `ddmm.mmmm`, degrees and minutes in one number.
    private double degrees(String text, String side, char positive, char negative, int most) throws ReadFailed {
        var number = number(text);
        boolean knownSide = side.length() == 1 && (side.charAt(0) == positive || side.charAt(0) == negative);
        double whole = Math.floor(number.orElse(-1) / 100);
        double minutes = number.orElse(-1) - whole * 100;
        double degrees = whole + minutes / 60;
        if (!knownSide || number.isEmpty() || minutes >= 60 || degrees < 0 || degrees > most) {
            throw new ReadFailed(
                    Flaw.OUT_OF_RANGE, "the receiver at %s gives a position that is nowhere on earth".formatted(where));
        }
        return side.charAt(0) == positive ? degrees : -degrees;
    }

    private static OptionalDouble number(String text) {
        return text.matches("-?\\d{1,9}(\\.\\d{0,9})?")
                ? OptionalDouble.of(Double.parseDouble(text))
                : OptionalDouble.empty();
    }

    @Override
    public void close() {
        link.close();
    }
}
