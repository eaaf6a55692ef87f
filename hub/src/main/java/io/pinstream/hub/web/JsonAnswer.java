package io.pinstream.hub.web;

import io.javalin.http.Context;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// A JSON object as an answer. With an entity tag (RFC 9110, section 8.8.3) a client that has the same already
/// gets 304 and no body.
final class JsonAnswer {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final String TYPE = "application/json";

    private JsonAnswer() {}

    static void send(Context page, Consumer<JsonGenerator> members) {
        page.contentType(TYPE).result(object(members));
    }

    static void sendTagged(Context page, Consumer<JsonGenerator> members) {
        sendTagged(page, TYPE, object(members));
    }

    static void sendTagged(Context page, String type, String body) {
        var tag = '"' + digest(body) + '"';
        page.header("ETag", tag).header("Cache-Control", "no-cache");
        var known = page.header("If-None-Match");
        if (known != null && (known.contains(tag) || known.strip().equals("*"))) {
            page.status(304);
        } else {
            page.contentType(type).result(body);
        }
    }

    private static String object(Consumer<JsonGenerator> members) {
        var text = new StringWriter();
        try (var out = JSON.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeStartObject();
            members.accept(out);
            out.writeEndObject();
        }
        return text.append('\n').toString();
    }

    private static String digest(String body) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(body.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 12);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256; this is a bug in the hub", missing);
        }
    }
}
