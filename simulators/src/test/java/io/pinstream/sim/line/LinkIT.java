package io.pinstream.sim.line;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pinstream.agent.link.Link;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The agent's link to a real mosquitto: cut, refused, slowed down.
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class LinkIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String ANYBODY = "allow_anonymous true\n";

    @TempDir
    Path temporary;

    private LinkBench bench;

    @BeforeEach
    void begin() {
        bench = new LinkBench(temporary);
    }

    @AfterEach
    void end() throws Exception {
        bench.close();
    }

    @Test
    void comesBackByItselfHoweverOftenItIsCut() throws Exception {
        // Given
        int port = bench.broker(ANYBODY);
        var proxy = new Proxy(port);
        bench.closeWithThis(proxy::close);
        var heard = bench.subscriber("-p", "" + port);
        var link = bench.link(LinkBench.config("tcp://127.0.0.1:" + proxy.port(), Optional.empty()));
        long connection = 0;

        for (int cut = 0; cut < 10; cut++) {
            // When it is up again, and messages are on their way
            long before = connection;
            await().atMost(PATIENCE).until(() -> link.connection() > before);
            connection = link.connection();
            long now = connection;
            var text = "message " + cut;
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(link.send(now, text)).isEqualTo(Link.Sent.SENT);
                assertThat(heard.output()).contains(text + "\n");
            });
            assertThat(link.send(now - 1, "too late")).isEqualTo(Link.Sent.DOWN);
            for (int i = 0; i < 5; i++) {
                var ignored = link.send(now, "in flight");
            }
            proxy.cut();
        }

        // Then each connection was a new one, and there was none but those
        long last = connection;
        await().atMost(PATIENCE).until(() -> link.connection() > last);
        assertThat(link.connection()).isGreaterThanOrEqualTo(11);
        assertThat(proxy.accepted()).isEqualTo((int) link.connection());
        assertThat(heard.output()).doesNotContain("too late");
        assertThat(link.said).filteredOn("up"::equals).hasSizeGreaterThanOrEqualTo(11);
    }

    @Test
    void saysThatItIsBusyAndWhenThereIsRoomAgain() throws Exception {
        // Given a broker that takes few messages at once
        int port = bench.broker(ANYBODY + "max_inflight_messages 2\nmax_queued_messages 0\n");
        var heard = bench.subscriber("-p", "" + port);
        var link = bench.link(LinkBench.config("tcp://127.0.0.1:" + port, Optional.empty()));
        link.awaitUp();
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(link.send(1, "listening?")).isEqualTo(Link.Sent.SENT);
            assertThat(heard.output()).contains("listening?");
        });

        // When every refusal is followed by waiting for what the listener is promised
        int busy = 0;
        for (int sent = 0; sent < 500; ) {
            int before = link.changes.get();
            switch (link.send(1, "message " + sent)) {
                case SENT -> sent++;
                case BUSY -> {
                    busy++;
                    await().pollInterval(Duration.ofMillis(1))
                            .atMost(PATIENCE)
                            .until(() -> link.changes.get() > before);
                }
                case DOWN -> throw new AssertionError(link.said);
            }
        }

        // Then nothing was taken that did not arrive, and in this order
        assertThat(busy).isPositive();
        var expected =
                IntStream.range(0, 500).mapToObj(number -> "message " + number).toList();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(heard.output().lines().filter(line -> !line.equals("listening?")))
                        .containsExactlyElementsOf(expected));
        assertThat(link.said).containsExactly("up");
    }

    @Test
    void logsInWithUserAndPasswordAndShowsNoSecret() throws Exception {
        // Given
        var passwords = temporary.resolve("passwords");
        var made =
                new ProcessBuilder("mosquitto_passwd", "-b", "-c", passwords.toString(), "greenhouse", "right").start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        int port = bench.broker("allow_anonymous false\npassword_file %s\n".formatted(passwords));
        var nobody = LinkBench.config("tcp://127.0.0.1:" + port, Optional.empty());
        var wrong = LinkBench.login(nobody, "greenhouse", "hunter2");

        // When
        var refused = bench.link(wrong);

        // Then
        assertThat(refused.awaitLost())
                .contains("refused the login of device device (")
                .contains("check username and password")
                .doesNotContain("hunter2");
        assertThat(wrong.toString()).doesNotContain("hunter2");
        assertThat(bench.link(nobody).awaitLost()).contains("it wants a user name and password");

        // When
        var right = bench.link(LinkBench.login(nobody, "greenhouse", "right"));

        // Then
        right.awaitUp();
        assertThat(refused.said).noneMatch(line -> line.contains("hunter2"));
    }

    @Test
    void isToldThatTheBrokersRulesForbidItsTopic() throws Exception {
        // Given
        var rules = temporary.resolve("rules");
        Files.writeString(rules, "topic read down/device\ntopic write state/device\n");
        int port = bench.broker(ANYBODY + "acl_file %s\n".formatted(rules));
        var link = bench.link(LinkBench.config("tcp://127.0.0.1:" + port, Optional.empty()));
        link.awaitUp();

        // When
        assertThat(link.send(1, "x")).isEqualTo(Link.Sent.SENT);

        // Then the connection stays, and only the message is refused
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(link.said).isEqualTo(List.of("up", "refused: not authorized")));
    }
}
