package io.pinstream.sim.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.sim.session.Picture.Section;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PictureTest {
    private static final Picture PICTURE = new Picture(
            "pinstream board attic  00:12.3",
            List.of(
                    new Section("PINS", List.of("[4] door  line 17  low   closed")),
                    new Section("CHIPS", List.of("[1] air   bme280  i2c-1 0x76  ok", "[2] probe ds18b20 unplugged")),
                    new Section("OUTBOX", List.of("3 rows with 7 events wait"))),
            IntStream.range(0, 50).mapToObj(i -> "news " + i).toList(),
            "keys: q quit");

    @Test
    void showsEverySectionUnderItsName() {
        var frame = PICTURE.frame(80, 24);

        assertThat(frame)
                .hasSize(24)
                .startsWith(
                        "pinstream board attic  00:12.3",
                        "PINS     [4] door  line 17  low   closed",
                        "CHIPS    [1] air   bme280  i2c-1 0x76  ok",
                        "         [2] probe ds18b20 unplugged",
                        "OUTBOX   3 rows with 7 events wait")
                .endsWith("news 48", "news 49", "keys: q quit");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 40, 79, 200})
    void isNeverWiderThanTheTerminal(int columns) {
        assertThat(PICTURE.frame(columns, 24))
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(columns));
        assertThat(PICTURE.frame(20, 24)).contains("CHIPS    [1] air   >");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 6, 8, 24, 100})
    void isNeverHigherThanTheTerminalAndKeepsTheHelp(int rows) {
        assertThat(PICTURE.frame(80, rows)).hasSizeLessThanOrEqualTo(rows).endsWith("keys: q quit");
    }

    @Test
    void obeysNoControlCharactersOfOthers() {
        var picture = new Picture("evil \u001b[2J\u0007", List.of(), List.of(), "");

        assertThat(picture.frame(80, 24).getFirst()).isEqualTo("evil ?[2J?");
    }

    @Test
    void isPaintedOverTheOneBeforeInOneGo() {
        assertThat(Screen.painted(List.of("a", "b"))).isEqualTo("\u001b[Ha\u001b[K\r\nb\u001b[K\u001b[J");
    }

    @Test
    void knowsTheSizeThatSttyTells() {
        assertThat(Screen.size("24 80\n")).contains(new Screen.Size(80, 24));
        assertThat(Screen.size("0 0\n")).isEmpty();
        assertThat(Screen.size("null null")).isEmpty();
    }
}
