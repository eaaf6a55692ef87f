package io.pinstream.sim.line;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.event.DeviceId;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.sim.process.Program;
import io.pinstream.wire.CommandCodec;
import io.pinstream.wire.CommandId;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Exchange;
import io.pinstream.wire.MessageCodec;
import io.pinstream.wire.Payload;
import io.pinstream.wire.SenmlCodec;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `deploy/asyncapi.yaml`, read by AsyncAPI's own parser and held to the programs.
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class AsyncApiIT {
    private static final Path DOCUMENT = Path.of("../deploy/asyncapi.yaml");
    private static final Path SCRIPTS = Path.of("src/test/js/asyncapi");
    private static final DeviceId DEVICE = new DeviceId("greenhouse-7");
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);

    @TempDir
    static Path temporary;

    /// Lines of `check.mjs`, their parts.
    private static List<List<String>> said;

    @BeforeAll
    static void read() throws Exception {
        for (var file : List.of("package.json", "package-lock.json", "check.mjs")) {
            Files.copy(SCRIPTS.resolve(file), temporary.resolve(file));
        }
        run("npm", "ci", "--prefix", temporary.toString(), "--no-audit", "--no-fund", "--ignore-scripts");
        var output = run("node", temporary.resolve("check.mjs").toString(), DOCUMENT.toString());
        assertThat(output).doesNotContain("wrong\t");
        said = output.lines().map(line -> List.of(line.split("\t"))).toList();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        var log = temporary.resolve(command[0] + ".log");
        try (var program = Program.start(command[0], log, List.of(command))) {
            assertThat(program.waitFor(Duration.ofMinutes(3)))
                    .as(program.output())
                    .isZero();
            return program.output();
        }
    }

    @Test
    void namesTheTopicsOfTheProgramsAndNoOthers() {
        var kafka = KafkaSettings.DEFAULT;
        var device = DEVICE.toString();
        assertThat(said("address").map(line -> line.get(1)))
                .containsExactlyInAnyOrder(
                        TOPICS.up(DEVICE).replaceAll("[0-9a-f]{2}/" + device, "{bucket}/{device}"),
                        TOPICS.down(DEVICE).replace(device, "{device}"),
                        TOPICS.state(DEVICE).replace(device, "{device}"),
                        TOPICS.command(DEVICE).replace(device, "{device}"),
                        TOPICS.reply(DEVICE, "{asker}").replace(device, "{device}"),
                        kafka.events(),
                        kafka.deadLetters(),
                        kafka.devices(),
                        kafka.marks(),
                        kafka.outlets(),
                        "/api/v1/stream",
                        "/socket.io/");
    }

    @Test
    void theMessagesOfTheDeliveryProtocolAreReadByTheirCodec() {
        var codec = new MessageCodec(TOPICS);
        for (var name : List.of("hello", "pack")) {
            assertThat(codec.decode(envelope(TOPICS.up(DEVICE), name)))
                    .as(name)
                    .isInstanceOf(MessageCodec.Decoded.Good.class);
        }
        for (var name : List.of("welcome", "ack")) {
            assertThat(codec.decode(envelope(TOPICS.down(DEVICE), name)))
                    .as(name)
                    .isInstanceOf(MessageCodec.Decoded.Good.class);
        }
        var pack = new Payload(Payload.Format.JSON, payload("pack"));
        assertThat(SenmlCodec.decode(DEVICE, pack, SenmlCodec.Limits.DEFAULT))
                .isInstanceOf(SenmlCodec.Decoded.Events.class);
    }

    @Test
    void commandsAndRepliesAreReadByTheirCodec() {
        var codec = new CommandCodec(TOPICS);
        var id = CommandId.of(new byte[] {1, 2, 3}).orElseThrow();
        var request = new Exchange(Optional.of(TOPICS.reply(DEVICE, "me")), Optional.of(id), OptionalLong.of(5));
        var command = new Envelope(TOPICS.command(DEVICE), Optional.empty(), headers("command"), new byte[0], request);
        assertThat(codec.decode(DEVICE, command)).isInstanceOf(CommandCodec.Decoded.Good.class);

        var reply = new Envelope(
                TOPICS.reply(DEVICE, "me"),
                Optional.empty(),
                headers("reply"),
                new byte[0],
                new Exchange(Optional.empty(), Optional.of(id), OptionalLong.empty()));
        assertThat(codec.decodeReply("me", reply)).isPresent();
    }

    @Test
    void theStateHasTheMembersThatADeviceSays() {
        var members = new ArrayList<String>();
        var state = new String(payload("state"), UTF_8);
        var member = Pattern.compile("[{,]\"(device|state|since|agent|board|provider|sensors|actuators|figures)\":")
                .matcher(state);
        while (member.find()) {
            members.add(member.group(1));
        }
        assertThat(members)
                .containsExactly(
                        "device", "state", "since", "agent", "board", "provider", "sensors", "actuators", "figures");
    }

    private static Envelope envelope(String topic, String example) {
        var payload = payload(example);
        var type = payload.length == 0 ? Optional.<String>empty() : Optional.of("application/senml+json");
        return new Envelope(topic, type, headers(example), payload);
    }

    private static Map<String, String> headers(String example) {
        var headers = new HashMap<String, String>();
        said("header").filter(line -> line.get(1).equals(example)).forEach(line -> {
            assertThat(line.get(3)).as("type of %s", line).isEqualTo("string"); // as all user properties
            headers.put(line.get(2), line.get(4));
        });
        assertThat(headers).as(example).isNotEmpty();
        return headers;
    }

    private static byte[] payload(String example) {
        return said("payload")
                .filter(line -> line.get(1).equals(example))
                .map(line -> line.get(2).getBytes(UTF_8))
                .findFirst()
                .orElse(new byte[0]);
    }

    private static Stream<List<String>> said(String what) {
        return said.stream().filter(line -> line.getFirst().equals(what));
    }
}
