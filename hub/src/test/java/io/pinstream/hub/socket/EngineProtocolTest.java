package io.pinstream.hub.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.socket.engineio.server.EngineIoSocket;
import io.socket.engineio.server.parser.Packet;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Every case of the Engine.IO protocol's own compliance tests (version 4), against a server that echoes
/// messages. Where those rely on times, this waits for what is to happen; so only the cases about the heartbeat
/// have a short one.
class EngineProtocolTest {
    private static final String SEPARATOR = "\u001e";
    private static final Duration LONG = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(300);
    private static final Duration TIMEOUT = Duration.ofMillis(200);

    private RawClient client;

    private void start(Duration interval, Duration timeout) {
        var config = new EngineServer.Config(100, 1, 1_000_000, interval, timeout, LONG);
        var server = new EngineServer(config, new OpenDoor());
        server.engine().on("connection", came -> {
            var socket = (EngineIoSocket) came[0];
            socket.on("message", (_, message) -> socket.send(new Packet<>(Packet.MESSAGE, message[0])));
        });
        client = new RawClient(server, server::mount);
    }

    private void start() {
        start(LONG, LONG);
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
    }

    // Handshake.

    @Test
    void opensASessionByPolling() throws Exception {
        start(INTERVAL, TIMEOUT);

        var answer = client.get("?EIO=4&transport=polling");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().replace(" ", ""))
                .matches("0\\{\"sid\":\"[^\"]+\",\"upgrades\":\\[\"websocket\"],\"pingInterval\":300,"
                        + "\"pingTimeout\":200,\"maxPayload\":1000000}");
    }

    @Test
    void opensASessionByWebSocket() throws Exception {
        start(INTERVAL, TIMEOUT);

        var opened = client.webSocket().next().toString();

        assertThat(opened.replace(" ", ""))
                .matches("0\\{\"sid\":\"[^\"]+\",\"upgrades\":\\[],\"pingInterval\":300,\"pingTimeout\":200,"
                        + "\"maxPayload\":1000000}");
    }

    @Test
    void refusesAnotherVersionOrTransport() throws Exception {
        start();

        for (var wrong :
                List.of("?transport=polling", "?EIO=abc&transport=polling", "?EIO=4", "?EIO=4&transport=abc")) {
            assertThat(client.get(wrong).statusCode()).as(wrong).isEqualTo(400);
        }
        for (var wrong :
                List.of("?transport=websocket", "?EIO=abc&transport=websocket", "?EIO=4", "?EIO=4&transport=abc")) {
            assertThatThrownBy(() -> client.webSocket(wrong))
                    .as(wrong)
                    .hasCauseInstanceOf(WebSocketHandshakeException.class);
        }
    }

    @Test
    void refusesAnotherMethod() throws Exception {
        start();

        assertThat(client.send("POST", "?EIO=4&transport=polling", "").statusCode())
                .isEqualTo(400);
        assertThat(client.send("PUT", "?EIO=4&transport=polling", "").statusCode())
                .isEqualTo(400);
    }

    // Messages.

    @Test
    void carriesTextsByPolling() throws Exception {
        start();
        var session = client.session();

        for (var payload : List.of(
                "4hello",
                String.join(SEPARATOR, "4test1", "4test2", "4test3"),
                "4hello" + SEPARATOR + "bAQIDBA==",
                "4größer " + "€".repeat(50_000))) {
            var pushed = client.post(session, payload);
            assertThat(pushed.statusCode()).isEqualTo(200);
            assertThat(pushed.body()).isEqualTo("ok");

            var polled = client.poll(session);
            assertThat(polled.statusCode()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo(payload);
        }
    }

    @Test
    void endsASessionThatSendsNoPackets() throws Exception {
        start();

        for (var rubbish : List.of("abc", "4a" + SEPARATOR, SEPARATOR, "b!", "9", "4a" + SEPARATOR + "xyz")) {
            var session = client.session();

            var pushed = client.post(session, rubbish);

            assertThat(pushed.statusCode()).as(rubbish).isEqualTo(400);
            await().atMost(RawClient.LIMIT).until(() -> client.poll(session).statusCode() == 400);
        }
    }

    @Test
    void endsASessionThatPollsTwiceAtOnce() throws Exception {
        start();
        var session = client.session();

        var one = client.polling(session);
        var other = client.polling(session);

        var answers = List.of(one.get(), other.get());
        assertThat(answers)
                .filteredOn(answer -> answer.statusCode() == 200)
                .hasSize(1)
                .allSatisfy(answer -> assertThat(answer.body()).isEqualTo("1"));
        assertThat(client.poll(session).statusCode()).isEqualTo(400);
    }

    @Test
    void carriesTextAndBytesByWebSocket() throws Exception {
        start();
        var socket = client.webSocket();
        socket.next();

        socket.send("4hello");
        assertThat(socket.next()).isEqualTo("4hello");
        socket.send(1, 2, 3, 4);
        assertThat(socket.next()).isEqualTo(List.of(1, 2, 3, 4));
    }

    @Test
    void closesAWebSocketThatSendsNoPackets() throws Exception {
        start();

        for (var rubbish : List.of("abc", "", "9")) {
            var socket = client.webSocket();
            socket.next();
            socket.send(rubbish);
            socket.awaitClose();
        }
    }

    @Test
    void takesNoMoreAtOnceThanItSays() throws Exception {
        start();
        var session = client.session();

        for (int i = 0; i < 200; i++) { // the answer must not be lost in a reset of the connection
            assertThat(client.post(session, "4" + "x".repeat(1_000_000)).statusCode())
                    .isEqualTo(413);
        }
        var socket = client.webSocket();
        socket.next();
        socket.send("4" + "x".repeat(1_000_000));
        socket.awaitClose();
    }

    // Heartbeat.

    @Test
    void asksWhetherAPollingClientLives() throws Exception {
        start(INTERVAL, LONG);
        var session = client.session();

        for (int i = 0; i < 3; i++) {
            var polled = client.poll(session);
            assertThat(polled.statusCode()).isEqualTo(200);
            assertThat(polled.body()).isEqualTo("2");
            assertThat(client.post(session, "3").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void asksWhetherAWebSocketLives() throws Exception {
        start(INTERVAL, LONG);
        var socket = client.webSocket();
        socket.next();

        for (int i = 0; i < 3; i++) {
            assertThat(socket.next()).isEqualTo("2");
            socket.send("3");
        }
    }

    @Test
    void endsSessionsThatDoNotAnswer() throws Exception {
        start(INTERVAL, TIMEOUT);
        var session = client.session();
        var socket = client.webSocket();

        socket.awaitClose();
        await().atMost(RawClient.LIMIT).until(() -> client.poll(session).statusCode() == 400);
    }

    // Close.

    @Test
    void letsAPollingClientLeave() throws Exception {
        start();
        await().atMost(RawClient.LIMIT)
                .untilAsserted(
                        () -> { // the poll may come too late
                            var session = client.session();
                            var poll = client.polling(session);
                            client.post(session, "1");

                            assertThat(poll.get().statusCode()).isEqualTo(200);
                            assertThat(poll.get().body()).isEqualTo("6");
                            assertThat(client.poll(session).statusCode()).isEqualTo(400);
                        });
    }

    @Test
    void letsAWebSocketLeave() throws Exception {
        start();
        var socket = client.webSocket();
        socket.next();

        socket.send("1");

        socket.awaitClose();
    }

    // Upgrade.

    @Test
    void upgradesFromPollingToWebSocket() throws Exception {
        start();
        var session = client.session();
        var socket = client.upgrading(session);

        socket.send("2probe");
        assertThat(socket.next()).isEqualTo("3probe");
        var polled = client.poll(session);
        assertThat(polled.statusCode()).isEqualTo(200);
        assertThat(polled.body()).isEqualTo("6");
        socket.send("5");
        socket.send("4hello");

        assertThat(socket.next()).isEqualTo("4hello");
    }

    @Test
    void takesNothingElseOfThatSessionAfterTheUpgrade() throws Exception {
        start();
        var session = client.session();
        var socket = client.upgrading(session);
        socket.send("2probe");
        assertThat(socket.next()).isEqualTo("3probe");
        socket.send("5");

        await().atMost(RawClient.LIMIT).until(() -> client.poll(session).statusCode() == 400);
        client.upgrading(session).awaitClose();

        socket.send("4hello");
        assertThat(socket.next()).isEqualTo("4hello");
    }

    /// Lets everybody in.
    static final class OpenDoor implements Doorkeeper {
        @Override
        public Optional<Refusal> knock(Visitor visitor) {
            return Optional.empty();
        }

        @Override
        public Entry enter(Visitor visitor, Optional<String> token) {
            return new Entry.Welcome("anybody", false);
        }
    }
}
