package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.actuator.ActuatorConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.flow.Flow;
import io.pinstream.agent.flow.Packer;
import io.pinstream.agent.link.MqttLink;
import io.pinstream.agent.link.Publisher;
import io.pinstream.agent.link.Tls;
import io.pinstream.agent.outbox.FileOutbox;
import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentConfigTest {
    private static final Path EXAMPLE = Path.of(System.getProperty("pinstream.root"), "deploy", "agent.example.yaml");

    @Test
    void theExampleIsExactlyTheDefaults() throws IOException {
        // When
        var example = AgentConfig.read(EXAMPLE);

        // Then
        assertThat(example.problems()).isEmpty();
        var config = example.config().orElseThrow();
        var device = new DeviceId("greenhouse-7");
        assertThat(config.board()).isEqualTo(Board.Config.DEFAULT);
        assertThat(config.flow()).isEqualTo(Flow.Config.DEFAULT);
        assertThat(config.packs()).isEqualTo(Packer.Config.DEFAULT);
        assertThat(config.broker()).isEqualTo(MqttLink.Config.of(AgentConfig.DEFAULT_BROKER, "greenhouse-7"));
        assertThat(config.publisher()).isEqualTo(Publisher.Config.of(device));
        assertThat(config.outbox())
                .isEqualTo(new FileOutbox.Config(
                        AgentConfig.DEFAULT_OUTBOX,
                        FileOutbox.Config.DEFAULT_BYTES,
                        FileOutbox.Durability.BATCHED,
                        FileOutbox.WhenFull.DROP_OLDEST));

        // And each of its sensors is what its type and what must be given make it
        var short0 = read("""
                device: greenhouse-7
                sensors:
                  machine: {type: host}
                  air: {type: bme280}
                  attic: {type: bmp280}
                  pantry: {type: sht31}
                  window: {type: bh1750}
                  fridge: {type: tmp102}
                  housing: {type: lm75}
                  probe: {type: ds18b20}
                  shed: {type: iio}
                  solar: {type: hwmon}
                  door: {type: contact, line: 17}
                  hall: {type: pir, line: 23}
                  bell: {type: button, line: 24}
                  knob: {type: rotary-encoder, line-a: 5, line-b: 6}
                  tank: {type: hc-sr04, trigger: 20, echo: 21}
                  rain: {type: pulse-counter, line: 27}
                  soil: {type: mcp3008, channel: 0}
                  oven: {type: max31855}
                  battery: {type: ads1115}
                  supply: {type: ina219}
                  office: {type: scd41}
                  pump: {type: mpu6050}
                  dust: {type: pms5003, port: /dev/serial0}
                  boat: {type: gps, port: /dev/ttyUSB0}
                """);
        assertThat(short0.problems()).isEmpty();
        assertThat(config).isEqualTo(short0.config().orElseThrow());
    }

    @Test
    void theExampleHasEveryKey() throws IOException {
        // Given
        var text = Files.readString(EXAMPLE);
        var tree = ConfigTree.read(EXAMPLE);
        var ignored = AgentConfig.read(tree);

        // Then
        var missing = tree.asked().stream()
                .map(path -> path.substring(path.lastIndexOf('.') + 1))
                .filter(key -> !text.contains(key + ":"))
                .toList();
        assertThat(missing).isEmpty();
    }

    @Test
    void readsWhatIsDrivenAndByWhichRules() {
        var read = read("""
                device: d
                sensors: {air: {type: bme280}, door: {type: contact, line: 17}}
                actuators:
                  fan: {type: relay, line: 18, active-low: false, safe-on: true}
                  vent: {type: pwm, channel: 1}
                  flap: {type: servo, channel: 2}
                rules:
                  - when air.temperature > 30 for 10s then fan on until air.temperature < 28
                  - when door.active is true then vent 40%
                """);

        assertThat(read.problems()).isEmpty();
        var control = read.config().orElseThrow().control();
        assertThat(control.actuators())
                .containsEntry(new SensorId("fan"), new ActuatorConfig.Relay(18, false, true))
                .containsEntry(new SensorId("flap"), new ActuatorConfig.Servo(0, 2, 1000, 2000, 50))
                .containsEntry(new SensorId("vent"), new ActuatorConfig.Pwm(0, 1, 25_000, 0));
        assertThat(control.rules()).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "when attic.temperature > 1 then fan on | there is no sensor attic; there are [air]",
                "when air.co2 > 1 then fan on | air gives no co2; it gives temperature, humidity, pressure",
                "when air.humidity > 1 then fan on until air.light < 1 | air gives no light",
                "when air.temperature > 1 then fun on | there is no actuator fun; there are [fan]",
                "when air.temperature > 1 then fan 40% | fan is a relay, which is on or off",
                "when air.temperature > hot then fan on | \"hot\" stands where a number",
            })
    void namesWhatIsWrongWithARule(String rule, String problem) {
        var read = read("""
                device: d
                sensors: {air: {type: bme280}}
                actuators: {fan: {type: relay, line: 18}}
                rules: ['%s']
                """.formatted(rule));

        assertThat(read.problems())
                .singleElement()
                .satisfies(said -> assertThat(said.message()).contains(problem));
    }

    @Test
    void refusesAnActuatorThatIsASensorAndOnesThatCannotBe() {
        var read = read("""
                device: d
                sensors:
                  air: {type: bme280, rules: {aggregate: 2d}}
                  door: {type: contact, line: 1, rules: {aggregate: 1s}}
                  hall: {type: bme280, bus: 2}
                actuators:
                  hall: {type: relay, line: 18}
                  fan: {type: relay, line: 4711}
                  vent: {type: pwm, safe: 101}
                  lamp: {type: led}
                """);

        assertThat(read.problems())
                .extracting(problem -> problem.message())
                .anySatisfy(said -> assertThat(said).contains("actuators: hall is a sensor already"))
                .anySatisfy(said -> assertThat(said).contains("line must be 0 to 1023, but was 4711"))
                .anySatisfy(said -> assertThat(said).contains("safe must be 0 to 100, but was 101"))
                .anySatisfy(said -> assertThat(said).contains("type must be one of relay, pwm, servo"))
                .anySatisfy(said -> assertThat(said).contains("aggregate must be more than 0 ms and at most 24 h"))
                .anySatisfy(said -> assertThat(said).contains("a contact speaks by interrupt"));
    }

    @Test
    void everyTypeOfSensorIsInTheExample() {
        var types = AgentConfig.read(EXAMPLE).config().orElseThrow().sensors().stream()
                .map(sensor -> sensor.driver().type())
                .collect(Collectors.toSet());
        assertThat(types)
                .containsExactlyInAnyOrderElementsOf(
                        DriverReader.TYPES.stream().map(SensorType::name).toList());
    }

    @Test
    void everyTypeOfSensorIsInTheTableOfTheReadme() throws IOException {
        var readme = Files.readString(Path.of(System.getProperty("pinstream.root"), "README.md"));
        assertThat(DriverReader.TYPES)
                .allSatisfy(type -> assertThat(readme).contains("\n| `%s` | ".formatted(type.name())));
    }

    @Test
    void reportsEveryProblemAtOnceWithLineKeyValueAndRemedy() {
        // When
        var read = read("""
                device: .hidden
                broker:
                  urls: tcp://10.0.0.1:1883
                  keep-alive: 1s
                outbox: {max-bytes: 10k, durability: sometimes}
                packs: {events: 0}
                window: 0
                sensors:
                  air: {type: bme281}
                  door: {type: contact}
                  outbox: {type: host}
                """);

        // Then
        assertThat(read.config()).isEmpty();
        var problems = read.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"));
        assertThat(problems)
                .contains("agent.yaml:1")
                .contains("device")
                .contains("broker.urls is not a key of broker; did you mean \"url\"?")
                .contains("keepAlive must be 2 s to 3600 s, but was 1000 ms")
                .contains("maxBytes must be at least 1048576 (1 MiB), but was 10240")
                .contains("durability")
                .contains("always")
                .contains("events must be 1 to 5000, but was 0")
                .contains("window must be 1 to 65535 packs, but was 0")
                .contains("sensors.air.type")
                .contains("bme280")
                .contains("sensors.door.line is missing")
                .contains("a sensor must not be called outbox");
        assertThat(read.problems()).extracting(Problem::line).isSorted().contains(1, 3, 4, 5, 6, 7, 9, 10, 11);
    }

    @Test
    void takesCertificatesOnlyForTls() {
        assertThat(problems("broker: {url: \"tls://hub:8883\", tls: {ca: /a, certificate: /b}}"))
                .singleElement()
                .asString()
                .contains("tls.certificate and tls.key belong together, but only tls.certificate is given");
        assertThat(problems("broker: {tls: {ca: /a}}"))
                .singleElement()
                .asString()
                .contains("is of no use without tls:// in broker.url");
        var tls = read("device: d\nsensors: {m: {type: host}}\nbroker: {url: \"tls://hub:8883\"}")
                .config()
                .orElseThrow()
                .broker()
                .tls();
        assertThat(tls).contains(Tls.DEFAULT);
    }

    @Test
    void keepsAPasswordOutOfEverythingThatIsPrinted() {
        var read = read("device: d\nsensors: {m: {type: host}}\nbroker: {username: u, password: hunter2}");
        assertThat(read.problems()).isEmpty();
        assertThat(read.effective().toString() + read.config()).doesNotContain("hunter2");
    }

    @Test
    void wantsADeviceAndASensor() {
        assertThat(read("{}").problems().toString())
                .contains("device is missing")
                .contains("sensors");
    }

    @Test
    void saysThatAFileIsMissing() {
        assertThat(AgentConfig.read(Path.of("/nowhere/agent.yaml")).problems())
                .singleElement()
                .asString()
                .contains("/nowhere/agent.yaml");
    }

    private static List<String> problems(String more) {
        return read("device: d\nsensors: {m: {type: host}}\n" + more).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private static AgentConfig.Read read(String yaml) {
        return AgentConfig.read(ConfigTree.parse("agent.yaml", yaml));
    }
}
