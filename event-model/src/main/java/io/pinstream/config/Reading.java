package io.pinstream.config;

import java.time.Duration;
import java.util.Map;

/// Turns the text of a value into what it means.
@FunctionalInterface
interface Reading<T> {
    /// A text that does not fit; the message goes behind the key's path, and what the text is goes behind that.
    final class Unfit extends Exception {
        private static final long serialVersionUID = 1;

        Unfit(String message) {
            super(message);
        }
    }

    T read(String text) throws Unfit;

    static String text(String text) {
        return text;
    }

    static Reading<Long> whole(long min, long max) {
        return text -> {
            var form = "must be a whole number from %d to %d".formatted(min, max);
            try {
                // 0x for addresses. A leading 0 means nothing, as in YAML 1.2.
                long value = text.startsWith("0x") ? Long.parseLong(text, 2, text.length(), 16) : Long.parseLong(text);
                if (value >= min && value <= max) {
                    return value;
                }
                throw new Unfit(form);
            } catch (NumberFormatException e) {
                throw new Unfit(form);
            }
        };
    }

    static Reading<Integer> integer(int min, int max) {
        var whole = whole(min, max);
        return text -> whole.read(text).intValue();
    }

    static Reading<Double> decimal(double min, double max) {
        return text -> {
            // Not all that Double.parseDouble takes: no NaN, no Infinity, no 1f, no 0x1p3.
            if (text.matches("[-+]?\\d{1,300}(\\.\\d{1,300})?([eE][-+]?\\d{1,3})?")) {
                double value = Double.parseDouble(text);
                if (value >= min && value <= max && Double.isFinite(value)) {
                    return value;
                }
            }
            throw new Unfit("must be a number from %s to %s".formatted(plain(min), plain(max)));
        };
    }

    /// The other words of old YAML (`yes`, `on`) are refused: every other reader of YAML 1.2 takes them for texts.
    static Boolean flag(String text) throws Unfit {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new Unfit("must be true or false");
        };
    }

    static Duration duration(String text) throws Unfit {
        return Amounts.duration(text).orElseThrow(() -> new Unfit("must be " + Amounts.DURATION_FORM));
    }

    static Long bytes(String text) throws Unfit {
        return Amounts.bytes(text).orElseThrow(() -> new Unfit("must be " + Amounts.BYTES_FORM));
    }

    /// @param byName in the order in which a message names them
    static <T> Reading<T> oneOf(Map<String, T> byName) {
        return text -> {
            var chosen = byName.get(text);
            if (chosen == null) {
                var near = Nearest.to(text, byName.keySet()).map(word -> " (did you mean %s?)".formatted(word));
                throw new Unfit("must be one of " + String.join(", ", byName.keySet()) + near.orElse(""));
            }
            return chosen;
        };
    }

    private static String plain(double number) {
        return number == Math.rint(number) && Math.abs(number) < 1e15
                ? Long.toString((long) number)
                : Double.toString(number);
    }
}
