package io.pinstream.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.doctor.Finding.Level;
import io.pinstream.agent.driver.Needed;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.time.ManualTime;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Boards as trees of files, each with something missing.
class DoctorTest {
    private static final Map<String, List<Needed>> AIR = Map.of("air", List.of(new Needed.I2cBus(1)));

    @TempDir
    Path root;

    private final Set<Path> closed = new HashSet<>();
    private Machine machine;

    @BeforeEach
    void raspberryPi() throws IOException {
        put("/proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5\0");
        put("/boot/firmware/config.txt", "# dtparam=i2c_arm=on\ndtparam=audio=on\n");
        put("/etc/group", "root:x:0:\ni2c:x:998:alice\ngpio:x:997:\n");
        machine = new Machine(new KernelFiles(root), "pinstream", path -> !closed.contains(path));
    }

    @Test
    void namesTheSettingThatMakesABus() {
        assertMend(wiring(AIR), Level.PROBLEM, "dtparam=i2c_arm=on", "/boot/firmware/config.txt");
        assertMend(
                wiring(Map.of("x", List.of(new Needed.SpiChip(0, 1)))),
                Level.PROBLEM,
                "dtparam=spi=on",
                "/boot/firmware/config.txt");
        assertMend(
                wiring(Map.of("x", List.of(new Needed.OneWire()))),
                Level.PROBLEM,
                "dtoverlay=w1-gpio",
                "/boot/firmware/config.txt");
        assertMend(
                wiring(Map.of("x", List.of(new Needed.SerialPort("/dev/serial0")))),
                Level.PROBLEM,
                "enable_uart=1",
                "/boot/firmware/config.txt");
    }

    @Test
    void looksAtTheOldPlaceOfTheSettingsWhereThatIsTheOne() throws IOException {
        Files.delete(root.resolve("boot/firmware/config.txt"));
        put("/boot/config.txt", "");
        assertMend(wiring(AIR), Level.PROBLEM, "dtparam=i2c_arm=on", "/boot/config.txt");
    }

    @Test
    void namesTheModuleWhereTheSettingIsThere() throws IOException {
        put("/boot/firmware/config.txt", "dtparam=i2c_arm=on\n");
        assertMend(wiring(AIR), Level.PROBLEM, "sudo modprobe i2c-dev", "shell");
    }

    @Test
    void namesTheGroupOfADeviceThatMayNotBeOpened() throws IOException {
        put("/dev/i2c-1", "");
        closed.add(root.resolve("dev/i2c-1"));

        var finding = wiring(AIR);

        assertMend(finding, Level.PROBLEM, "sudo usermod -aG i2c pinstream", "shell");
        assertThat(finding.says()).isEqualTo("user pinstream may not use /dev/i2c-1, for air");
    }

    @Test
    void asksForARestartWhereTheUserIsInTheGroupAlready() throws IOException {
        put("/dev/i2c-1", "");
        put("/etc/group", "i2c:x:998:alice,pinstream\n");
        closed.add(root.resolve("dev/i2c-1"));

        assertMend(wiring(AIR), Level.PROBLEM, "sudo systemctl restart pinstream-agent", "shell");
    }

    @Test
    void isContentWithABusThatIsThereAndNamesItOnceForAllOfIt() throws IOException {
        put("/dev/i2c-1", "");
        var findings = new Wiring(
                        machine,
                        new TreeMap<>(
                                Map.of("air", List.of(new Needed.I2cBus(1)), "light", List.of(new Needed.I2cBus(1)))))
                .look();
        assertThat(findings).containsExactly(Finding.ok("i2c 1", "/dev/i2c-1 is there, for air, light"));
    }

    @Test
    void namesWhoHasALine() {
        Map<String, List<Needed>> door = Map.of("door", List.of(new Needed.Line(17)));

        assertThat(new Lines(machine, door, _ -> Optional.of("onewire@4")).look())
                .singleElement()
                .satisfies(one -> assertThat(one.level()).isEqualTo(Level.PROBLEM))
                .satisfies(one -> assertThat(one.says()).isEqualTo("for door: it is in use by onewire@4"));
        assertThat(new Lines(machine, door, _ -> Optional.of("pinstream")).look())
                .containsExactly(Finding.ok("line 17", "for door: an agent that runs has it"));
        assertThat(new Lines(machine, door, _ -> Optional.empty()).look())
                .containsExactly(Finding.ok("line 17", "for door: it is there and free"));
        assertThat(new Lines(machine, door, _ -> {
                            throw new IOException("no GPIO chip has the label x");
                        })
                        .look())
                .singleElement()
                .satisfies(one -> assertThat(one.says()).contains("no GPIO chip has the label x"));
    }

