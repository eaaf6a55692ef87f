package io.pinstream.hub.web;

import io.javalin.http.Context;
import java.io.StringWriter;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// Why a request is not done, as the client gets it: problem details (RFC 9457).
final class HttpProblem extends RuntimeException {
    private static final long serialVersionUID = 1;
    private static final JsonFactory JSON = JsonFactory.builder().build();

    private final int status;
    private final String title;

    /// @param title the kind of problem, the same words each time
    /// @param detail what is wrong this time, with the value, the allowed range and the remedy
    HttpProblem(int status, String title, String detail) {
        super(detail, null, false, false); // no stack trace: it is an answer
        this.status = status;
        this.title = title;
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

    int status() {
        return status;
    }

    void answer(Context page) {
        if (status == 503) {
            page.header("Retry-After", "5");
        }
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
