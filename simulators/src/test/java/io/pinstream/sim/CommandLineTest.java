package io.pinstream.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.TypeConversionException;

class CommandLineTest {
    @TempDir
    Path folder;

    private final StringWriter said = new StringWriter();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            fleet --devices 0                 | devices must be 1 to 20000
            fleet --rate 5/week               | such as 1/s, 10/min or 6/h, but was "5/week"
            fleet --rate 2000/s               | rate must be 1 pack a day to 1000 packs a second
            fleet --site a/b                  | site must be 1 to 58 of A-Z a-z 0-9 . _ -
            fleet --stragglers 0.05           | a percentage such as 5%, but was "0.05"
            fleet --stragglers 101%           | stragglers must be 0% to 100%
            fleet --storm 10ms                | storm must be at least 1 s
            fleet --start now                 | a time in UTC such as 2026-06-01T06:00:00Z, but was "now"
            fleet --broker tls://x:8883       | the fleet speaks no TLS
            fleet --broker x:99999            | a port of 1 to 65535
            replay x.csv --speed 0.1x         | must be 1x to 1000000x, such as 60x, but was "0.1x"
            replay                            | Missing required parameter: 'FILE'
            record x.csv --duration 5         | a number with ms, s, m, h or d behind it
            """)
    void namesAWrongOptionInTwoLinesAndEndsWithTwo(String line, String message) {
        assertThat(execute(line.split(" "))).isEqualTo(2);
        assertThat(said.toString())
                .contains(message)
                .contains("Try 'pinstream-sim ")
                .doesNotContain("\tat ");
        assertThat(said.toString().lines()).hasSize(2);
    }

    @Test
    void endsWithSeventyEightWhenTheAgentsConfigurationIsWrong() {
        assertThat(execute("replay", "x.csv", "-c", folder.resolve("none.yaml").toString()))
                .isEqualTo(78);
    }

    @Test
    void endsWithOneWhenAFileCannotBeWritten() {
        assertThat(execute("record", folder.resolve("x.txt").toString())).isEqualTo(1);
        assertThat(said.toString()).contains("must end in .csv or .jsonl");
    }

    @Test
    void readsRatesAsPeopleWriteThem() throws TypeConversionException {
        var rate = new Options.Rate();
        assertThat(rate.convert("1/s")).isEqualTo(1);
        assertThat(rate.convert("30/min")).isEqualTo(0.5);
        assertThat(rate.convert("9/h")).isEqualTo(0.0025);
        assertThat(rate.convert("2.5")).isEqualTo(2.5);
    }

    private int execute(String... arguments) {
        return Commands.line(new Main()).setErr(new PrintWriter(said, true)).execute(arguments);
    }
}
