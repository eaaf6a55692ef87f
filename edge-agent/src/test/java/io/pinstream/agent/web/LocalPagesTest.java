package io.pinstream.agent.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LocalPagesTest {
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicReference<String> problem = new AtomicReference<>("");
    private LocalPages pages;

    @BeforeEach
    void open() throws IOException {
        pages = LocalPages.open(new LocalPages.Config(0), () -> "a_meter 1\n", problem::get);
    }

    @AfterEach
    void close() {
        pages.close();
    }

    @Test
    void showsMetersAndHealth() throws Exception {
        assertThat(get("/metrics").body()).isEqualTo("a_meter 1\n");
        assertThat(get("/metrics").headers().firstValue("Content-Type"))
                .contains("text/plain; version=0.0.4; charset=utf-8");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
        assertThat(get("/readyz").statusCode()).isEqualTo(200);
        assertThat(get("/metricsand").statusCode()).isEqualTo(404);
        assertThat(get("/").statusCode()).isEqualTo(404);
    }

    @Test
    void saysWhyNothingGetsThrough() throws Exception {
        problem.set("no link to the broker");

        var answer = get("/readyz");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("no link to the broker");
        assertThat(get("/healthz").statusCode()).isEqualTo(200);
    }

    @Test
    void answersOnlyToNamesOfThisMachine() throws Exception {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), pages.port())) {
            socket.getOutputStream()
                    .write("GET /metrics HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith("HTTP/1.1 403")
                    .doesNotContain("a_meter");
        }
    }

    @Test
    void namesThePortThatIsTaken() {
        assertThatThrownBy(() -> LocalPages.open(new LocalPages.Config(pages.port()), () -> "", () -> ""))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(":" + pages.port())
                .hasMessageContaining("web.port");
        assertThatThrownBy(() -> new LocalPages.Config(65_536)).hasMessageContaining("0 to 65535, but was 65536");
    }

    private HttpResponse<String> get(String path) throws Exception {
        var address = URI.create("http://127.0.0.1:" + pages.port() + path);
        return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString());
    }
}
