package io.pinstream.hub.web;

import io.javalin.http.Context;
import java.io.StringWriter;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Why a request is not done, as the client gets it: problem details (RFC 9457).
final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private final int status;
    private final String title;
    private final transient Map<String, String> headers;

    /// @param title the kind of problem, the same words each time
    /// @param detail what is wrong this time, with the value, the allowed range and the remedy
    HttpProblem(int status, String title, String detail) {
        this(status, title, detail, Map.of());
    }

    private HttpProblem(int status, String title, String detail, Map<String, String> headers) {
        super(detail, null, false, false); // no stack trace: it is an answer
        this.status = status;
        this.title = title;
        this.headers = headers;
    }

    /// The same, with a header beside it.
    HttpProblem with(String name, String value) {
        var more = new TreeMap<>(headers);
        more.put(name, value);
        return new HttpProblem(status, title, String.valueOf(getMessage()), more);
    }

    static HttpProblem badRequest(String detail) {
        return new HttpProblem(400, "The request is not right", detail);
    }

    static HttpProblem notFound(String detail) {
        return new HttpProblem(404, "There is no such thing", detail);
    }

    static HttpProblem unavailable(String detail) {
        return new HttpProblem(503, "The hub cannot do that now", detail);
    }

    /// To be sent beside it.
    Map<String, String> headers() {
        return headers;
    }

    int status() {
        return status;
    }

    void answer(Context page) {
        if (status == 503) {
            page.header("Retry-After", "5");
        }
        headers.forEach(page::header);
        page.status(status).contentType("application/problem+json").result(json());
    }

    String json() {
        var text = new StringWriter();
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            out.writeStringProperty("type", "about:blank");
            out.writeStringProperty("title", title);
            out.writeNumberProperty("status", status);
            out.writeStringProperty("detail", getMessage());
            out.writeEndObject();
        }
        return text + "\n";
    }
}
