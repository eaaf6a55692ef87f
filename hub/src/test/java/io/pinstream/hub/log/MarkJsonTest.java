package io.pinstream.hub.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pinstream.delivery.Mark;
import io.pinstream.wire.StreamId;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarkJsonTest {
    @Test
    void hasOneForm() {
        var mark = new Mark(List.of(
                new Mark.Entry(new StreamId(0, 10), 12), new Mark.Entry(new StreamId(1, 255), 9007199254740991L)));

        assertThat(new String(MarkJson.write(mark), StandardCharsets.US_ASCII))
                .isEqualTo("{\"streams\":["
                        + "{\"stream\":\"0000000000000000000000000000000a\",\"sequence\":12},"
                        + "{\"stream\":\"000000000000000100000000000000ff\",\"sequence\":9007199254740991}]}");
    }

    @Test
    void isReadBackAsItWas() {
        var random = new Random(42);
        for (int streams = 1; streams <= Mark.KEPT; streams++) {
            var entries = new ArrayList<Mark.Entry>();
            for (int i = 0; i < streams; i++) {
                entries.add(new Mark.Entry(StreamId.random(random), random.nextLong(1L << 53)));
            }
            var mark = new Mark(entries);

            assertThat(MarkJson.read("attic", MarkJson.write(mark))).isEqualTo(mark);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "null",
                "{\"streams\":[]}",
                "{\"streams\":[{\"stream\":\"abc\",\"sequence\":1}]}",
                "{\"streams\":[{\"stream\":\"0000000000000000000000000000000a\",\"sequence\":1}"
            })
    void isNeverGuessed(String json) {
        assertThatThrownBy(() -> MarkJson.read("attic", json.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("the mark of attic in Kafka cannot be read");
    }
}
