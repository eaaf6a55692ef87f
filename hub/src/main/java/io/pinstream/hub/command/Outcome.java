package io.pinstream.hub.command;

import io.pinstream.wire.Reply;

/// What became of a command. Each says in a sentence what there is to know; texts of devices in it are printable.
public sealed interface Outcome {
    /// One word of a fixed set: `done`, `refused`, `failed`, `unknown`, `offline`, `no-answer` or `busy`.
    String name();

    /// The sentence.
    String detail();

    /// The device has done it.
    ///
    /// @param percent what the actuator is set to by now
    record Done(int percent) implements Outcome {
        @Override
        public String name() {
            return "done";
        }

        @Override
        public String detail() {
            return "it is set to %d %%".formatted(percent);
        }
    }

    /// The device does not do it.
    record Refused(Reply.Why why, String detail) implements Outcome {
        @Override
        public String name() {
            return "refused";
        }
    }

    /// The device tried, and its hardware did not.
    record Failed(String detail) implements Outcome {
        @Override
        public String name() {
            return "failed";
        }
    }

    /// There is no such device, or it has no such actuator.
    record Unknown(String detail) implements Outcome {
        @Override
        public String name() {
            return "unknown";
        }
    }

    /// The device cannot be reached, or the hub cannot reach the broker; nothing was sent, or nobody took it.
    record Offline(String detail) implements Outcome {
        @Override
        public String name() {
            return "offline";
        }
    }

    /// The time is over.
    ///
    /// @param maybeDone whether it may have been done all the same; else the device said that it was too late
    record NoAnswer(boolean maybeDone, String detail) implements Outcome {
        @Override
        public String name() {
            return "no-answer";
        }
    }

    /// Too many commands are under way, here or to that device; nothing was sent.
    record Busy(String detail) implements Outcome {
        @Override
        public String name() {
            return "busy";
        }
    }
}
