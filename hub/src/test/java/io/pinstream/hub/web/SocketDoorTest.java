package io.pinstream.hub.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.pinstream.hub.socket.Doorkeeper.Entry;
import io.pinstream.hub.socket.Doorkeeper.Visitor;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.ManualTime;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Who may use Socket.IO.
class SocketDoorTest {
    private static final WebServer.Config OPEN =
            new WebServer.Config("127.0.0.1", 0, List.of("hub.example.org"), Map.of());

    private final List<String> refused = new ArrayList<>();
    private final HubWatch watch = new HubWatch() {
        @Override
        public void loginRefused(String address, String reason) {
            refused.add(address + " " + reason);
        }
    };

    private static Visitor visitor(Map<String, String> headers) {
        return new Visitor("127.0.0.1", headers);
    }

    @ParameterizedTest
    @CsvSource({
        "localhost:8080,          http://localhost:8080,      0",
        "localhost:8080,          http://127.0.0.1:3000,      0",
        "'[::1]:8080',            'http://[::1]:8080',        0",
        "hub.example.org,         https://hub.example.org,    0",
        "localhost:8080,          https://evil.example.org,   403",
        "localhost:8080,          http://localhost.evil.org,  403",
        "localhost:8080,          null,                       403",
        "localhost:8080,          file://,                    403",
        "evil.example.org:8080,   http://evil.example.org,    403",
    })
    void servesPagesOfThisMachineOnlyWhileTheHubIsOpen(String host, String origin, int refused) {
        var guard = new SocketDoor(OPEN.hosts(), new Doorkeeper(OPEN.access(), new ManualTime(), HubWatch.NONE), watch);

        var refusal = guard.knock(visitor(Map.of("host", host, "origin", origin)));

        assertThat(refusal.map(why -> why.status()).orElse(0)).isEqualTo(refused);
    }

    @Test
    void answersProgramsByNamesOfThisMachineOnlyWhileTheHubIsOpen() {
        var guard = new SocketDoor(OPEN.hosts(), new Doorkeeper(OPEN.access(), new ManualTime(), HubWatch.NONE), watch);

        assertThat(guard.knock(visitor(Map.of("host", "127.0.0.1:8080")))).isEmpty();
        assertThat(guard.knock(visitor(Map.of("host", "evil.example.org"))))
                .hasValueSatisfying(why -> assertThat(why.status()).isEqualTo(421));
        assertThat(guard.knock(visitor(Map.of()))).isPresent();
        assertThat(guard.enter(visitor(Map.of()), Optional.empty())).isEqualTo(new Entry.Welcome("local", true));
    }

    @Test
    void letsOperatorsCommandAndViewersLook() {
        var ann = WebServer.Token.make("ann", Role.VIEWER, new SecureRandom());
        var bob = WebServer.Token.make("bob", Role.OPERATOR, new SecureRandom());
        var known = Map.of(
                "ann", new WebServer.Token(ann.role(), ann.hash()), "bob", new WebServer.Token(bob.role(), bob.hash()));
        var guard = new SocketDoor(
                List.of(), new Doorkeeper(AccessConfig.of(known), new ManualTime(), HubWatch.NONE), watch);
        var visitor = visitor(Map.of("host", "hub", "origin", "https://dashboards.example.org"));

        assertThat(guard.knock(visitor)).isEmpty();
        assertThat(guard.enter(visitor, Optional.of(ann.secret().reveal()))).isEqualTo(new Entry.Welcome("ann", false));
        assertThat(guard.enter(visitor, Optional.of(bob.secret().reveal()))).isEqualTo(new Entry.Welcome("bob", true));
        assertThat(status(guard.enter(visitor, Optional.empty()))).isEqualTo(401);
        for (int i = 0; i < 10; i++) {
            assertThat(status(guard.enter(visitor, Optional.of("ann.wrong" + i))))
                    .isEqualTo(401);
        }
        assertThat(status(guard.enter(visitor, Optional.of("ann.wrong")))).isEqualTo(429);
    }

    @Test
    void countsFailuresForTheClientBehindAProxyAndWritesThemDown() {
        var config = new AccessConfig(
                Map.of(
                        "ann",
                        new WebServer.Token(
                                Role.VIEWER,
                                WebServer.Token.make("ann", Role.VIEWER, new SecureRandom())
                                        .hash())),
                Optional.empty(),
                Optional.empty(),
                new Proxies(List.of("10.0.0.7")),
                Set.of());
        var guard = new SocketDoor(List.of(), new Doorkeeper(config, new ManualTime(), HubWatch.NONE), watch);
        for (int i = 0; i < 11; i++) {
            guard.enter(behindProxy("6.6.6.6, 192.0.2.1"), Optional.of("ann.wrong" + i));
        }

        assertThat(status(guard.enter(behindProxy("192.0.2.1"), Optional.of("ann.wrong"))))
                .isEqualTo(429);
        assertThat(status(guard.enter(behindProxy("192.0.2.2"), Optional.of("ann.wrong"))))
                .isEqualTo(401);
        assertThat(refused)
                .hasSize(13)
                .startsWith("192.0.2.1 Socket.IO CONNECT 401")
                .endsWith("192.0.2.2 Socket.IO CONNECT 401");
    }

    private static Visitor behindProxy(String forwarded) {
        return new Visitor("10.0.0.7", Map.of("x-forwarded-for", forwarded));
    }

    private static int status(Entry entry) {
        return entry instanceof Entry.Refused(var why) ? why.status() : 0;
    }
}
