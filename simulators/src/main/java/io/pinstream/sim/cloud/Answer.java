package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;

/// What a request is answered.
record Answer(int status, Map<String, String> headers, byte[] body) {
    static Answer json(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "application/json"), body.getBytes(UTF_8));
    }

    static Answer text(int status, String body) {
        return new Answer(status, Map.of("Content-Type", "text/plain; charset=utf-8"), body.getBytes(UTF_8));
    }
}
