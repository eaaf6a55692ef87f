package io.pinstream.agent.actuator;

import io.pinstream.agent.board.Board;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.util.List;

/// What is driven, and where it is wired. Each record checks itself and throws [IllegalArgumentException] with the
/// key, the range and the value.
public sealed interface ActuatorConfig {
    /// A relay, a lamp, a valve: on or off by a line.
    ///
    /// @param line the GPIO line (BCM number)
    /// @param activeLow whether the low level switches it on, as with most relay boards
    /// @param safeOn whether it is on while nobody rules it: at the start, at the end, and when a rule's sensor
    ///     fails
    record Relay(int line, boolean activeLow, boolean safeOn) implements ActuatorConfig {
        private static final int MOST_LINE = 1023;

        public Relay {
            within("line", line, 0, MOST_LINE);
        }

        @Override
        public String type() {
            return "relay";
        }

        @Override
        public String where() {
            return "line " + line;
        }

        @Override
        public int safe() {
            return safeOn ? WHOLE : 0;
        }

        @Override
        public boolean takes(int percent) {
            return percent == 0 || percent == WHOLE;
        }

        @Override
        public Measurement state(int percent) {
            return Measurement.of(Quantity.ACTIVE, percent != 0);
        }

        @Override
        public Actuator open(Board board) throws IOException {
            var output = board.output(line, safeOn != activeLow);
            return new Actuator() {
                @Override
                public void set(int percent) throws IOException {
                    output.set(percent != 0 != activeLow);
                }

                @Override
                public void close() {
                    output.close();
                }
            };
        }
    }

    /// A fan, a dimmed lamp, a pump: 0 to 100 % by pulses of a PWM chip.
    ///
    /// @param chip the n of /sys/class/pwm/pwmchipn
    /// @param frequency pulses a second; 25,000 for fans with four wires
    /// @param safe what it runs at while nobody rules it, in %
    record Pwm(int chip, int channel, int frequency, int safe) implements ActuatorConfig {
        public static final int CHIP = 0;
        public static final int CHANNEL = 0;
        public static final int FREQUENCY = 25_000;
        private static final int MOST_CHANNELS = 63;
        private static final int MOST_FREQUENCY = 1_000_000;

        public Pwm {
            within("chip", chip, 0, MOST_CHANNELS);
            within("channel", channel, 0, MOST_CHANNELS);
            within("frequency", frequency, 1, MOST_FREQUENCY);
            within("safe", safe, 0, WHOLE);
        }

        @Override
        public String type() {
            return "pwm";
        }

        @Override
        public String where() {
            return "PWM chip %d channel %d".formatted(chip, channel);
        }

        @Override
        public boolean takes(int percent) {
            return true;
        }

        @Override
        public Measurement state(int percent) {
            return Measurement.of(Quantity.RATIO, percent / (double) WHOLE);
        }

        @Override
        public Actuator open(Board board) throws IOException {
            var output = board.pwm(chip, channel, frequency);
            return new Actuator() {
                @Override
                public void set(int percent) throws IOException {
                    output.set(percent);
                }

                @Override
                public void close() {
                    output.close();
                }
            };
        }
    }

    /// A servo: 0 to 100 % of its way by the length of a pulse (see [ServoPulse]).
    ///
    /// @param chip the n of /sys/class/pwm/pwmchipn
    /// @param leastMicros the pulse at 0 %
    /// @param mostMicros the pulse at 100 %
    /// @param safe where it stands while nobody rules it, in % of its way
    record Servo(int chip, int channel, int leastMicros, int mostMicros, int safe) implements ActuatorConfig {
        public static final int LEAST_MICROS = 1000;
        public static final int MOST_MICROS = 2000;
        public static final int SAFE = 50;
        private static final int SHORTEST = 500;
        private static final int LONGEST = 2500;
        private static final int USUAL_HERTZ = 50;

        public Servo {
            within("chip", chip, 0, Pwm.MOST_CHANNELS);
            within("channel", channel, 0, Pwm.MOST_CHANNELS);
            within("least-pulse", leastMicros, SHORTEST, LONGEST);
            within("most-pulse", mostMicros, SHORTEST, LONGEST);
            within("safe", safe, 0, WHOLE);
            if (leastMicros == mostMicros) {
                throw new IllegalArgumentException(
                        "least-pulse and most-pulse must differ, but both are %d us".formatted(leastMicros));
            }
        }

        @Override
        public String type() {
            return "servo";
        }

        @Override
        public String where() {
            return "PWM chip %d channel %d".formatted(chip, channel);
        }

        @Override
        public boolean takes(int percent) {
            return true;
        }

        @Override
        public Measurement state(int percent) {
            return Measurement.of(Quantity.RATIO, percent / (double) WHOLE);
        }

        @Override
        public Actuator open(Board board) throws IOException {
            var output = board.pwm(chip, channel, USUAL_HERTZ);
            return new Actuator() {
                @Override
                public void set(int percent) throws IOException {
                    double micros = leastMicros + (mostMicros - leastMicros) * percent / (double) WHOLE;
                    var pulse = ServoPulse.nearest(micros);
                    output.set(pulse.percent(), pulse.hertz());
                }

                @Override
                public void close() {
                    output.close();
                }
            };
        }
    }

    /// Fully on, in %.
    int WHOLE = 100;

    /// Its type as it stands in a configuration.
    String type();

    /// Where it is wired, in words for messages.
    String where();

    /// What it runs at while nobody rules it, in %.
    int safe();

    /// Whether it can be driven at that, in %.
    boolean takes(int percent);

    /// What an event says of it.
    Measurement state(int percent);

    /// What its events hold.
    default List<Quantity> quantities() {
        return List.of(state(safe()).quantity(), Switchboard.CAUSE);
    }

    /// Opens the line or channel.
    ///
    /// @throws IOException if this board has none, or somebody else holds it
    Actuator open(Board board) throws IOException;

    private static void within(String key, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException("%s must be %d to %d, but was %d".formatted(key, least, most, value));
        }
    }
}
