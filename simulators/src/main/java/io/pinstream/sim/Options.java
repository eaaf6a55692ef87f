package io.pinstream.sim;

import io.pinstream.config.Amounts;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Values of options as people write them.
final class Options {
    private static final Pattern RATE = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(?:/([a-z]+))?");
    private static final Pattern SHARE = Pattern.compile("(\\d{1,3}(?:\\.\\d{1,9})?)%");
    private static final Pattern SPEED = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)x?");
    private static final Pattern ADDRESS =
            Pattern.compile("(?:(?:tcp|mqtt)://)?(\\[[0-9A-Fa-f:.]+\\]|[^:/]+)(?::(\\d{1,5}))?");
    private static final Map<String, Double> SECONDS =
            Map.of("s", 1.0, "sec", 1.0, "min", 60.0, "m", 60.0, "h", 3_600.0, "d", 86_400.0);
    private static final int MQTT_PORT = 1883;

    private Options() {}

    /// So many a second.
    static final class Rate implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            var match = RATE.matcher(text);
            if (match.matches()) {
                var unit = SECONDS.get(match.group(2) == null ? "s" : match.group(2));
                if (unit != null) {
                    return Double.parseDouble(match.group(1)) / unit;
                }
            }
            throw wrong("a number by a unit of time, such as 1/s, 10/min or 6/h", text);
        }
    }

    /// A time span.
    static final class Time implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return Amounts.duration(text).orElseThrow(() -> wrong(Amounts.DURATION_FORM, text));
        }
    }

    /// So many times as fast.
    static final class Speed implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            var match = SPEED.matcher(text);
            double speed = match.matches() ? Double.parseDouble(match.group(1)) : 0;
            if (speed < 1 || speed > 1_000_000) {
                throw wrong("1x to 1000000x, such as 60x", text);
            }
            return speed;
        }
    }

    /// From 0 to 1.
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            var match = SHARE.matcher(text);
            if (!match.matches()) {
                throw wrong("a percentage such as 5%", text);
            }
            return Double.parseDouble(match.group(1)) / 100;
        }
    }

    /// A point in time.
    static final class Moment implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return Instant.parse(text);
            } catch (DateTimeParseException _) {
                throw wrong("a time in UTC such as 2026-06-01T06:00:00Z", text);
            }
        }
    }

    /// A host and a port.
    static final class Address implements ITypeConverter<InetSocketAddress> {
        @Override
        public InetSocketAddress convert(String text) {
            if (text.startsWith("tls://") || text.startsWith("ssl://") || text.startsWith("mqtts://")) {
                throw new TypeConversionException(
                        "the fleet speaks no TLS, but \"%s\" wants it: name a listener without TLS".formatted(text));
            }
            var match = ADDRESS.matcher(text);
            int port = !match.matches() ? -1 : match.group(2) == null ? MQTT_PORT : Integer.parseInt(match.group(2));
            if (port < 1 || port > 0xffff) {
                throw wrong("a host, or a host and a port of 1 to 65535, such as localhost:1883", text);
            }
            return new InetSocketAddress(match.group(1), port);
        }
    }

    private static TypeConversionException wrong(String must, String text) {
        return new TypeConversionException("must be %s, but was \"%s\"".formatted(must, text));
    }
}
