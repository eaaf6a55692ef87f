package io.pinstream.hub.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.socket.EngineProtocolTest.OpenDoor;
import io.socket.socketio.server.SocketIoSocket;
import io.socket.socketio.server.SocketIoSocket.ReceivedByLocalAcknowledgementCallback;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.json.JSONObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every case of the Socket.IO protocol's own compliance tests (version 5) that is not one of Engine.IO's, against a
/// server with the namespaces `/` and `/custom` that sends back what it gets.
class SocketProtocolTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private RawClient client;

    private void start(Duration interval, Duration connect) {
        var config = new EngineServer.Config(100, 1, 1_000_000, interval, LONG, connect);
        var engine = new EngineServer(config, new OpenDoor());
        var server = new SocketServer(engine, (_, _) -> Optional.empty());
        server.serve("/", SocketProtocolTest::echo);
        server.serve("/custom", SocketProtocolTest::echo);
        client = new RawClient(engine, engine::mount);
    }

    private void start() {
        start(LONG, LONG);
    }

    private static void echo(SocketIoSocket socket, Connection connection) {
        var said = socket.getConnectData();
        socket.send("auth", said == null ? new JSONObject() : said);
        socket.on("message", sent -> socket.send("message-back", sent));
        socket.on("message-with-ack", sent -> {
            var acknowledgement = (ReceivedByLocalAcknowledgementCallback) sent[sent.length - 1];
            acknowledgement.sendAcknowledgement(Arrays.copyOf(sent, sent.length - 1));
        });
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
    }

    private RawClient.Messages opened() throws Exception {
        var socket = client.webSocket();
        assertThat(socket.next().toString()).startsWith("0{");
        return socket;
    }

    private RawClient.Messages connected() throws Exception {
        var socket = opened();
        socket.send("40");
        assertThat(socket.next().toString()).startsWith("40{");
        assertThat(socket.next().toString()).startsWith("42[\"auth\"");
        return socket;
    }

    @Test
    void connectsToNamespacesWithAPayloadOrWithout() throws Exception {
        start();
        var cases = List.of(
                List.of("40", "40\\{\"sid\":\"[^\"]+\"}", "42[\"auth\",{}]"),
                List.of("40{\"token\":\"123\"}", "40\\{\"sid\":\"[^\"]+\"}", "42[\"auth\",{\"token\":\"123\"}]"),
                List.of("40/custom,", "40/custom,\\{\"sid\":\"[^\"]+\"}", "42/custom,[\"auth\",{}]"),
                List.of(
                        "40/custom,{\"token\":\"abc\"}",
                        "40/custom,\\{\"sid\":\"[^\"]+\"}",
                        "42/custom,[\"auth\",{\"token\":\"abc\"}]"));
        for (var each : cases) {
            var socket = opened();

            socket.send(each.get(0));

            assertThat(socket.next().toString()).matches(each.get(1));
            assertThat(socket.next()).isEqualTo(each.get(2));
        }
    }

    @Test
    void refusesANamespaceThatIsNotThere() throws Exception {
        start();
        var socket = opened();

        socket.send("40/random");

        assertThat(socket.next()).isEqualTo("44/random,{\"message\":\"Invalid namespace\"}");
    }

    @Test
    void closesAConnectionThatSendsNoPackets() throws Exception {
        start();
        for (var rubbish : List.of("4abc", "4", "49", "40[1]", "40{", "42{}", "42[]", "451-[1]", "45x-[1]", "42[1")) {
            var socket = opened();
            socket.send(rubbish);
            if (!rubbish.equals("451-[1]")) {
                socket.awaitClose();
            }
        }
    }

    @Test
    void closesAConnectionThatNestsWithoutEnd() throws Exception {
        start();
        var socket = connected();

        socket.send("42[\"message\"," + "[".repeat(400_000));

        socket.awaitClose();
    }

    @Test
    void closesAConnectionOnWhichNobodyConnects() throws Exception {
        start(LONG, Duration.ofMillis(300));

        opened().awaitClose();
    }

    @Test
    void keepsTheConnectionOfAClientThatLeavesANamespace() throws Exception {
        start(Duration.ofMillis(300), LONG);
        var socket = connected();

        socket.send("41");

        assertThat(socket.next()).isEqualTo("2");
    }

    @Test
    void leavesOneNamespaceAndStaysInAnother() throws Exception {
        start();
        var socket = connected();
        socket.send("40/custom");
        socket.next();
        socket.next();

        socket.send("41/custom");
        socket.send("42[\"message\",\"message to main namespace\"]");

        assertThat(socket.next()).isEqualTo("42[\"message-back\",\"message to main namespace\"]");
    }

    @Test
    void carriesTexts() throws Exception {
        start();
        var socket = connected();

        socket.send("42[\"message\",1,\"2\",{\"3\":[true]}]");
        assertThat(socket.next()).isEqualTo("42[\"message-back\",1,\"2\",{\"3\":[true]}]");
        socket.send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");
        assertThat(socket.next()).isEqualTo("43456[1,\"2\",{\"3\":[false]}]");
    }

    @Test
    void carriesBytes() throws Exception {
        start();
        var socket = connected();
        var places = "{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]";

        socket.send("452-[\"message\"," + places);
        socket.send(1, 2, 3);
        socket.send(4, 5, 6);
        assertThat(sorted(socket.next())).isEqualTo(sorted("452-[\"message-back\"," + places));
        assertThat(socket.next()).isEqualTo(List.of(1, 2, 3));
        assertThat(socket.next()).isEqualTo(List.of(4, 5, 6));

        socket.send("452-789[\"message-with-ack\"," + places);
        socket.send(1, 2, 3);
        socket.send(4, 5, 6);
        assertThat(sorted(socket.next())).isEqualTo(sorted("462-789[" + places));
        assertThat(socket.next()).isEqualTo(List.of(1, 2, 3));
        assertThat(socket.next()).isEqualTo(List.of(4, 5, 6));
    }

    /// The members of a JSON object have no order: those of a placeholder are written in one.
    private static String sorted(Object packet) {
        return packet.toString().replaceAll("\"num\":(\\d),\"_placeholder\":true", "\"_placeholder\":true,\"num\":$1");
    }
}
