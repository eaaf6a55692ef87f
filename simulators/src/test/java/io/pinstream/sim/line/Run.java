package io.pinstream.sim.line;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// One run of a board: what its chips showed, and when it ended.
///
/// @param end after its last event and before the first of the next run
record Run(Path journal, Instant end) {
    /// What each sensor's chip showed, in order.
    Map<String, List<Double>> shown() throws IOException {
        var shown = new TreeMap<String, List<Double>>();
        for (var line : Files.readAllLines(journal)) {
            var parts = line.split(" ");
            if (parts.length == 2) { // the last line of a run that was killed may be cut
                shown.computeIfAbsent(parts[0], _ -> new ArrayList<>()).add(Double.parseDouble(parts[1]));
            }
        }
        return shown;
    }
}
