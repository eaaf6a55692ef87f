package io.pinstream.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.agent.board.Pull;
import io.pinstream.agent.driver.Ads1115Config;
import io.pinstream.agent.driver.Bh1750Config;
import io.pinstream.agent.driver.Bme280Config;
import io.pinstream.agent.driver.Bmp280Config;
import io.pinstream.agent.driver.ContactConfig;
import io.pinstream.agent.driver.DriverConfig;
import io.pinstream.agent.driver.Ds18b20Config;
import io.pinstream.agent.driver.HostConfig;
import io.pinstream.agent.driver.Ina219Config;
import io.pinstream.agent.driver.Lm75Config;
import io.pinstream.agent.driver.Max31855Config;
import io.pinstream.agent.driver.Mcp3008Config;
import io.pinstream.agent.driver.Mpu6050Config;
import io.pinstream.agent.driver.PulseCounterConfig;
import io.pinstream.agent.driver.Scale;
import io.pinstream.agent.driver.Scd41Config;
import io.pinstream.agent.driver.Sht31Config;
import io.pinstream.agent.driver.Tmp102Config;
import io.pinstream.agent.rule.SensorRule;
import io.pinstream.agent.sampling.Sampler;
import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import io.pinstream.event.Quantity;
import io.pinstream.event.SensorId;
import io.pinstream.event.Unit;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SensorConfigTest {
    @Test
    void needsNoMoreThanTheTypeWhereTheWiringHasADefault() {
        assertThat(read("type: bme280"))
                .isEqualTo(new SensorConfig(
                        new SensorId("air"),
                        new Bme280Config(1, 0x76),
                        new Sampler.Config(Duration.ofSeconds(1), Duration.ofMillis(500)),
                        SensorRule.Config.ALL));
        assertThat(read("type: bmp280").driver()).isEqualTo(new Bmp280Config(1, 0x76));
        assertThat(read("type: ds18b20").driver()).isEqualTo(new Ds18b20Config(Optional.empty()));
        assertThat(read("type: host").driver()).isEqualTo(new HostConfig(Path.of("/")));
        assertThat(read("type: ads1115").driver())
                .isEqualTo(new Ads1115Config(1, 0x48, Ads1115Config.Input.A0, 4.096, 128, Optional.empty()));
        assertThat(read("type: sht31").driver()).isEqualTo(new Sht31Config(1, 0x44));
        assertThat(read("type: bh1750").driver()).isEqualTo(new Bh1750Config(1, 0x23, 69));
        assertThat(read("type: tmp102").driver()).isEqualTo(new Tmp102Config(1, 0x48));
        assertThat(read("type: lm75").driver()).isEqualTo(new Lm75Config(1, 0x48, 9));
        assertThat(read("type: max31855").driver()).isEqualTo(new Max31855Config(0, 0));
        assertThat(read("{type: contact, line: 17}").driver())
                .isEqualTo(new ContactConfig(17, Pull.UP, true, ContactConfig.DEBOUNCE));
        assertThat(read("{type: pulse-counter, line: 17}").driver())
                .isEqualTo(new PulseCounterConfig(17, Pull.UP, PulseCounterConfig.DEBOUNCE, Optional.empty()));
        assertThat(read("{type: mcp3008, channel: 3}").driver())
                .isEqualTo(new Mcp3008Config(0, 0, 3, 3.3, Optional.empty()));
    }

    @Test
    void readsEveryKeyOfEveryType() {
        assertThat(read("{type: bme280, bus: 2, address: 0x77, every: 5s}"))
                .isEqualTo(new SensorConfig(
                        new SensorId("air"),
                        new Bme280Config(2, 0x77),
                        Sampler.Config.of(Duration.ofSeconds(5)),
                        SensorRule.Config.ALL));
        assertThat(read("{type: ds18b20, id: 28-00000a1b2c3d}").driver())
                .isEqualTo(new Ds18b20Config(Optional.of("28-00000a1b2c3d")));
        assertThat(read("{type: contact, line: 4, pull: none, active-low: false, debounce: 20ms}")
                        .driver())
                .isEqualTo(new ContactConfig(4, Pull.NONE, false, Duration.ofMillis(20)));
        assertThat(read("{type: pulse-counter, line: 4, pull: down, debounce: 0,"
                                + " scale: {quantity: volume, unit: m3, factor: 0.001}}")
                        .driver())
                .isEqualTo(new PulseCounterConfig(
                        4,
                        Pull.DOWN,
                        Duration.ZERO,
                        Optional.of(new Scale(new Quantity("volume", new Unit("m3")), 0.001, 0))));
        assertThat(read("{type: mcp3008, bus: 1, chip-select: 1, channel: 7, reference: 5,"
                                + " scale: {quantity: distance, factor: 2, offset: -1}}")
                        .driver())
                .isEqualTo(new Mcp3008Config(1, 1, 7, 5.0, Optional.of(new Scale(Quantity.DISTANCE, 2, -1))));
        assertThat(read("{type: ads1115, bus: 0, address: 0x4b, input: a0-a1, range: 0.256, rate: 8}")
                        .driver())
                .isEqualTo(new Ads1115Config(0, 0x4b, Ads1115Config.Input.A0_A1, 0.256, 8, Optional.empty()));
        assertThat(read("{type: sht31, bus: 3, address: 0x45}").driver()).isEqualTo(new Sht31Config(3, 0x45));
        assertThat(read("{type: bh1750, bus: 3, address: 0x5c, mtreg: 254}").driver())
                .isEqualTo(new Bh1750Config(3, 0x5c, 254));
        assertThat(read("{type: tmp102, bus: 3, address: 0x4b}").driver()).isEqualTo(new Tmp102Config(3, 0x4b));
        assertThat(read("{type: lm75, bus: 3, address: 0x4f, bits: 11}").driver())
                .isEqualTo(new Lm75Config(3, 0x4f, 11));
        assertThat(read("{type: max31855, bus: 1, chip-select: 2}").driver()).isEqualTo(new Max31855Config(1, 2));
        assertThat(read("{type: ina219, bus: 3, address: 0x4f, shunt: 0.002, max-current: 15}")
                        .driver())
                .isEqualTo(new Ina219Config(3, 0x4f, 0.002, 15));
        assertThat(read("{type: scd41, bus: 3, altitude: 440, temperature-offset: 2.5, self-calibration: false}")
                        .driver())
                .isEqualTo(new Scd41Config(3, 440, 2.5, false));
        assertThat(read("{type: mpu6050, bus: 3, address: 0x69, acceleration-range: 16, rotation-range: 500,"
                        + " every: 20ms}"))
                .isEqualTo(new SensorConfig(
                        new SensorId("air"),
                        new Mpu6050Config(3, 0x69, 16, 500),
                        Sampler.Config.of(Duration.ofMillis(20)),
                        SensorRule.Config.ALL));
        assertThat(read("{type: host, disk: /var}").driver()).isEqualTo(new HostConfig(Path.of("/var")));
    }

    @Test
    void readsRules() {
        assertThat(read("{type: bme280, rules: {deadband: {temperature: 0.2, at-least-every: 1m}, throttle: 10s}}")
                        .rule())
                .isEqualTo(new SensorRule.Config(
                        Map.of("temperature", 0.2), Optional.of(Duration.ofMinutes(1)), Duration.ofSeconds(10)));
    }

    @Test
    void readsEveryTypeThatThereIs() {
        assertThat(DriverReader.TYPES)
                .hasSize(DriverConfig.class.getPermittedSubclasses().length)
                .allSatisfy(type -> assertThat(read("{type: %s%s}".formatted(type.name(), wiring(type.name())))
                                .driver()
                                .type())
                        .isEqualTo(type.name()));
    }

    @Test
    void namesEveryTypeAndTheNearestOneWhereItKnowsNoSuchType() {
        var names = DriverReader.TYPES.stream().map(SensorType::name).collect(Collectors.joining(", "));

        var tree = ConfigTree.parse("agent.yaml", "type: bme281");

        var sensor = SensorConfig.read("air", tree);

        assertThat(sensor).isEmpty();
        assertThat(tree.finish())
                .singleElement()
                .extracting(Problem::message)
                .asString()
                .startsWith("type must be one of %s (did you mean bme280?), but is \"bme281\"".formatted(names));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | air.type is missing",
                "{type: bme280, adress: 1} | air.adress is not a key of a bme280; did you mean \"address\"?",
                "{type: ads1115, foo: 1} | air.foo is not a key of an ads1115; it has ",
                "{type: bme280, address: 0x40} | air: address must be ",
                "{type: bme280, every: 1ms} | air: every must be at least 10 ms and at most 24 h, but was 1 ms",
                "{type: contact, line: 1, every: 1s} | air.every is gone: a contact speaks by interrupt",
                "{type: contact} | air.line is missing",
                "{type: bme280, rules: {deadband: {Temp: 1}}} | air.rules.deadband.Temp: quantity may hold only",
                "{type: bme280, rules: {deadband: {temperature: 0}}} | air.rules: deadband of temperature must be more",
                "{type: bme280, rules: {deadbnd: {}}} | air.rules.deadbnd is not a key of the rules of a sensor; did",
                "{type: mcp3008, channel: 1, scale: {quantity: soil, factor: 1}} | air.scale: unit is missing: soil is",
                "{type: mcp3008, channel: 1, scale: {quantity: power, unit: kW, factor: 1}} | air.scale.unit: power is"
                        + " always in W; leave the unit out, or give the quantity another name",
                "{type: mcp3008, channel: 1, scale: {quantity: power, factor: 0}} | air.scale: factor must be",
                "{type: bme280, rules: {deadband: {temprature: 1}}} | air.rules.deadband.temprature: is not given; what is given",
                "{type: bme280, rules: {aggregate: 1m, deadband: {temperature: 1}}} | air.rules.deadband.temperature: is not",
                "{type: host, rules: {most-change-per-minute: {heat: 1}}} | air.rules.most-change-per-minute.heat: is not",
                "{type: host, disk: \"\\0\"} | air.disk: Nul character not allowed",
            })
    void namesWhatIsWrong(String yaml, String problem) {
        // Given
        var tree = ConfigTree.parse("agent.yaml", "air: " + (yaml.startsWith("{") ? yaml : "{" + yaml + "}"));

        // When
        var sensor = SensorConfig.read("air", tree.section("air"));

        // Then
        var problems = tree.finish();
        assertThat(problems).as(problems.toString()).hasSize(1);
        assertThat(problems.getFirst().message()).startsWith(problem);
        assertThat(sensor.isEmpty()).isEqualTo(!problem.contains("is not a key"));
    }

    @Test
    void refusesNamesThatAreTakenOrNone() {
        assertThat(problems("outbox"))
                .containsExactly("a sensor must not be called outbox: that is who says what was dropped");
        assertThat(problems("a b")).singleElement().asString().startsWith("sensor id may hold only");
    }

    private static List<String> problems(String name) {
        var tree = ConfigTree.parse("agent.yaml", "type: bme280");
        SensorConfig.read(name, tree);
        return tree.finish().stream().map(Problem::message).toList();
    }

    private static String wiring(String type) {
        return switch (type) {
            case "contact", "pir", "button", "pulse-counter" -> ", line: 17";
            case "rotary-encoder" -> ", line-a: 5, line-b: 6";
            case "pms5003", "gps" -> ", port: /dev/serial0";
            case "hc-sr04" -> ", trigger: 20, echo: 21";
            case "mcp3008" -> ", channel: 0";
            default -> "";
        };
    }

    private static SensorConfig read(String yaml) {
        var tree = ConfigTree.parse("agent.yaml", yaml);
        var sensor = SensorConfig.read("air", tree);
        assertThat(tree.finish()).as(Arrays.asList(yaml).toString()).isEmpty();
        return sensor.orElseThrow();
    }
}
