package io.pinstream.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class LogLineTest {
    @Test
    void marksEveryLineOfABugsTraceAlike() {
        // Given
        var entry = new LogRecord(Level.SEVERE, "flow ended\nbadly");
        entry.setThrown(new IllegalStateException("this is a bug in the agent"));

        // Then
        assertThat(new LogLine(true).format(entry).lines())
                .hasSizeGreaterThan(2)
                .allMatch(l -> l.startsWith("<3>"));
        assertThat(new LogLine(true).format(entry)).startsWith("<3>flow ended\\nbadly\n");
    }

    @Test
    void showsTimeAndLevelOutsideTheJournal() {
        // Given
        var entry = new LogRecord(Level.WARNING, "link is lost");
        entry.setInstant(Instant.parse("2026-11-23T04:40:14.123456Z"));

        // Then
        assertThat(new LogLine(false).format(entry)).isEqualTo("2026-11-23T04:40:14.123Z WARN  link is lost\n");
    }
}
