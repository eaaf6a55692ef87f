package io.pinstream.hub.socket;

import io.pinstream.hub.socket.Doorkeeper.Refusal;
import org.json.JSONObject;

/// Why something is not done, as a client gets it: problem details (RFC 9457).
final class Problem {
    private Problem() {}

    static Refusal badRequest(String detail) {
        return new Refusal(400, "The request is not right", detail);
    }

    static Refusal unavailable(String detail) {
        return new Refusal(503, "The hub cannot do that now", detail);
    }

    static JSONObject json(Refusal refusal) {
        return new JSONObject()
                .put("type", "about:blank")
                .put("title", refusal.title())
                .put("status", refusal.status())
                .put("detail", refusal.detail());
    }

    /// An acknowledgement that says no.
    static JSONObject error(Refusal refusal) {
        return new JSONObject().put("error", json(refusal));
    }

    /// What somebody sent: short, printable, in quotes.
    static String shown(Object value) {
        var text = value instanceof byte[] ? "bytes" : String.valueOf(value);
        var safe = new StringBuilder("\"");
        text.chars().limit(64).forEach(c -> safe.append(c >= ' ' && c < 0x7f && c != '"' ? (char) c : '?'));
        return safe.append(text.length() > 64 ? "…\"" : "\"").toString();
    }
}
