package io.pinstream.wire;

/// What a device says to a command.
public sealed interface Reply {
    /// The longest text in a reply.
    int LONGEST_TEXT = 256;

    /// It is done.
    ///
    /// @param percent what the actuator is set to by now, 0 to 100
    record Done(int percent) implements Reply {
        public Done {
            if (percent < 0 || percent > Command.WHOLE) {
                throw new IllegalArgumentException("percent must be 0 to 100, but was " + percent);
            }
        }
    }

    /// It was not done, and will not be.
    ///
    /// @param reason printable, with the allowed range or the remedy
    record Refused(Why why, String reason) implements Reply {
        public Refused {
            reason = Printable.text(reason, LONGEST_TEXT);
        }
    }

    /// The hardware did not do it.
    ///
    /// @param reason printable, the hardware's own words
    record Failed(String reason) implements Reply {
        public Failed {
            reason = Printable.text(reason, LONGEST_TEXT);
        }
    }

    /// It came too late to be worth doing, and was not done.
    record Expired() implements Reply {}

    /// Why a device refuses.
    enum Why {
        /// The device has no such actuator.
        UNKNOWN_ACTUATOR("unknown-actuator"),
        /// The actuator cannot be set to that.
        OUT_OF_RANGE("out-of-range"),
        /// Its configuration lets nobody command it, or not while a rule rules it.
        RULED("ruled"),
        /// More commands wait than it has room for, or it is starting or ending.
        BUSY("busy"),
        /// The command cannot be read.
        MALFORMED("malformed");

        private final String text;

        Why(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }
}
