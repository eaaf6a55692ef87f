package io.pinstream.hub.socket;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A request whose body has been read. The library reads it under its lock, takes as much memory as the client
/// says that there is, and never ends where there is less.
final class WholeBody extends HttpServletRequestWrapper {
    private final byte[] body;

    private WholeBody(HttpServletRequest request, byte[] body) {
        super(request);
        this.body = body;
    }

    /// Reads it; none if it is longer than allowed.
    static Optional<WholeBody> of(HttpServletRequest request, int most) throws IOException {
        var in = request.getInputStream();
        if (request.getContentLengthLong() <= most) {
            var body = in.readNBytes(most + 1);
            if (body.length <= most) {
                return Optional.of(new WholeBody(request, body));
            }
        }
        pass(in, most);
        return Optional.empty();
    }

    /// Lets go by what is too much, within a bound: a client that still sends when its connection is closed gets a
    /// reset, and never the answer that says why (RFC 9112, section 9.6).
    private static void pass(InputStream in, long most) throws IOException {
        var part = new byte[8 * 1024];
        long left = most;
        int count = 0;
        while (left > 0 && count >= 0) {
            count = in.read(part, 0, (int) Math.min(part.length, left));
            left -= count;
        }
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Override
    public int getContentLength() {
        return body.length;
    }

    @Override
    public ServletInputStream getInputStream() {
        var in = new ByteArrayInputStream(body);
        return new ServletInputStream() {
            @Override
            public int read() {
                return in.read();
            }

            @Override
            public int read(byte[] bytes, int from, int length) {
                return in.read(bytes, from, Math.min(length, bytes.length - from));
            }

            @Override
            public boolean isFinished() {
                return in.available() == 0;
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public void setReadListener(ReadListener listener) {
                throw new IllegalStateException("the library reads and waits; this is a bug in the hub");
            }
        };
    }
}
