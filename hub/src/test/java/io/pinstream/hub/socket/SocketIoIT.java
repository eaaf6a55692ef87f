package io.pinstream.hub.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.hub.command.NoCommands;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.live.MemoryLog;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Live streams over a log in memory, to npm's `socket.io-client`.
class SocketIoIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String POLLING = "[\"polling\"]";
    private static final String WEBSOCKET = "[\"websocket\"]";
    private static final String UPGRADE = "[\"polling\",\"websocket\"]";

    private final MemoryLog log = new MemoryLog(7, 1, new Random(1)).patient();
    private final List<NodeClient> clients = new ArrayList<>();
    private final List<String> changes = new CopyOnWriteArrayList<>();
    private final List<Straw> straws = new ArrayList<>();
    private final AtomicInteger streams = new AtomicInteger();
    private LiveFeed feed;
    private Thread live;
    private SocketIo sockets;
    private RawClient server;

    @TempDir
    private Path folder;

    @BeforeEach
    void start() {
        start(0);
    }

    private void start(int port) {
        feed = new LiveFeed(log, new LiveFeed.Config(64, 4, 1_000, 1 << 20), TimeSource.system(), new HubWatch() {
            @Override
            public void liveStreams(int count) {
                streams.set(count);
            }
        });
        live = Thread.ofPlatform().name("live").start(feed);
        var config = new EngineServer.Config(
                20, 3, 100_000, Duration.ofSeconds(10), Duration.ofSeconds(20), Duration.ofSeconds(30));
        sockets = new SocketIo(
                config, new Client.Services(feed, NoCommands.of(TimeSource.system()), new Door(), TimeSource.system()));
        server = new RawClient(sockets, sockets::mount, port);
    }

    @AfterEach
    void stop() throws Exception {
        clients.forEach(NodeClient::close);
        for (var straw : straws) {
            straw.close();
        }
        stopServer();
    }

    private void stopServer() throws Exception {
        feed.close();
        live.join(LIMIT);
        server.close();
    }

    /// Knows one token.
    private final class Door implements Doorkeeper {
        @Override
        public void heard(Visitor visitor, String name, String what, int status) {
            changes.add("%s %s %d".formatted(name, what, status));
        }

        @Override
        public Optional<Refusal> knock(Visitor visitor) {
            return Optional.empty();
        }

        @Override
        public Entry enter(Visitor visitor, Optional<String> token) {
            return token.equals(Optional.of("right"))
                    ? new Entry.Welcome("me", true)
                    : new Entry.Refused(new Refusal(401, "Who are you?", "the hub does not know this token"));
        }
    }

    private NodeClient client(String transports, String more) throws Exception {
        return client(server.url(), transports, more);
    }

    private NodeClient client(String url, String transports, String more) throws Exception {
        var client = new NodeClient(
                folder, url, "{\"transports\":%s,\"auth\":{\"token\":\"right\"%s}}".formatted(transports, more));
        clients.add(client);
        return client;
    }

    private void append(int count, String device) {
        for (int i = 0; i < count; i++) {
            log.append(0, device, "air");
        }
    }

    private static List<String> ids(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj("s/%d/0"::formatted).toList();
    }

    private static String token(NodeClient client, int event) {
        return client.lines("event ").get(event).split(" ")[4];
    }

    @ParameterizedTest
    @ValueSource(strings = {POLLING, WEBSOCKET, UPGRADE})
    void showsEventsToASubscriberUntilItUnsubscribes(String transports) throws Exception {
        // Given
        var client = client(transports, "");
        client.await("connect ", 1);
        if (transports.equals(UPGRADE)) {
            client.await("upgrade websocket", 1);
        }

        // When
        assertThat(client.emit("subscribe", "{\"device\":\"attic\",\"quantity\":[\"temperature\",\"none\"]}"))
                .matches("\\{.*\"subscription\":\"1\".*}")
                .contains("\"token\":\"A");
        assertThat(client.emit("subscribe", "{\"room\":\"site:plant\",\"binary\":true}"))
                .contains("\"subscription\":\"2\"");
        append(3, "attic");
        append(3, "cellar");
        append(2, "plant-7");

        // Then
        client.await("event ", 5);
        assertThat(client.ids()).containsExactlyInAnyOrder("s/1/0", "s/2/0", "s/3/0", "s/7/0", "s/8/0");
        assertThat(client.lines("event s/1/0")).singleElement().asString().contains("bytes=false temperature=21.5");
        assertThat(client.lines("event s/7/0")).singleElement().asString().contains("bytes=true temperature=21.5");
        assertThat(client.lines("connect ")).singleElement().asString().endsWith(" recovered=false");

        // When
        assertThat(client.emit("unsubscribe", "\"1\"")).contains("\"subscription\":\"1\"");
        append(1, "attic");
        append(1, "plant-7");

        // Then
        client.await("event s/10/0", 1);
        assertThat(client.ids()).hasSize(6).doesNotContain("s/9/0");
    }

    /// An event with binary data is two packets; a client ends the connection where another one comes between.
    @ParameterizedTest
    @ValueSource(strings = {POLLING, WEBSOCKET})
    void keepsThePartsOfAnEventTogetherWhateverOtherSubscriptionsSend(String transports) throws Exception {
        // Given
        var client = client(transports, "");
        client.await("connect ", 1);
        for (var ask : List.of(
                "{\"device\":\"attic\",\"binary\":true}",
                "{\"device\":\"cellar\",\"binary\":true}",
                "{\"device\":\"plant-7\"}")) {
            assertThat(client.emit("subscribe", ask)).contains("\"subscription\":");
        }

        // When
        for (int i = 0; i < 100; i++) {
            append(1, "attic");
            append(1, "cellar");
            append(1, "plant-7");
        }

        // Then
        client.await("event ", 300);
        assertThat(client.lines("disconnect ")).isEmpty();
        assertThat(client.ids()).hasSize(300);
    }

    @ParameterizedTest
    @ValueSource(strings = {POLLING, WEBSOCKET, UPGRADE})
    void comesBackByItselfWithoutGapOrDuplicateAfterARestart(String transports) throws Exception {
        // Given
        var client = client(transports, ",\"subscribe\":{\"device\":\"attic\",\"policy\":\"disconnect\"}");
        client.await("position ", 1);
        append(20, "attic");
        client.await("event ", 20);

        // When
        int port = server.port();
        stopServer();
        append(20, "attic");
        start(port);
        append(20, "attic");

        // Then
        client.await("event ", 60);
        assertThat(client.ids()).isEqualTo(ids(1, 60));
        assertThat(client.lines("connect ").getLast()).endsWith("recovered=true");
        assertThat(client.lines("disconnect ")).allMatch(line -> line.startsWith("disconnect transport"));
        assertThat(client.lines("gap")).isEmpty();
    }

    @Test
    void keepsEventsInOrderWhileItUpgrades() throws Exception {
        var client = client(UPGRADE, ",\"subscribe\":{\"since\":\"2026-11-23T00:00:00Z\",\"policy\":\"disconnect\"}");
        for (int i = 0; i < 40; i++) {
            append(25, "attic");
            client.await("event ", 25 * i);
        }

        client.await("event ", 1_000);
        assertThat(client.ids()).isEqualTo(ids(1, 1_000));
        client.await("upgrade websocket", 1);
    }

    @Test
    void goesOnBehindAPosition() throws Exception {
        // Given
        var client = client(WEBSOCKET, "");
        client.await("connect ", 1);
        client.emit("subscribe", "{}");
        append(5, "attic");
        client.await("event ", 5);
        var token = token(client, 2);

        // When
        var other = client(POLLING, "");
        other.await("connect ", 1);
        other.emit("subscribe", "{\"from\":\"%s\"}".formatted(token));
        append(1, "attic");

        // Then
        other.await("event ", 3);
        assertThat(other.ids()).isEqualTo(ids(4, 6));
    }

    @Test
    void tellsHowManyEventsASlowClientLostAndHoldsUpNobodyElse() throws Exception {
        // Given
        var straw = new Straw(URI.create(server.url()).getPort());
        straws.add(straw);
        var slow = client("http://127.0.0.1:" + straw.port(), WEBSOCKET, "");
        var other = client(WEBSOCKET, "");
        slow.await("connect ", 1);
        other.await("connect ", 1);
        for (int i = 0; i < 3; i++) { // so that the server's own kernel does not hold all of it
            slow.emit("subscribe", "{}");
        }
        other.emit("subscribe", "{\"policy\":\"disconnect\"}");
        straw.pinch();

        // When
        int all = 0;
        for (int batch = 0; batch < 25; batch++) {
            append(800, "attic");
            all += 800;
            other.await("event ", all);
        }

        // Then
        assertThat(other.lines("dropped")).isEmpty();
        straw.release();
        slow.await("event s/%d/0".formatted(all), 3);
        long lost = slow.lines("dropped ").stream()
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*\"events\":(\\d+).*", "$1")))
                .sum();
        assertThat(lost).isPositive();
        assertThat(lost + slow.ids().size()).isEqualTo(3L * all);
    }

    /// Nobody asks for what waits, so it must not wait in the library's queue.
    @Test
    void boundsWhatWaitsForAClientThatDoesNotPoll() throws Exception {
        // Given
        var session = server.session();
        server.post(session, "40{\"token\":\"right\",\"subscribe\":{}}");
        await().atMost(LIMIT).until(() -> server.poll(session).body().contains("\"position\""));

        // When
        append(20_000, "attic");
        var other = client(WEBSOCKET, ",\"subscribe\":{\"from\":null,\"policy\":\"disconnect\"}");
        other.await("position ", 1);
        append(1, "attic");
        other.await("event ", 1);

        // Then
        var body = server.poll(session).body();
        assertThat(body.length()).isBetween(1_000, 3 * Connection.WINDOW);
        await().atMost(LIMIT).until(() -> server.poll(session).body().contains("\"dropped\""));
    }

    @Test
    void saysFromWhenToWhenTheRetentionHasDeleted() throws Exception {
        // Given
        var client = client(WEBSOCKET, "");
        client.await("connect ", 1);
        client.emit("subscribe", "{}");
        append(3, "attic");
        client.await("event ", 3);
        var token = token(client, 1);

        // When
        append(3, "attic");
        log.forget(0, 4);
        var other = client(POLLING, "");
        other.await("connect ", 1);
        other.emit("subscribe", "{\"from\":\"%s\"}".formatted(token));

        // Then
        other.await("event ", 2);
        assertThat(other.lines("gap ")).singleElement().asString().contains("\"records\":2");
        assertThat(other.ids()).containsExactly("s/5/0", "s/6/0");
    }

    @Test
    void refusesAWrongTokenAndSaysWhy() throws Exception {
        for (var transports : List.of(POLLING, WEBSOCKET)) {
            var client = new NodeClient(
                    folder, server.url(), "{\"transports\":%s,\"auth\":{\"token\":\"wrong\"}}".formatted(transports));
            clients.add(client);

            assertThat(client.await("refused ", 1).getFirst())
                    .startsWith("refused the hub does not know this token {")
                    .contains("\"status\":401", "\"title\":\"Who are you?\"");
            assertThat(client.lines("connect ")).isEmpty();
        }
        await().atMost(LIMIT).until(() -> sockets.clients() == 0);
    }

    @Test
    void refusesAPayloadThatIsNotRight() throws Exception {
        var wrong = List.of(
                List.of("{\"token\":7}", "token must be a text"),
                List.of("{\"token\":\"right\",\"subscribe\":\"all\"}", "a subscription is an object"),
                List.of(
                        "{\"token\":\"right\",\"subscribe\":{},\"pid\":\"x\",\"offset\":\"?\"}",
                        "a position is made of"));
        for (var each : wrong) {
            var client = new NodeClient(
                    folder, server.url(), "{\"transports\":[\"websocket\"],\"auth\":" + each.get(0) + "}");
            clients.add(client);

            assertThat(client.await("refused ", 1).getFirst())
                    .contains(each.get(1))
                    .contains("\"status\":400");
        }
    }

    @Test
    void saysWhatIsWrongWithARequest() throws Exception {
        var client = client(WEBSOCKET, "");
        client.await("connect ", 1);

        var wrong = List.of(
                List.of("subscribe", "7", "a subscription is an object such as"),
                List.of("subscribe", "[1]", "a subscription is an object such as"),
                List.of("subscribe", "{\"devise\":\"x\"}", "is nothing that a subscription has; there are binary,"),
                List.of("subscribe", "{\"device\":7}", "device must be a text"),
                List.of("subscribe", "{\"device\":[7]}", "device must be a text or several"),
                List.of("subscribe", "{\"device\":\"\"}", "device: a pattern must have 1 to 128 characters"),
                List.of("subscribe", "{\"room\":\"kitchen\"}", "room must be device:<id> or site:<name>"),
                List.of("subscribe", "{\"policy\":\"drop\"}", "policy: policy must be drop-oldest, conflate"),
                List.of("subscribe", "{\"from\":\"!\"}", "from: a position is made of"),
                List.of("subscribe", "{\"since\":\"yesterday\"}", "since: must be a time such as"),
                List.of("subscribe", "{\"binary\":1}", "binary must be true or false"),
                List.of("unsubscribe", "\"9\"", "there is no subscription"),
                List.of("unsubscribe", "{}", "the number of a subscription is wanted"),
                List.of("unsubscribe", "", "the number of a subscription is wanted"),
                List.of("command", "{}", "a command is {device, actuator, percent: 0 to 100}"),
                List.of("command", "7", "a command is {device, actuator, percent: 0 to 100}"),
                List.of(
                        "command",
                        "{\"device\":\"d\",\"actuator\":\"fan\",\"percent\":\"all\"}",
                        "percent must be a whole number"),
                List.of(
                        "command",
                        "{\"device\":\"d\",\"actuator\":\"fan\",\"percent\":400}",
                        "percent must be 0 to 100"),
                List.of(
                        "command",
                        "{\"device\":\"d\",\"actuator\":\"fan\",\"safe\":true,\"wait\":\"1h\"}",
                        "wait must be 100ms to 60s"),
                List.of(
                        "command",
                        "{\"device\":\"d\",\"actuator\":\"fan\",\"safe\":true}",
                        "no device d has said anything of itself"),
                List.of("explode", "{}", "is nothing that the hub does; there are command, subscribe and unsubscribe"));
        for (var each : wrong) {
            assertThat(client.emit(each.get(0), each.get(1)))
                    .as(each.toString())
                    .contains("{\"error\":{", "\"title\":", each.get(2));
        }
        assertThat(changes)
                .containsExactly(
                        "me Socket.IO command 400",
                        "me Socket.IO command 400",
                        "me Socket.IO command 400",
                        "me Socket.IO command 400",
                        "me Socket.IO command 400",
                        "me Socket.IO command d fan 404");
        client.tell("bytes subscribe");
        client.await("ack subscribe {\"error\"", 12);
        for (int i = 0; i < 3; i++) {
            assertThat(client.emit("subscribe", "")).contains("\"subscription\"");
        }
        assertThat(client.emit("subscribe", "{}")).contains("\"status\":429", "which is the limit");
    }

    @Test
    void endsSubscriptionsWithTheirClient() throws Exception {
        for (int i = 0; i < 2; i++) {
            var client = client(i == 0 ? POLLING : WEBSOCKET, ",\"subscribe\":{}");
            client.await("position ", 1);
            client.emit("subscribe", "{}");
            client.tell("cut");
            client.await("disconnect ", 1);
            client.close();
        }

        await().atMost(LIMIT).until(() -> sockets.clients() == 0 && streams.get() == 0);
    }
}
