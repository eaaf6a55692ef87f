package io.pinstream.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/// Finds what somebody meant who mistyped a word.
final class Nearest {
    private Nearest() {}

    /// The known word that differs from `word` by the fewest letters; none if all are too far off to be meant.
    static Optional<String> to(String word, Collection<String> known) {
        record Candidate(String text, int distance) {}
        var meant = plain(word);
        return known.stream()
                .map(text -> new Candidate(text, distance(meant, plain(text))))
                .filter(c -> c.distance <= Math.max(1, Math.min(meant.length(), c.text.length()) / 3))
                .min(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::text))
                .map(Candidate::text);
    }

    /// `maxBytes`, `max_bytes` and `max-bytes` are one word to its writer.
    private static String plain(String word) {
        return word.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT);
    }

    /// Levenshtein's: letters to insert, to remove or to change.
    private static int distance(String a, String b) {
        var previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            var row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(change, 1 + Math.min(previous[j], row[j - 1]));
            }
            previous = row;
        }
        return previous[b.length()];
    }
}
