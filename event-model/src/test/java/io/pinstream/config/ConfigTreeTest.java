package io.pinstream.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConfigTreeTest {
    enum Durability {
        ALWAYS,
        BATCHED,
        NEARLY_NEVER
    }

    record Period(Duration every) {
        Period {
            if (every.compareTo(Duration.ofMillis(10)) < 0) {
                throw new IllegalArgumentException(
                        "every must be at least 10 ms, but was %d ms".formatted(every.toMillis()));
            }
        }
    }

    @Test
    void readsEveryTypeOfValue() {
        // Given
        var tree = tree("""
                device: greenhouse-7
                address: 0x76
                big: 5000000000
                gain: 2.5
                on: true
                every: 200ms
                size: 64MiB
                durability: nearly-never
                urls: [a, 'b']
                one: alone
                password: geheim
                outbox:
                  directory: /var/lib
                sensors:
                  b: {type: x}
                  a: {type: y}
                """);

        // Then
        assertThat(tree.text("device")).isEqualTo("greenhouse-7");
        assertThat(tree.integer("address", 0x76, 0x77)).isEqualTo(0x76);
        assertThat(tree.number("big", 1, 0, Long.MAX_VALUE)).isEqualTo(5_000_000_000L);
        assertThat(tree.decimal("gain", 0, 10)).isEqualTo(2.5);
        assertThat(tree.flag("on", false)).isTrue();
        assertThat(tree.duration("every")).isEqualTo(Duration.ofMillis(200));
        assertThat(tree.bytes("size", 1)).isEqualTo(64 << 20);
        assertThat(tree.choice("durability", Durability.class, Durability.ALWAYS))
                .isEqualTo(Durability.NEARLY_NEVER);
        assertThat(tree.texts("urls")).containsExactly("a", "b");
        assertThat(tree.texts("one")).containsExactly("alone");
        assertThat(tree.secret("password").orElseThrow().reveal()).isEqualTo("geheim");
        assertThat(tree.section("outbox").text("directory")).isEqualTo("/var/lib");
        var sensors = tree.sections("sensors");
        assertThat(sensors.keySet()).containsExactly("b", "a");
        sensors.values().forEach(sensor -> sensor.text("type"));
        assertThat(tree.finish()).isEmpty();
    }

    @Test
    void takesTheDefaultWhereAKeyIsMissing() {
        // Given
        var tree = tree("");

        // Then
        assertThat(tree.text("device", "me")).isEqualTo("me");
        assertThat(tree.integer("bus", 1, 0, 9)).isEqualTo(1);
        assertThat(tree.duration("every", Duration.ofSeconds(1))).isEqualTo(Duration.ofSeconds(1));
        assertThat(tree.choice("durability", Durability.class, Durability.BATCHED))
                .isEqualTo(Durability.BATCHED);
        assertThat(tree.optionalText("user")).isEmpty();
        assertThat(tree.optionalInteger("port", 1, 9)).isEmpty();
        assertThat(tree.optionalDuration("linger")).isEmpty();
        assertThat(tree.secret("password")).isEmpty();
        assertThat(tree.texts("urls")).isEmpty();
        assertThat(tree.section("outbox").flag("on", true)).isTrue();
        assertThat(tree.sections("sensors")).isEmpty();
        assertThat(tree.finish()).isEmpty();
    }

    @Test
    void namesEveryProblemByLineAndNotOnlyTheFirst() {
        // Given
        var tree = tree("""
                sensors:
                  attic:
                    adress: 0x76
                    every: 1ms
                outbox:
                  durability: batchd
                  max-bytes: lots
                broker: nowhere
                """);

        // When
        var attic = tree.sections("sensors").get("attic").kind("a bme280");
        attic.integer("address", 0x76, 0x76, 0x77);
        var period = attic.build(() -> new Period(attic.duration("every")));
        tree.section("outbox").choice("durability", Durability.class, Durability.BATCHED);
        tree.section("outbox").bytes("max-bytes", 1);
        tree.section("broker").text("url");
        tree.text("device");

        // Then
        assertThat(period).isEmpty();
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly(
                        "agent.yaml:1:1 device is missing",
                        "agent.yaml:3:5 sensors.attic.adress is not a key of a bme280; did you mean \"address\"?",
                        "agent.yaml:4:5 sensors.attic: every must be at least 10 ms, but was 1 ms",
                        "agent.yaml:6:15 outbox.durability must be one of always, batched, nearly-never"
                                + " (did you mean batched?), but is \"batchd\"",
                        "agent.yaml:7:14 outbox.max-bytes must be a number of bytes, such as 4096, 512k or 64MiB,"
                                + " but is \"lots\"",
                        "agent.yaml:8:1 broker.url is missing",
                        "agent.yaml:8:9 broker must be a section of keys and values, but is one value");
    }

    @Test
    void buildsNothingFromAStandIn() {
        // Given
        var tree = tree("every: soon");

        // When
        var period = tree.build(() -> new Period(tree.duration("every")));

        // Then
        assertThat(period).isEmpty();
        assertThat(tree.finish())
                .extracting(Problem::message)
                .containsExactly("every must be a number with ms, s, m, h or d behind it, such as 200ms, 1s or 7d,"
                        + " but is \"soon\"");
    }

    @Test
    void buildsNothingFromASectionWithAProblemBelow() {
        // Given
        var tree = tree("{every: 1s, deep: {number: x}}");
        tree.section("deep").integer("number", 0, 9);

        // Then
        assertThat(tree.build(() -> new Period(tree.duration("every")))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "200ms,200000000",
        "1s,1000000000",
        "1.5s,1500000000",
        "5m,300000000000",
        "1h,3600000000000",
        "7d,604800000000000",
        "0,0",
        "50us,50000"
    })
    void readsDurations(String text, long nanos) {
        assertThat(Amounts.duration(text)).contains(Duration.ofNanos(nanos));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "-1s", "1 week", "1e3s", "99999999999999999d", "1h30m"})
    void refusesWhatIsNoDuration(String text) {
        assertThat(Amounts.duration(text)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"4096,4096", "512k,524288", "64MiB,67108864", "1MB,1000000", "2G,2147483648", "1 GiB,1073741824"})
    void readsBytes(String text, long bytes) {
        assertThat(Amounts.bytes(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1TB", "0x10", "999999999999999999G"})
    void refusesWhatIsNoByteCount(String text) {
        assertThat(Amounts.bytes(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "1f", "Infinity", "0x1p3", "11", "-0.1", "1e999", "''", "one"})
    void refusesADecimalThatIsNoneOrOutOfRange(String text) {
        // Given
        var tree = tree("gain: " + text);

        // When
        tree.decimal("gain", 0, 10);

        // Then
        assertThat(tree.finish())
                .extracting(Problem::message)
                .singleElement()
                .asString()
                .startsWith("gain must be a number from 0 to 10, but is ");
    }

    @Test
    void saysWhatBecameOfARemovedKey() {
        // Given
        var tree = tree("qos: 2");

        // When
        tree.removed("qos", "the agent always uses QoS 1");

        // Then
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly("agent.yaml:1:1 qos is gone: the agent always uses QoS 1");
    }

    @Test
    void tellsAnEmptyValueFromAMissingKey() {
        // Given
        var tree = tree("device:\nname: ''");

        // When
        tree.text("device", "me");
        tree.text("name");

        // Then
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly("agent.yaml:1:8 device has no value; give it one, or leave the key out");
    }

    @Test
    void turnsAnExceptionOfATypeOfItsOwnIntoAProblem() {
        // Given
        var tree = tree("limit: abc");

        // When
        var limit = tree.optionalParsed("limit", text -> {
            throw new IllegalArgumentException("limit text must be short, but has 3 characters");
        });

        // Then
        assertThat(limit).isEmpty();
        assertThat(tree.finish())
                .extracting(Problem::message)
                .containsExactly("limit: limit text must be short, but has 3 characters");
    }

    @Test
    void leavesASectionOfAnUnknownTypeAlone() {
        // Given
        var tree = tree("a: {type: bme281, address: 1}");
        var sensor = tree.section("a");

        // When
        assertThat(sensor.oneOf("type", List.of("bme280", "ds18b20"))).isEmpty();
        sensor.ignoreRest();

        // Then
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly("agent.yaml:1:11 a.type must be one of bme280, ds18b20 (did you mean bme280?),"
                        + " but is \"bme281\"");
    }

    @Test
    void showsWhatEveryKeyCameToAndMasksSecrets(@TempDir Path directory) throws IOException {
        // Given
        Files.writeString(directory.resolve("token"), "geheim2\n");
        var file = directory.resolve("agent.yaml");
        Files.writeString(file, "device: d\npassword: geheim1\ntoken: ${file:token}\n");
        var tree = ConfigTree.read(file);

        // When
        tree.text("device");
        tree.secret("password");
        var token = tree.text("token");
        tree.duration("every", Duration.ofSeconds(90));
        tree.optionalText("user");

        // Then
        assertThat(token).isEqualTo("geheim2");
        assertThat(tree.effective())
                .containsExactly(
                        "device = d (" + file + ":1)",
                        "password = *** (" + file + ":2)",
                        "token = *** (" + file + ":3)",
                        "every = 90s (default)",
                        "user is not set");
        assertThat(tree.asked()).contains("user", "every");
    }

    @Test
    void neverShowsASecretThatDoesNotFit(@TempDir Path directory) throws IOException {
        // Given
        Files.writeString(directory.resolve("token"), "geheim");
        Files.writeString(directory.resolve("a.yaml"), "port: ${file:token}\nkey: ${file:token}\n");
        var tree = ConfigTree.read(directory.resolve("a.yaml"));

        // When
        tree.integer("port", 1, 9);
        tree.optionalParsed("key", text -> {
            throw new IllegalArgumentException("no key: " + text);
        });

        // Then
        assertThat(tree.finish())
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem.toString()).doesNotContain("geheim"));
        assertThat(new Secret("geheim")).hasToString("***");
    }

    @Test
    void fillsPlaceholders() {
        // Given
        var set = Map.of("HOST", "broker", "EMPTY", "", "TRICK", "${HOST}");
        var tree = ConfigTree.parse("agent.yaml", """
                url: tcp://${HOST}:${PORT:1883}
                plain: $${HOST} costs $5
                nested: ${NONE:${HOST}}
                empty: a${EMPTY}b
                trick: ${TRICK}
                quoted: '${HOST}'
                """, set::get);

        // Then
        assertThat(tree.text("url")).isEqualTo("tcp://broker:1883");
        assertThat(tree.text("plain")).isEqualTo("${HOST} costs $5");
        assertThat(tree.text("nested")).isEqualTo("broker");
        assertThat(tree.text("empty")).isEqualTo("ab");
        assertThat(tree.text("trick")).isEqualTo("${HOST}");
        assertThat(tree.text("quoted")).isEqualTo("broker");
        assertThat(tree.finish()).isEmpty();
    }

    @Test
    void namesAPlaceholderThatCannotBeFilled() {
        // Given
        var tree = ConfigTree.parse("agent.yaml", """
                a: ${NONE}
                b: ${file:/does/not/exist}
                c: ${open
                d: ${1x}
                """, name -> null);

        // When
        tree.keys().forEach(tree::text);

        // Then
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly(
                        "agent.yaml:1:4 a needs the environment variable NONE, which is not set; set it, or write"
                                + " ${NONE:default}",
                        "agent.yaml:2:4 b takes the file /does/not/exist, which does not exist",
                        "agent.yaml:3:4 c has a ${ without its }; write $${ for a plain ${",
                        "agent.yaml:4:4 d may hold ${NAME}, ${NAME:default} or ${file:/path}, but holds ${1x};"
                                + " write $${ for a plain ${");
    }

    @Test
    void saysPlainlyThatAFileCannotBeReadAndNothingElse(@TempDir Path directory) {
        // Given
        var file = directory.resolve("none.yaml");
        var tree = ConfigTree.read(file);

        // When
        tree.text("device");

        // Then
        assertThat(tree.finish()).extracting(Problem::toString).containsExactly(file + ": there is no such file");
        assertThat(tree.build(() -> "x")).isEmpty();
    }

    @Test
    void refusesAFileThatIsTooLargeOrNotText(@TempDir Path directory) throws IOException {
        // Given
        var large = Files.write(directory.resolve("large.yaml"), new byte[ConfigTree.LARGEST_FILE + 1]);
        var binary = Files.write(directory.resolve("binary.yaml"), new byte[] {'a', ':', ' ', (byte) 0xff});

        // Then
        assertThat(ConfigTree.read(large).finish())
                .extracting(Problem::toString)
                .containsExactly(large + ": a file may have at most 1048576 bytes");
        assertThat(ConfigTree.read(binary).finish())
                .extracting(Problem::toString)
                .containsExactly(binary + ": it is not UTF-8");
        assertThat(ConfigTree.read(directory).finish()).hasSize(1);
    }

    @Test
    void readsAFileWithAByteOrderMark(@TempDir Path directory) throws IOException {
        // Given
        var file = Files.writeString(directory.resolve("a.yaml"), "\uFEFFdevice: d");

        // Then
        assertThat(ConfigTree.read(file).text("device")).isEqualTo("d");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: [1, 2 | 1:9 ",
                "'a: \"x' | 1:6 ",
                "'- 1\n- 2' | 1:1 the file must hold keys and values, but holds a list",
                "just text | 1:1 the file must hold keys and values, but holds one value",
                "'a: 1\n---\nb: 2' | 3:1 a second document begins here, but the file may hold one",
                "'[1]: 2' | 1:1 a key must be one value, but is a list",
                "'{[1]: 2}' | 1:2 a key must be one value, but is a list",
                "'a: *none' | 1:4 the alias *none has no anchor &none that ends before it",
                "'a: &a {b: *a}' | 1:11 the alias *a has no anchor &a that ends before it",
                "'a: 1\n\tb: 2' | 2:1 "
            })
    void namesThePlaceWhereAFileIsBroken(String yaml, String start) {
        // Given
        var tree = tree(yaml);

        // When
        tree.text("device");

        // Then
        assertThat(tree.finish())
                .singleElement()
                .extracting(Problem::toString)
                .asString()
                .startsWith("agent.yaml:" + start.strip());
    }

    @Test
    void findsADuplicateKeyAndReadsOn() {
        // Given
        var tree = tree("""
                a: 1
                outbox: {b: 1, b: 2}
                a: 2
                c: x
                """);

        // When
        tree.text("a");
        tree.section("outbox").text("b");
        tree.integer("c", 0, 9);

        // Then
        assertThat(tree.finish())
                .extracting(Problem::toString)
                .containsExactly(
                        "agent.yaml:2:16 outbox.b stands here again; line 2 has it already",
                        "agent.yaml:3:1 a stands here again; line 1 has it already",
                        "agent.yaml:4:4 c must be a whole number from 0 to 9, but is \"x\"");
    }

    @Test
    void sharesAnAnchoredSectionAndJudgesItAtBothPlaces() {
        // Given
        var tree = tree("a: &common {every: 1s}\nb: *common");

        // Then
        assertThat(tree.section("a").duration("every")).isEqualTo(Duration.ofSeconds(1));
        assertThat(tree.section("b").duration("every")).isEqualTo(Duration.ofSeconds(1));
        assertThat(tree.finish()).isEmpty();
    }

    @Test
    void boundsAliasesAndNestingBeforeMemoryIsTaken() {
        // Given
        var aliases = "a: &a x\n" + "b: [" + "*a, ".repeat(200_000) + "x]";
        var nesting = "a: " + "[".repeat(500_000);
        var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
        }
        var harmless = tree(bomb.toString());

        // When
        var texts = harmless.texts("a9");

        // Then
        assertThat(tree(aliases).finish())
                .extracting(Problem::message)
                .containsExactly("the file may use 100 aliases, but uses more");
        assertThat(tree(nesting).finish())
                .extracting(Problem::message)
                .containsExactly("sections may be nested 16 deep, but this is deeper");
        assertThat(texts).isEmpty();
        assertThat(harmless.finish()).extracting(Problem::message).contains("a9[0] must be one value, but is a list");
    }

    @Test
    void refusesTags() {
        assertThat(tree("a: !!java.net.URL [x]").finish())
                .extracting(Problem::toString)
                .contains(
                        "agent.yaml:1:4 a has the YAML tag tag:yaml.org,2002:java.net.URL, but tags are not used here");
    }

    @Test
    void listsTheKeysWhereNoneIsNear() {
        // Given
        var tree = tree("completely: 1");

        // When
        tree.text("device", "d");
        tree.text("every", "1s");

        // Then
        assertThat(tree.finish())
                .extracting(Problem::message)
                .containsExactly("completely is not a key of this file; it has device, every");
    }

    @Test
    void knowsAKeyInAnotherSpelling() {
        assertThat(Nearest.to("maxBytes", List.of("max-bytes", "directory"))).isEqualTo(Optional.of("max-bytes"));
        assertThat(Nearest.to("usrname", List.of("username", "url"))).isEqualTo(Optional.of("username"));
        assertThat(Nearest.to("x", List.of("url", "every"))).isEmpty();
    }

    private static ConfigTree tree(String yaml) {
        return ConfigTree.parse("agent.yaml", yaml);
    }
}
