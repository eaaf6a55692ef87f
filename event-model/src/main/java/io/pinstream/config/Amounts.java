package io.pinstream.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// Durations and byte counts as people write them, and back.
public final class Amounts {
    public static final String DURATION_FORM = "a number with ms, s, m, h or d behind it, such as 200ms, 1s or 7d";
    static final String BYTES_FORM = "a number of bytes, such as 4096, 512k or 64MiB";

    private static final Duration LONGEST = Duration.ofDays(36_500);
    private static final Pattern AMOUNT = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?) ?([A-Za-zµ]*)");
    private static final Map<String, Duration> UNITS = Map.of(
            "us", Duration.ofNanos(1_000),
            "ms", Duration.ofMillis(1),
            "s", Duration.ofSeconds(1),
            "m", Duration.ofMinutes(1),
            "h", Duration.ofHours(1),
            "d", Duration.ofDays(1));
    /// As with `-Xmx` a bare letter is a power of two; `kB` and so on are the SI's.
    private static final Map<String, Long> SIZES = Map.ofEntries(
            Map.entry("", 1L),
            Map.entry("B", 1L),
            Map.entry("k", 1L << 10),
            Map.entry("K", 1L << 10),
            Map.entry("KiB", 1L << 10),
            Map.entry("kB", 1_000L),
            Map.entry("m", 1L << 20),
            Map.entry("M", 1L << 20),
            Map.entry("MiB", 1L << 20),
            Map.entry("MB", 1_000_000L),
            Map.entry("g", 1L << 30),
            Map.entry("G", 1L << 30),
            Map.entry("GiB", 1L << 30),
            Map.entry("GB", 1_000_000_000L));

    private Amounts() {}

    /// Reads a duration in the [#DURATION_FORM]; empty if the text is none.
    public static Optional<Duration> duration(String text) {
        var match = AMOUNT.matcher(text.strip());
        if (!match.matches()) {
            return Optional.empty();
        }
        var unit = UNITS.get(match.group(2));
        if (unit == null) {
            // Nought needs no unit.
            return match.group(2).isEmpty() && new BigDecimal(match.group(1)).signum() == 0
                    ? Optional.of(Duration.ZERO)
                    : Optional.empty();
        }
        var nanos = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
        return nanos.compareTo(BigDecimal.valueOf(LONGEST.toNanos())) > 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(nanos.longValue()));
    }

    static OptionalLong bytes(String text) {
        var match = AMOUNT.matcher(text.strip());
        if (!match.matches() || !SIZES.containsKey(match.group(2))) {
            return OptionalLong.empty();
        }
        var bytes = new BigDecimal(match.group(1)).multiply(BigDecimal.valueOf(SIZES.get(match.group(2))));
        return bytes.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0
                ? OptionalLong.empty()
                : OptionalLong.of(bytes.longValue());
    }

    /// As a person would write it.
    public static String print(Duration duration) {
        long nanos = duration.toNanos();
        for (var unit : List.of("d", "h", "m", "s", "ms", "us")) {
            long size = UNITS.getOrDefault(unit, Duration.ZERO).toNanos();
            if (nanos != 0 && nanos % size == 0) {
                return nanos / size + unit;
            }
        }
        return nanos == 0 ? "0s" : nanos / 1000.0 + "us";
    }

    static String print(long bytes) {
        for (var unit : List.of("GiB", "MiB", "KiB")) {
            long size = SIZES.getOrDefault(unit, 1L);
            if (bytes != 0 && bytes % size == 0) {
                return bytes / size + unit;
            }
        }
        return Long.toString(bytes);
    }
}