    @Test
    void tellsUndervoltageNowAndBefore() throws IOException {
        put("/sys/devices/platform/soc/soc:firmware/get_throttled", "50005\n");
        assertThat(health("power").level()).isEqualTo(Level.PROBLEM);

        put("/sys/devices/platform/soc/soc:firmware/get_throttled", "50000\n");
        assertThat(health("power").level()).isEqualTo(Level.WARNING);
        assertThat(health("power").says()).contains("since the board started");

        put("/sys/devices/platform/soc/soc:firmware/get_throttled", "0\n");
        assertThat(health("power").level()).isEqualTo(Level.OK);
    }

    @Test
    void tellsUndervoltageByTheHardwareMonitor() throws IOException {
        put("/sys/class/hwmon/hwmon1/name", "rpi_volt\n");
        put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "1\n");
        assertThat(health("power").level()).isEqualTo(Level.PROBLEM);

        put("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", "0\n");
        assertThat(health("power").level()).isEqualTo(Level.OK);
    }

    @Test
    void neverGuessesWhatItCannotSee() {
        assertThat(health("power").level()).isEqualTo(Level.UNCHECKED);
        assertThat(health("memory").level()).isEqualTo(Level.UNCHECKED);
        assertThat(new Clock(machine, Optional::empty).look().getFirst().level())
                .isEqualTo(Level.UNCHECKED);
    }

    @Test
    void tellsThatRootIsNotTheAgentsUser() throws IOException {
        put("/etc/passwd", "root:x:0:0::/root:/bin/sh\npinstream:x:997:997::/var/lib/pinstream:/bin/false\n");
        var root = new Machine(machine.files(), "root", _ -> true);
        assertThat(new Health(root, 25).look())
                .filteredOn(one -> one.check().equals("user"))
                .singleElement()
                .satisfies(one -> assertMend(one, Level.WARNING, "sudo -u pinstream pinstream-agent doctor", "shell"));
        assertThat(new Health(machine, 25).look()).noneMatch(one -> one.check().equals("user"));
    }

    @Test
    void warnsOfLittleMemoryAndOldJava() throws IOException {
        put("/proc/meminfo", "MemTotal: 465000 kB\nMemAvailable:  65536 kB\nSwapTotal: 102396 kB\n");
        assertThat(health("memory").level()).isEqualTo(Level.WARNING);
        assertThat(health("memory").says()).isEqualTo("64 MiB are free, swap has 99 MiB");
        assertThat(new Health(machine, 21).look())
                .anyMatch(one -> one.check().equals("java") && one.level() == Level.PROBLEM);
    }

    @Test
    void looksWhetherTheClockIsKept() throws IOException {
        assertMend(
                new Clock(machine, () -> Optional.of(false)).look().getFirst(),
                Level.WARNING,
                "sudo timedatectl set-ntp true",
                "shell");
        assertThat(new Clock(machine, () -> Optional.of(true)).look().getFirst().level())
                .isEqualTo(Level.OK);

        put("/run/systemd/timesync/synchronized", "");
        assertThat(new Clock(machine, () -> Optional.of(false))
                        .look()
                        .getFirst()
                        .level())
                .isEqualTo(Level.OK);
    }

    @Test
    void makesNothingLastInAnOutboxWhoseDiskItTimes() throws IOException {
        var outbox = Files.createDirectory(root.resolve("outbox"));
        var findings = new Storage(outbox, "pinstream", 1 << 20, Duration.ofHours(1), TimeSource.system()).look();

        assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.OK);
        assertThat(findings.getLast().says()).startsWith("a flush takes ");
        assertThat(outbox).isEmptyDirectory();
    }

    @Test
    void saysWhichDiskIsSlowAndWhichFolderIsMissing() throws IOException {
        var outbox = Files.createDirectory(root.resolve("outbox"));
        var clock = new Slow();
        assertMend(
                new Storage(outbox, "pinstream", 1 << 20, Storage.SLOW, clock)
                        .look()
                        .getLast(),
                Level.WARNING,
                "loss-window: 2s",
                "agent.yaml, outbox");

        var missing = root.resolve("missing");
        assertMend(
                new Storage(missing, "pinstream", 1, Storage.SLOW, TimeSource.system())
                        .look()
                        .getFirst(),
                Level.PROBLEM,
                "sudo install -d -o pinstream -m 0750 " + missing,
                "shell");

        assertThat(new Storage(outbox, "pinstream", Long.MAX_VALUE, Storage.SLOW, TimeSource.system())
                        .look()
                        .getFirst()
                        .level())
                .isEqualTo(Level.WARNING);
    }

    @Test
    void advisesRootForTheAgentsUser() throws IOException {
        Files.createDirectories(root.resolve("etc"));
        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\n");
        var machine = new Machine(new KernelFiles(root), "root", _ -> true);
        assertThat(machine.agentUser()).isEqualTo("root");

        Files.writeString(root.resolve("etc/passwd"), "root:x:0:0::/root:/bin/sh\npinstream:x:989:989::/:/bin/false\n");
        assertThat(machine.agentUser()).isEqualTo("pinstream");
        assertThat(new Machine(new KernelFiles(root), "pi", _ -> true).agentUser())
                .isEqualTo("pi");
    }

    @Test
    void triesTheBrokerByTheRealLink() throws IOException {
        int port;
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        var config = MqttLink.Config.of(URI.create("tcp://127.0.0.1:" + port), "test");

        var finding = new Broker(config, Broker.AT_MOST).look().getFirst();

        assertMend(finding, Level.PROBLEM, "nc -vz 127.0.0.1 " + port, "shell");
        assertThat(finding.says()).contains("127.0.0.1:" + port);
    }

    @Test
    void waitsForABrokerThatSaysNothingNoLongerThanItIsAllowedTo() throws IOException {
        try (var silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var config = MqttLink.Config.of(URI.create("tcp://127.0.0.1:" + silent.getLocalPort()), "test");
            assertThat(new Broker(config, Duration.ofSeconds(1))
                            .look()
                            .getFirst()
                            .level())
                    .isEqualTo(Level.PROBLEM);
        }
    }

    @Test
    void printsLinesForPeopleAndOneObjectForScripts() {
        var doctor = new Doctor(List.of(
                Finding.ok("board", "Raspberry \"Pi\""),
                Finding.problem(
                        "i2c 1", "there is no /dev/i2c-1", new Finding.Mend("dtparam=i2c_arm=on", "config.txt")),
                Finding.unchecked("power", "nobody knows")));

        assertThat(doctor.hasProblems()).isTrue();
        assertThat(doctor.text()).isEqualTo("""
                ok         board  Raspberry "Pi"
                problem    i2c 1  there is no /dev/i2c-1
                                  -> dtparam=i2c_arm=on   (in config.txt)
                unchecked  power  nobody knows
                1 problems, 0 warnings, 1 not checked
                """);
        assertThat(doctor.json()).isEqualTo("""
                {"problems":1,"warnings":0,"findings":[\
                {"check":"board","level":"ok","says":"Raspberry \\"Pi\\""},\
                {"check":"i2c 1","level":"problem","says":"there is no /dev/i2c-1",\
                "mend":{"line":"dtparam=i2c_arm=on","where":"config.txt"}},\
                {"check":"power","level":"unchecked","says":"nobody knows"}]}
                """);
    }

    /// Each look at this clock takes a second.
    private static final class Slow implements TimeSource {
        private long nanos;

        @Override
        public long nanos() {
            nanos += 1_000_000_000L;
            return nanos;
        }

        @Override
        public Instant instant() {
            return ManualTime.START;
        }
    }

    private Finding wiring(Map<String, List<Needed>> needs) {
        return new Wiring(machine, needs).look().getFirst();
    }

    private Finding health(String check) {
        return new Health(machine, 25)
                .look().stream()
                        .filter(one -> one.check().equals(check))
                        .findFirst()
                        .orElseThrow();
    }

    private static void assertMend(Finding finding, Level level, String line, String where) {
        assertThat(finding.level()).as(finding.toString()).isEqualTo(level);
        assertThat(finding.mend()).contains(new Finding.Mend(line, where));
    }

    private void put(String path, String text) throws IOException {
        var file = root.resolve(path.substring(1));
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
