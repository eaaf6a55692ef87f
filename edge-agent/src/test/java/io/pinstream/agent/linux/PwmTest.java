package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.pi4j.io.pwm.Pwm;
import com.pi4j.io.pwm.PwmPolarity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PWM on a folder that stands for sysfs: files keep what is written, nobody acts on it.
class PwmTest {
    private LinuxBench bench;
    private Path chip;

    @BeforeEach
    void open(@TempDir Path root) throws IOException {
        bench = new LinuxBench(root);
        chip = Files.createDirectories(root.resolve("sys/class/pwm/pwmchip0"));
        Files.writeString(chip.resolve("export"), "");
        Files.writeString(chip.resolve("unexport"), "");
        var channel = Files.createDirectory(chip.resolve("pwm1"));
        Files.writeString(channel.resolve("period"), "0\n");
        Files.writeString(channel.resolve("duty_cycle"), "0\n");
        Files.writeString(channel.resolve("enable"), "0\n");
        Files.writeString(channel.resolve("polarity"), "normal\n");
    }

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void setsPeriodAndPulseInNanoseconds() throws IOException {
        var pwm = create(1, PwmPolarity.NORMAL);
        pwm.on(25, 1_000);

        assertThat(file("period")).isEqualTo("1000000");
        assertThat(file("duty_cycle")).isEqualTo("250000");
        assertThat(file("enable")).isEqualTo("1");
        assertThat(pwm.isOn()).isTrue();

        pwm.on(100, 50_000);
        assertThat(file("period")).isEqualTo("20000");
        assertThat(file("duty_cycle")).isEqualTo("20000");
        pwm.off();
        assertThat(file("enable")).isEqualTo("0");
        assertThat(pwm.isOn()).isFalse();
    }

    @Test
    void thePulseIsNeverLongerThanThePeriodNotEvenBetweenTwoWrites() throws IOException {
        var pwm = create(1, PwmPolarity.NORMAL);
        pwm.on(100, 1_000);
        Files.delete(chip.resolve("pwm1/period")); // so that it ends there

        assertThatThrownBy(() -> pwm.on(100, 500)).hasMessageContaining("pwm1/period");
        assertThat(file("duty_cycle")).as("grows behind the period").isEqualTo("1000000");
        assertThatThrownBy(() -> pwm.on(100, 2_000)).hasMessageContaining("pwm1/period");
        assertThat(file("duty_cycle")).as("shrinks before the period").isEqualTo("500000");
    }

    @Test
    void invertsWhenAsked() throws IOException {
        create(1, PwmPolarity.INVERSED).on(50, 100);
        assertThat(file("polarity")).isEqualTo("inversed");
        assertThat(file("enable")).isEqualTo("1");
    }

    @Test
    void isGivenBackWhenClosedIfItIsOff() throws IOException {
        create(1, PwmPolarity.NORMAL).on(50, 100).off();
        bench.context.shutdown();

        assertThat(file("enable")).isEqualTo("0");
        assertThat(Files.readString(chip.resolve("unexport"))).isEqualTo("1");
    }

    @Test
    void goesOnAtWhatItWasSetToWhenClosedIfItIsOn() throws IOException {
        create(1, PwmPolarity.NORMAL).on(50, 100);
        bench.context.shutdown();

        assertThat(file("enable")).isEqualTo("1");
        assertThat(file("duty_cycle")).isEqualTo("5000000");
        assertThat(Files.readString(chip.resolve("unexport"))).isEmpty();
    }

    @Test
    void namesWhatIsMissing() throws IOException {
        assertThatThrownBy(() -> create(2, PwmPolarity.NORMAL))
                .hasRootCauseMessage(
                        "the kernel does not let us have %s: add the user of the agent to the group gpio, "
                                + "and restart it",
                        chip.resolve("pwm2"));
        assertThat(Files.readString(chip.resolve("export"))).isEqualTo("2");
        Files.move(chip, chip.resolveSibling("pwmchip7"));
        assertThatThrownBy(() -> create(1, PwmPolarity.NORMAL))
                .hasRootCauseMessage(
                        "there is no %s: enable it, e.g. dtoverlay=pwm in /boot/firmware/config.txt, " + "and restart",
                        chip);
    }

    private Pwm create(int channel, PwmPolarity polarity) {
        return bench.context.create(Pwm.newConfigBuilder(bench.context)
                .id("fan-" + channel)
                .chip(0)
                .channel(channel)
                .polarity(polarity)
                .build());
    }

    private String file(String name) throws IOException {
        return Files.readString(chip.resolve("pwm1").resolve(name)).strip();
    }
}
