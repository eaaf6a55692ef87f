package io.pinstream.hub.socket;

import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// The answer that opens a session by polling. The library leaves out `maxPayload`, without which a client does
/// not know how much it may send at once.
final class Handshake extends HttpServletResponseWrapper {
    private final int packetBytes;

    Handshake(HttpServletResponse response, int packetBytes) {
        super(response);
        this.packetBytes = packetBytes;
    }

    /// The handshake, `0{"sid": …}`, with what is missing.
    static String complete(String handshake, int packetBytes) {
        return handshake.startsWith("0{") && handshake.endsWith("}")
                ? "%s,\"maxPayload\":%d}".formatted(handshake.substring(0, handshake.length() - 1), packetBytes)
                : handshake;
    }

    @Override
    public void setContentLength(int length) {
        // It is the length without the addition.
    }

    @Override
    public ServletOutputStream getOutputStream() throws IOException {
        var to = super.getOutputStream();
        return new ServletOutputStream() {
            private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

            @Override
            public void write(int value) {
                collected.write(value);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                collected.write(bytes, from, length);
            }

            @Override
            public void close() throws IOException {
                to.write(complete(collected.toString(StandardCharsets.UTF_8), packetBytes)
                        .getBytes(StandardCharsets.UTF_8));
                to.close();
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setWriteListener(WriteListener listener) {
                throw new IllegalStateException("the library writes and waits; this is a bug in the hub");
            }
        };
    }
}
