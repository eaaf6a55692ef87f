package io.pinstream.sim.session;

import java.util.ArrayList;
import java.util.List;

/// What a board looks like at one moment, in words.
///
/// @param title what is going on
/// @param sections in the order in which they are shown
/// @param news what happened last, the newest last
/// @param help which keys there are
record Picture(String title, List<Section> sections, List<String> news, String help) {
    private static final int NARROWEST = 20;
    private static final int SMALL = 4;

    /// @param lines a line each thing
    record Section(String name, List<String> lines) {}

    /// The picture in so many columns and rows: what is too long is cut, what does not fit is left out, the news
    /// first and the help last.
    List<String> frame(int columns, int rows) {
        int width = Math.max(NARROWEST, columns);
        var top = new ArrayList<String>();
        top.add(fit(title, width));
        for (var section : sections) {
            var first = true;
            for (var line : section.lines()) {
                top.add(fit("%-9s%s".formatted(first ? section.name() : "", line), width));
                first = false;
            }
        }
        int room = Math.max(1, rows - 1); // the last row holds the help
        var all = new ArrayList<>(top.subList(0, Math.min(top.size(), room)));
        int left = room - all.size();
        if (left >= SMALL && !news.isEmpty()) {
            all.add(fit("-".repeat(width), width));
            news.subList(Math.max(0, news.size() - (left - 1)), news.size()).forEach(line -> all.add(fit(line, width)));
        }
        all.add(fit(help, width));
        return all;
    }

    private static String fit(String line, int width) {
        var plain = harmless(line).stripTrailing();
        return plain.length() <= width ? plain : plain.substring(0, width - 1) + ">";
    }

    /// Without control characters: a broker's or a chip's words may hold what a terminal would obey.
    static String harmless(String text) {
        return text.replaceAll("[\\p{Cntrl}\\x80-\\x9f]", "?");
    }
}
