package io.pinstream.hub.live;

/// A value, or a pattern in which `*` stands for any characters and `?` for one.
///
/// @param pattern 1 to 128 characters
public record Glob(String pattern) {
    private static final int LONGEST = 128;

    public Glob {
        if (pattern.isEmpty() || pattern.length() > LONGEST) {
            throw new IllegalArgumentException(
                    "a pattern must have 1 to %d characters, but one has %d".formatted(LONGEST, pattern.length()));
        }
    }

    /// In time of at most pattern × value: it goes back to the last `*` only.
    public boolean matches(String value) {
        int p = 0;
        int v = 0;
        int star = -1;
        int behindStar = 0;
        while (v < value.length()) {
            if (p < pattern.length() && pattern.charAt(p) == '*') {
                star = p++;
                behindStar = v;
            } else if (p < pattern.length() && (pattern.charAt(p) == '?' || pattern.charAt(p) == value.charAt(v))) {
                p++;
                v++;
            } else if (star >= 0) {
                p = star + 1;
                v = ++behindStar;
            } else {
                return false;
            }
        }
        while (p < pattern.length() && pattern.charAt(p) == '*') {
            p++;
        }
        return p == pattern.length();
    }
}
