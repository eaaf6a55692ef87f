package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ChipInfoTest {
    private static final ChipInfo EXPANDER = chip(0, "raspberrypi-exp-gpio", 8);
    private static final ChipInfo PI_3 = chip(1, "pinctrl-bcm2835", 54);
    private static final ChipInfo PI_4 = chip(1, "pinctrl-bcm2711", 58);
    private static final ChipInfo PI_5 = chip(4, "pinctrl-rp1", 54);

    @Test
    void findsTheRaspberryPisOwnChipWhateverItsNumber() throws IOException {
        assertThat(ChipInfo.choose(List.of(EXPANDER, PI_3), Optional.empty())).isEqualTo(PI_3);
        assertThat(ChipInfo.choose(List.of(PI_4, EXPANDER), Optional.empty())).isEqualTo(PI_4);
        assertThat(ChipInfo.choose(List.of(EXPANDER, PI_5), Optional.empty())).isEqualTo(PI_5);
    }

    @Test
    void takesTheChipOfTheConfiguredLabel() throws IOException {
        var chips = List.of(PI_4, EXPANDER);
        assertThat(ChipInfo.choose(chips, Optional.of("raspberrypi-exp-gpio"))).isEqualTo(EXPANDER);
        assertThat(ChipInfo.choose(chips, Optional.of("raspberrypi"))).isEqualTo(EXPANDER);
    }

    @Test
    void prefersTheWholeLabelToItsBeginning() throws IOException {
        var one = chip(0, "expander", 8);
        assertThat(ChipInfo.choose(List.of(chip(1, "expander-2", 8), one), Optional.of("expander")))
                .isEqualTo(one);
    }

    @Test
    void listsTheLabelsThereAreWhenNoneFits() {
        assertThatThrownBy(() -> ChipInfo.choose(List.of(EXPANDER, PI_4), Optional.of("my-chip")))
                .hasMessage("no GPIO chip has the label my-chip; there are: raspberrypi-exp-gpio (gpiochip0, 8 lines), "
                        + "pinctrl-bcm2711 (gpiochip1, 58 lines). Set board.chip to the one with the lines");
        assertThatThrownBy(() -> ChipInfo.choose(List.of(), Optional.empty()))
                .hasMessageContaining("pinctrl-rp1 or pinctrl-bcm2711 or pinctrl-bcm2835; there are: none");
    }

    @Test
    void refusesToGuessBetweenTwoChips() {
        assertThatThrownBy(() -> ChipInfo.choose(
                        List.of(chip(0, "mcp23017", 16), chip(1, "mcp23017", 16)), Optional.of("mcp23017")))
                .hasMessage("more than one GPIO chip has the label mcp23017: mcp23017 (gpiochip0, 16 lines), "
                        + "mcp23017 (gpiochip1, 16 lines)");
    }

    private static ChipInfo chip(int number, String label, int lines) {
        return new ChipInfo(Path.of("/dev/gpiochip" + number), label, lines);
    }
}
