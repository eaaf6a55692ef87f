package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.AgentConfig;
import io.pinstream.agent.EdgeAgent;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.board.KernelFiles;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.event.DeviceId;
import io.pinstream.sim.board.SimulatedBoard;
import io.pinstream.sim.process.Program;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Topics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Commands over the whole line: a client, hubs, mosquitto, and a real agent on a simulated board in this process.
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class CommandIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Topics TOPICS = new Topics(Topics.DEFAULT_PREFIX);
    private static final Pattern WEB = Pattern.compile("hub is running web=(http://[0-9.:]+)");
    private static final int FAN = 18;

    @TempDir
    static Path temporary;

    private static Stage stage;
    private static Program hub;
    private static HttpClient client;

    private final List<AutoCloseable> open = new ArrayList<>();

    @BeforeAll
    static void start() throws Exception {
        stage = new Stage(temporary);
        hub = startHub();
        hub.awaitOutput("lane is open lane=3");
        client = HttpClient.newHttpClient();
    }

    @AfterAll
    static void end() {
        client.close();
        stage.close();
    }

    @AfterEach
    void close() throws Exception {
        for (var one : open.reversed()) {
            one.close();
        }
    }

    @Test
    void whatAnOperatorWantsIsSwitchedOnTheBoardAndToldToEverybody() throws Exception {
        // Given
        var board = device("obedient");
        assertThat(board.line(FAN).isHigh()).isTrue(); // off, with a relay board
        long done = counted("done");
        long unknown = counted("unknown");

        // When, then
        assertThat(set(hub, "obedient", "fan", "{\"percent\":100}").body())
                .isEqualToIgnoringNewLines(
                        "{\"device\":\"obedient\",\"actuator\":\"fan\",\"outcome\":\"done\",\"percent\":100}");
        assertThat(board.line(FAN).isHigh()).isFalse();
        assertThat(set(hub, "obedient", "vent", "{\"percent\":40,\"for\":\"10m\"}")
                        .statusCode())
                .isEqualTo(200);
        assertThat(set(hub, "obedient", "fan", "{\"safe\":true}").body()).contains("\"percent\":0");
        assertThat(board.line(FAN).isHigh()).isTrue();
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(events("obedient"))
                        .filteredOn(event -> event.contains("command by"))
                        .satisfiesExactly(
                                on -> assertThat(on)
                                        .contains("\"fan\"", "\"active\":true", "\"cause\":\"command by local\""),
                                part -> assertThat(part).contains("\"vent\"", "\"ratio\":0.4"),
                                off -> assertThat(off).contains("\"fan\"", "\"active\":false")));

        // And what cannot be done is told with what can
        assertThat(set(hub, "obedient", "fan", "{\"percent\":40}"))
                .extracting(HttpResponse::statusCode, HttpResponse::body)
                .satisfiesExactly(
                        status -> assertThat(status).isEqualTo(400),
                        body -> assertThat(body.toString()).contains("fan takes 0 or 100 percent"));
        assertThat(set(hub, "obedient", "lamp", "{\"percent\":100}").body())
                .contains("\"status\":404", "there is no actuator lamp; there are [fan, vent, valve]");
        assertThat(set(hub, "obedient", "valve", "{\"percent\":100}").body())
                .contains("\"status\":409", "commands: never");
        assertThat(set(hub, "nobody", "fan", "{\"percent\":100}").statusCode()).isEqualTo(404);
        assertThat(get(hub, "/api/v1/devices/obedient/actuators").body())
                .contains("\"fan\":{\"type\":\"relay\",\"least\":0,\"most\":100,\"step\":100,\"safe\":0,"
                        + "\"commands\":\"always\"}");
        assertThat(counted("done") - done).isEqualTo(3);
        assertThat(counted("unknown") - unknown).isEqualTo(2);
    }

    private static long counted(String outcome) throws Exception {
        var count = Pattern.compile("pinstream_hub_commands_seconds_count\\{outcome=\"%s\"} (\\d+)".formatted(outcome))
                .matcher(get(hub, "/metrics").body());
        return count.find() ? Long.parseLong(count.group(1)) : 0;
    }

    /// By polling, as plain as the protocol goes: a client's library is tested elsewhere.
    @Test
    void aClientOfSocketIoHasTheDevicesOwnReplyInItsAcknowledgement() throws Exception {
        // Given
        var board = device("polled");
        var opened = poll("");
        var session = Pattern.compile("\"sid\": ?\"([^\"]+)\"").matcher(opened);
        assertThat(session.find()).as(opened).isTrue();
        var sid = "&sid=" + session.group(1);
        push(sid, "40");
        assertThat(poll(sid)).startsWith("40{\"sid\":");

        // When
        push(sid, "427[\"command\",{\"device\":\"polled\",\"actuator\":\"fan\",\"percent\":100}]");

        // Then
        assertThat(poll(sid)).startsWith("437[").contains("\"outcome\":\"done\"", "\"percent\":100");
        assertThat(board.line(FAN).isHigh()).isFalse();

        // And what the device refuses comes with its reason
        push(sid, "428[\"command\",{\"device\":\"polled\",\"actuator\":\"valve\",\"percent\":100}]");
        assertThat(poll(sid)).startsWith("438[").contains("\"status\":409", "commands: never");
    }

    private static String poll(String session) throws Exception {
        while (true) {
            var body = get(hub, "/socket.io/?EIO=4&transport=polling" + session).body();
            if (!body.equals("2")) { // a ping
                return body;
            }
            push(session, "3");
        }
    }

    private static void push(String session, String packet) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url(hub) + "/socket.io/?EIO=4&transport=polling" + session))
                .header("Content-Type", "text/plain;charset=UTF-8")
                .timeout(LIMIT)
                .POST(HttpRequest.BodyPublishers.ofString(packet))
                .build();
        assertThat(client.send(request, HttpResponse.BodyHandlers.ofString()).body())
                .isEqualTo("ok");
    }

    @Test
    void aCommandThatIsDeliveredAgainIsAnsweredAgainAndDoneOnce() throws Exception {
        // Given
        var ignored = device("once");
        var heard = stage.client(
                "asker",
                "mosquitto_sub",
                "-V",
                "mqttv5",
                "-p",
                "" + stage.mqttPort,
                "-t",
                TOPICS.reply(new DeviceId("once"), "me"),
                "-F",
                "%D %P");
        open.add(heard);

        // When any client of MQTT 5 sends the same twice, and one that was retained by mistake
        await().atMost(LIMIT).untilAsserted(() -> {
            command("once", "01", "fan", "100");
            assertThat(heard.output()).contains("result:done");
        });
        command("once", "01", "fan", "100");
        command("once", "01", "fan", "0");
        command("once", "02", "no fan", "100");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(heard.output()).contains("sensor id may hold only"));
        command("once", "03", "fan", "0");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(heard.output()).contains("percent:0"));

        // Then
        assertThat(heard.output()
                        .lines()
                        .filter(line -> line.contains("percent:100"))
                        .count())
                .isGreaterThanOrEqualTo(3);
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(events("once"))
                        .filteredOn(event -> event.contains("command by"))
                        .hasSize(2)
                        .first()
                        .asString()
                        .contains("\"active\":true", "command by me and nobody else"));
    }

    @Test
    void aDeviceThatIsAwayIsToldAtOnceAndNothingWaitsForIt() throws Exception {
        // Given
        var board = device("away");
        assertThat(set(hub, "away", "fan", "{\"percent\":100}").statusCode()).isEqualTo(200);
        assertThat(board.line(FAN).isHigh()).isFalse();

        // When
        close();
        open.clear();
        await().atMost(LIMIT)
                .until(() -> get(hub, "/api/v1/devices/away").body().contains("\"state\":\"offline\",\"record\""));

        // Then
        assertThat(set(hub, "away", "fan", "{\"percent\":100}").body())
                .contains("\"status\":503", "device away is offline");
        var again = device("away");
        assertThat(again.line(FAN).isHigh()).isTrue();
        assertThat(set(hub, "away", "fan", "{\"percent\":100}").statusCode()).isEqualTo(200);
        assertThat(events("away"))
                .filteredOn(event -> event.contains("command by"))
                .hasSize(2);
    }

    @Test
    void hubsCommandTheSameDeviceAndEachHearsItsOwnReplies() throws Exception {
        // Given
        var board = device("shared");
        var second = startHub();
        open.add(second);
        await().atMost(LIMIT)
                .until(() -> get(second, "/api/v1/devices/shared").body().contains("\"state\":\"online\",\"record\""));

        // When both ask at the same time
        var answers = new ArrayList<String>();
        try (var threads = Executors.newFixedThreadPool(2)) {
            for (int i = 0; i < 10; i++) {
                int percent = i;
                Callable<String> first = () -> set(hub, "shared", "vent", "{\"percent\":%d}".formatted(percent))
                        .body();
                Callable<String> other = () -> set(second, "shared", "vent", "{\"percent\":%d}".formatted(50 + percent))
                        .body();
                for (var answer : threads.invokeAll(List.of(first, other))) {
                    answers.add(answer.get());
                }
            }
        }

        // Then each has the answer to its own
        for (int i = 0; i < 10; i++) {
            assertThat(answers.get(2 * i)).contains("\"percent\":%d}".formatted(i));
            assertThat(answers.get(2 * i + 1)).contains("\"percent\":%d}".formatted(50 + i));
        }

        // And a hub that was killed is no hindrance to the next one
        second.kill();
        var third = startHub();
        open.add(third);
        await().atMost(LIMIT)
                .until(() -> set(third, "shared", "fan", "{\"percent\":100}").statusCode() == 200);
        assertThat(board.line(FAN).isHigh()).isFalse();
    }

    @Test
    void theAccessRulesOfTheReadmeLetTheHubCommandAndNobodyElse() throws Exception {
        // Given
        var passwords = temporary.resolve("passwords");
        for (var user : List.of("hub", "guarded", "intruder")) {
            Files.writeString(passwords, "", StandardOpenOption.CREATE);
            stage.run("mosquitto_passwd", "-b", passwords.toString(), user, "secret");
        }
        var readme = Files.readString(Path.of("..", "README.md"));
        var rules = temporary.resolve("acl");
        int begin = readme.indexOf("pattern read pinstream/v1/down");
        Files.writeString(rules, readme.substring(begin, readme.indexOf("```", begin)));
        int port = Program.freePort();
        var config = temporary.resolve("guarded.conf");
        Files.writeString(
                config,
                "listener %d 127.0.0.1\nuser root\nallow_anonymous false\npassword_file %s\nacl_file %s\n"
                        .formatted(port, passwords, rules));
        var broker = stage.client("mosquitto", "mosquitto", "-c", config.toString());
        open.add(broker);
        broker.awaitPort(port);
        var topic = TOPICS.reply(new DeviceId("guarded"), "me");
        var heard = stage.client(
                "hub's",
                "mosquitto_sub",
                "-V",
                "mqttv5",
                "-p",
                "" + port,
                "-u",
                "hub",
                "-P",
                "secret",
                "-t",
                topic,
                "-t",
                TOPICS.state(new DeviceId("guarded")),
                "-F",
                "%P %p");
        open.add(heard);
        var board = agent("guarded", port, ", username: guarded, password: secret");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(heard.output()).contains("\"state\":\"online\""));

        // When
        command(port, "intruder", "guarded", "01", "fan", "100");
        var forged = stage.run(
                "mosquitto_pub",
                "-V",
                "mqttv5",
                "-p",
                "" + port,
                "-u",
                "intruder",
                "-P",
                "secret",
                "-q",
                "1",
                "-t",
                topic,
                "-m",
                "forged");
        command(port, "hub", "guarded", "02", "vent", "40");

        // Then
        await().atMost(LIMIT).untilAsserted(() -> assertThat(heard.output()).contains("percent:40"));
        assertThat(heard.output()).as(forged).doesNotContain("percent:100", "forged");
        assertThat(board.line(FAN).isHigh()).isTrue();
    }

    /// A hub that answers and reaches the broker.
    private static Program startHub() throws IOException {
        var started = stage.hub("");
        started.awaitOutput("hub is running web=");
        started.awaitOutput("(commands)");
        return started;
    }

    /// An agent that is online, as the hub sees it.
    private SimulatedBoard device(String name) throws Exception {
        var board = agent(name, stage.mqttPort, "");
        await().atMost(LIMIT)
                .until(() -> get(hub, "/api/v1/devices/" + name).body().contains("\"state\":\"online\",\"record\""));
        return board;
    }

    private SimulatedBoard agent(String name, int port, String login) throws Exception {
        var folder = Files.createDirectories(temporary.resolve(name));
        Files.createDirectories(folder.resolve("kernel"));
        var file = folder.resolve("agent.yaml");
        Files.writeString(file, """
                device: %s
                broker: {url: "tcp://127.0.0.1:%d", longest-pause: 1s%s}
                outbox: {folder: '%s'}
                sensors:
                  door: {type: contact, line: 4}
                actuators:
                  fan: {type: relay, line: 18}
                  vent: {type: pwm, safe: 10}
                  valve: {type: relay, line: 19, commands: never}
                """.formatted(name, port, login, folder.resolve("outbox")));
        var read = AgentConfig.read(file);
        assertThat(read.problems()).isEmpty();
        var time = TimeSource.system();
        var simulated = SimulatedBoard.open(folder.resolve("kernel"), time::instant, time);
        open.add(simulated);
        var board = Board.of(simulated.context(), new KernelFiles(folder.resolve("kernel")), time);
        open.add(board);
        var config = read.config().orElseThrow();
        open.add(EdgeAgent.start(config, EdgeAgent.World.of(board, AgentWatch.NONE)));
        return simulated;
    }

    private static void command(String device, String id, String actuator, String set) throws Exception {
        command(stage.mqttPort, "hub", device, id, actuator, set);
    }

    private static void command(int port, String user, String device, String id, String actuator, String set)
            throws Exception {
        var ignored = stage.run(
                "mosquitto_pub",
                "-V",
                "mqttv5",
                "-p",
                "" + port,
                "-u",
                user,
                "-P",
                "secret",
                "-q",
                "1",
                "-n",
                "-t",
                TOPICS.command(new DeviceId(device)),
                "-D",
                "publish",
                "response-topic",
                TOPICS.reply(new DeviceId(device), "me"),
                "-D",
                "publish",
                "correlation-data",
                id,
                "-D",
                "publish",
                "user-property",
                "actuator",
                actuator,
                "-D",
                "publish",
                "user-property",
                "set",
                set,
                "-D",
                "publish",
                "user-property",
                "by",
                "me and nobody else");
    }

    private static List<String> events(String device) throws IOException, InterruptedException {
        return stage.kafka(Stage.EVENTS, "%s\\n").stream()
                .filter(event -> event.contains("\"device\":\"%s\"".formatted(device)))
                .toList();
    }

    private static String url(Program whichHub) {
        var matcher = WEB.matcher(whichHub.output());
        return matcher.find() ? matcher.group(1) : "http://127.0.0.1:1";
    }

    private static HttpResponse<String> get(Program whichHub, String path) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(url(whichHub) + path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpResponse<String> set(Program whichHub, String device, String actuator, String body)
            throws Exception {
        var path = "/api/v1/devices/%s/actuators/%s?wait=30s".formatted(device, actuator);
        var request = HttpRequest.newBuilder(URI.create(url(whichHub) + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
