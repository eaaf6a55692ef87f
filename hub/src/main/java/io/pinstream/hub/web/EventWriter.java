package io.pinstream.hub.web;

import io.pinstream.hub.live.Token;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Writes server-sent events. What is written is collected until it is flushed; a client that does not read holds
/// up the flush, and nobody else.
final class EventWriter {
    private static final int FULL = 32 * 1024;

    private final OutputStream out;
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream(4 * 1024);

    EventWriter(OutputStream out) {
        this.out = out;
    }

    /// One event.
    ///
    /// @param type one line
    /// @param data one line
    void event(Token token, String type, String data) {
        text("id: " + token + "\nevent: " + oneLine(type) + "\ndata: " + oneLine(data) + "\n\n");
    }

    /// After how long a client that lost the connection comes back.
    void comeBack(Duration after) {
        text("retry: " + after.toMillis() + "\n\n");
    }

    /// Nothing that a client sees.
    void comment(String text) {
        text(": " + oneLine(text) + "\n\n");
    }

    private static String oneLine(String text) {
        return text.indexOf('\n') < 0 && text.indexOf('\r') < 0
                ? text
                : text.replace('\n', ' ').replace('\r', ' ');
    }

    private void text(String text) {
        collected.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    boolean isEmpty() {
        return collected.size() == 0;
    }

    boolean isFull() {
        return collected.size() >= FULL;
    }

    void flush() throws IOException {
        collected.writeTo(out);
        collected.reset();
        out.flush();
    }
}
