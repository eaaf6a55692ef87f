package io.pinstream.sim.chip;

import io.pinstream.sim.signal.Signal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A GPS receiver as the NMEA 0183 sentences that it sends: GSV, GGA and RMC. After power-on it has no fix for a
/// while.
public final class GpsChip implements SerialChip {
    /// Where it is.
    ///
    /// @param latitude and `longitude`: degrees, north and east positive
    /// @param altitude metres
    /// @param speed metres a second
    public record Track(Signal latitude, Signal longitude, Signal altitude, Signal speed) {}

    private static final int MOST = 24; // of some 170 bytes, in the 4 KiB that a kernel keeps
    private static final int TO_FIX = 3;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HHmmss.SS", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("ddMMyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Track track;
    private final Beat beat;
    private final Faults faults = new Faults(this::powerOn);
    private int untilFix;

    public GpsChip(Track track, Duration every) {
        this.track = track;
        this.beat = new Beat(every, MOST);
    }

    private synchronized void powerOn() {
        untilFix = TO_FIX;
    }

    @Override
    public synchronized byte[] sent(Instant now) {
        var text = new StringBuilder();
        for (int i = beat.since(now); i > 0; i--) {
            boolean fix = untilFix == 0;
            untilFix = Math.max(0, untilFix - 1);
            text.append(sentence("GPGSV,1,1,01,40,83,046,47"));
            text.append(sentence(fix ? gga(now) : "GPGGA,%s,,,,,0,02,,,M,,M,,".formatted(TIME.format(now))));
            text.append(
                    sentence(fix ? rmc(now) : "GPRMC,%s,V,,,,,,,%s,,".formatted(TIME.format(now), DATE.format(now))));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private String gga(Instant now) {
        return String.format(
                Locale.ROOT,
                "GPGGA,%s,%s,1,09,0.9,%.1f,M,46.9,M,,",
                TIME.format(now),
                place(now),
                track.altitude.at(now));
    }

    private String rmc(Instant now) {
        double knots = Math.max(0, track.speed.at(now)) * 3600 / 1852;
        return String.format(
                Locale.ROOT, "GPRMC,%s,A,%s,%.3f,084.4,%s,,", TIME.format(now), place(now), knots, DATE.format(now));
    }

    private String place(Instant now) {
        double latitude = Math.clamp(track.latitude.at(now), -90, 90);
        double longitude = Math.clamp(track.longitude.at(now), -180, 180);
        return "%s,%s,%s,%s"
                .formatted(
                        angle(latitude, "%02d%07.4f"),
                        latitude < 0 ? "S" : "N",
                        angle(longitude, "%03d%07.4f"),
                        longitude < 0 ? "W" : "E");
    }

    /// Degrees and minutes; rounded first, so that there are never sixty minutes.
    private static String angle(double degrees, String format) {
        long tenThousandths = Math.round(Math.abs(degrees) * 600_000);
        return String.format(Locale.ROOT, format, tenThousandths / 600_000, tenThousandths % 600_000 / 10_000.0);
    }

    private String sentence(String body) {
        int sum = body.chars().reduce(0, (one, other) -> one ^ other);
        if (faults.has(Fault.WRONG_CRC)) {
            sum ^= 1;
        }
        return "$%s*%02X\r\n".formatted(body, sum);
    }

    @Override
    public Faults faults() {
        return faults;
    }
}
