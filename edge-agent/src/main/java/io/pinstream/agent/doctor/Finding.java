package io.pinstream.agent.doctor;

import java.util.Optional;

/// What one check came to.
///
/// @param check what was looked at, in a word or two
/// @param says one sentence
/// @param mend what mends it; empty where nothing is to be mended, or we do not know
public record Finding(String check, Level level, String says, Optional<Mend> mend) {
    /// How bad it is.
    public enum Level {
        OK,
        /// The agent runs, but not as well as it could.
        WARNING,
        /// Something that is configured does not work.
        PROBLEM,
        /// Nobody can say; the sentence says why.
        UNCHECKED
    }

    /// The line that mends it.
    ///
    /// @param line exactly as it is to be written
    /// @param where `shell`, `by hand`, or the file that it belongs into
    public record Mend(String line, String where) {
        static final String SHELL = "shell";
        static final String HAND = "by hand";

        static Mend command(String line) {
            return new Mend(line, SHELL);
        }
    }

    public static Finding ok(String check, String says) {
        return new Finding(check, Level.OK, says, Optional.empty());
    }

    public static Finding warning(String check, String says, Mend mend) {
        return new Finding(check, Level.WARNING, says, Optional.of(mend));
    }

    public static Finding problem(String check, String says, Mend mend) {
        return new Finding(check, Level.PROBLEM, says, Optional.of(mend));
    }

    public static Finding unchecked(String check, String why) {
        return new Finding(check, Level.UNCHECKED, why, Optional.empty());
    }
}
