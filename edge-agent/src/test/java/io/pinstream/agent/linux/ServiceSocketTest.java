package io.pinstream.agent.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceSocketTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void saysEachTimeOneDatagramOfLinesToAPath() throws Throwable {
        var name = folder.resolve("notify").toString();
        saysTo(name);
    }

    @Test
    void saysTheSameToAnAbstractName() throws Throwable {
        saysTo("@pinstream-test-" + UUID.randomUUID());
    }

    private static void saysTo(String name) throws Throwable {
        // Given
        try (var manager = new NotifySocket(name);
                var socket = ServiceSocket.to(name)) {
            // When
            socket.say("READY=1", "STATUS=two\nlines");
            socket.say("WATCHDOG=1");

            // Then
            await().atMost(LIMIT).until(() -> manager.heard().size() == 2);
            assertThat(manager.heard()).containsExactly("READY=1\nSTATUS=two lines", "WATCHDOG=1");
        }
    }

    @Test
    void tellsThatNobodyListens() throws IOException {
        var name = folder.resolve("nobody").toString();
        try (var socket = ServiceSocket.to(name)) {
            assertThatThrownBy(() -> socket.say("READY=1"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContainingAll("cannot tell " + name, "No such file or directory");
        }
    }

    @Test
    void refusesANameThatIsNone() {
        for (var name : new String[] {"relative", "/" + "x".repeat(107), "vsock:2:1234"}) {
            assertThatThrownBy(() -> ServiceSocket.to(name))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("NOTIFY_SOCKET must be a path or @ and a name");
        }
    }

    @Test
    void saysNothingOnceItIsClosed() throws IOException {
        var socket = ServiceSocket.to("@pinstream-test");
        socket.close();
        socket.close();
        assertThatThrownBy(() -> socket.say("READY=1")).hasMessageContaining("is closed");
    }
}
