package io.pinstream.agent.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.event.Measurement;
import io.pinstream.event.Quality;
import io.pinstream.event.Quality.Flaw;
import io.pinstream.event.Quantity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class Ds18b20Test {
    private static final String ID = "28-00000a1b2c3d";

    @TempDir
    Path root;

    @Test
    void readsTheScratchpadOfTheOnlyDevice() throws Exception {
        write(ID, "72 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n72 01 4b 46 7f ff 0e 10 57 t=23125\n");

        assertThat(driver().read()).isEqualTo(Reading.good(Measurement.of(Quantity.TEMPERATURE, 23.125)));
    }

    @Test
    void refusesAScratchpadWhoseChecksumTheKernelRejects() throws Exception {
        write(ID, "72 01 4b 46 7f ff 0e 10 57 : crc=57 NO\n72 01 4b 46 7f ff 0e 10 57 t=23125\n");

        assertThat(failure(driver()).flaw()).isEqualTo(Flaw.CHECKSUM);
    }

    @Test
    void refusesAScratchpadWhoseBytesDoNotFitTheirChecksum() throws Exception {
        write(ID, "73 01 4b 46 7f ff 0e 10 57 : crc=57 YES\n73 01 4b 46 7f ff 0e 10 57 t=23187\n");

        var failure = failure(driver());

        assertThat(failure.flaw()).isEqualTo(Flaw.CHECKSUM);
        assertThat(failure).hasMessageStartingWith("checksum of DS18B20 28-00000a1b2c3d does not fit (it says 0x57");
    }

    @Test
    void doesNotBelieveThePowerOnValue() throws Exception {
        write(ID, scratchpad(0x0550, 0x0c));

        var failure = failure(driver());

        assertThat(failure.flaw()).isEqualTo(Flaw.NOT_READY);
        assertThat(failure).hasMessageContaining("exactly 85 °C, its power-on value");
    }

    @Test
    void believesEightyFiveDegreesWhereItWasNearlyThatBefore() throws Exception {
        var driver = driver();
        write(ID, scratchpad(0x054f, 0x01));
        driver.read();
        write(ID, scratchpad(0x0550, 0x10));

        assertThat(driver.read()).isEqualTo(Reading.good(Measurement.of(Quantity.TEMPERATURE, 85.0)));
    }

    @Test
    void doesNotBelieveEightyFiveDegreesAfterAFailure() throws Exception {
        var driver = driver();
        write(ID, scratchpad(0x054f, 0x01));
        driver.read();
        write(ID, "");
        failure(driver);
        write(ID, scratchpad(0x0550, 0x10));

        assertThat(failure(driver).flaw()).isEqualTo(Flaw.NOT_READY);
    }

    @Test
    void doesNotBelieveWhatAnUnderfedChipSays() throws Exception {
        write(ID, scratchpad(0x07ff, 0x01));

        assertThat(failure(driver()))
                .hasMessageContaining("127.94 °C")
                .extracting("flaw")
                .isEqualTo(Flaw.NOT_READY);
    }

    @Test
    void allZerosAreAShortAlthoughTheirChecksumFits() throws Exception {
        write(ID, "00 00 00 00 00 00 00 00 00 : crc=00 YES\n00 00 00 00 00 00 00 00 00 t=0\n");

        assertThat(failure(driver()))
                .hasMessageContaining("shorted to ground")
                .extracting("flaw")
                .isEqualTo(Flaw.NO_ANSWER);
    }

    @Test
    void beyondItsRangeItGivesTheValueWithAFlaw() throws Exception {
        write(ID, scratchpad(0xfc80, 0x10));

        assertThat(driver().read())
                .isEqualTo(new Reading(
                        List.of(Measurement.of(Quantity.TEMPERATURE, -56.0)), Quality.of(Flaw.OUT_OF_RANGE)));
    }

    @Test
    void namesTheRemedyWhereThereIsNoBus() {
        assertThat(failure(driver()))
                .hasMessageContaining("dtoverlay=w1-gpio")
                .extracting("flaw")
                .isEqualTo(Flaw.NO_ANSWER);
    }

    @Test
    void wantsANameWhereThereAreSeveral() throws Exception {
        write("28-000000000001", "");
        write("28-000000000002", "");

        assertThat(failure(driver()))
                .hasMessage("there are 2: 28-000000000001, 28-000000000002: name one of them with id");
    }

    @Test
    void saysWhichOnesThereAreWhereTheNamedOneIsMissing() throws Exception {
        write("28-000000000001", "");

        assertThat(failure(new Ds18b20(new KernelFiles(root), Optional.of(ID))))
                .hasMessageStartingWith(
                        "no DS18B20 28-00000a1b2c3d below /sys/bus/w1/devices (there are 1: 28-000000000001): wire it");
    }

    private Ds18b20 driver() {
        return new Ds18b20(new KernelFiles(root), Optional.empty());
    }

    private static ReadFailed failure(Ds18b20 driver) {
        return catchThrowableOfType(ReadFailed.class, driver::read);
    }

    private static String scratchpad(int raw, int reserved) {
        int[] bytes = {raw & 0xff, raw >> 8, 0x4b, 0x46, 0x7f, 0xff, reserved, 0x10};
        var text = new StringBuilder();
        for (int b : bytes) {
            text.append("%02x ".formatted(b));
        }
        int crc = Ds18b20.crc(bytes, 8);
        return "%s%02x : crc=%02x YES\n%s%02x t=%d\n".formatted(text, crc, crc, text, crc, (short) raw * 1000 / 16);
    }

    private void write(String id, String text) throws IOException {
        var device = Files.createDirectories(root.resolve("sys/bus/w1/devices").resolve(id));
        Files.writeString(device.resolve("w1_slave"), text);
    }
}
