package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class LineEventTest {
    @Test
    void readsTheKernelsBytes() {
        // timestamp 0x0102030405060708, id 2 (falling), offset 17, seqno 9, line_seqno 5; little-endian
        var bytes = HexFormat.of()
                .parseHex("0807060504030201" + "02000000" + "11000000" + "09000000" + "05000000" + "00".repeat(24));
        assertThat(decoded(bytes)).isEqualTo(new LineEvent(false, 0x0102_0304_0506_0708L, 5));
        bytes[8] = 1;
        assertThat(decoded(bytes).high()).isTrue();
    }

    @Test
    void countsOnWhereTheKernels32BitsWrap() {
        assertThat(event(1).after(0)).isEqualTo(1);
        assertThat(event(-1).after(0xffff_fffeL)).isEqualTo(0xffff_ffffL);
        assertThat(event(0).after(0xffff_ffffL)).isEqualTo(0x1_0000_0000L);
        assertThat(event(3).after(0xffff_ffffL)).as("three were missed").isEqualTo(0x1_0000_0003L);
    }

    private static LineEvent event(int number) {
        return new LineEvent(true, 0, number);
    }

    private static LineEvent decoded(byte[] bytes) {
        try (var arena = Arena.ofConfined()) {
            var event = arena.allocate(GpioAbi.EVENT);
            MemorySegment.copy(MemorySegment.ofArray(bytes), 0, event, 0, bytes.length);
            return LineEvent.decode(event);
        }
    }
}
