package io.pinstream.hub.web;

import io.pinstream.config.Secret;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// Has a device's actuator set by a hub that runs elsewhere, through its API.
///
/// @param hub such as `http://127.0.0.1:8080`
public record ActuatorClient(URI hub, Optional<Secret> token) {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final Duration CONNECTING = Duration.ofSeconds(10);

    public ActuatorClient {
        if (!("http".equals(hub.getScheme()) || "https".equals(hub.getScheme())) || hub.getHost() == null) {
            throw new IllegalArgumentException("hub must be http://host:port or https://host:port");
        }
    }

    /// What the hub answers.
    ///
    /// @param words what is set by now, or the detail of the problem; printable
    /// @param body as it came
    public record Answer(int status, String words, String body) {}

    /// Sets it and waits for the answer.
    ///
    /// @param device and `actuator`: of letters that need no escaping in a path
    /// @param wait how long the hub waits for the device
    /// @throws IOException if the hub cannot be asked
    public Answer set(String device, String actuator, String body, Duration wait)
            throws IOException, InterruptedException {
        var path = "/api/v1/devices/%s/actuators/%s?wait=%dms".formatted(device, actuator, wait.toMillis());
        var request = HttpRequest.newBuilder(hub.resolve(path))
                .timeout(wait.plus(CONNECTING))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (token.isPresent()) {
            request = request.header("Authorization", "Bearer " + token.get().reveal());
        }
        try (var client = HttpClient.newBuilder().connectTimeout(CONNECTING).build()) {
            var answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            var member = answer.statusCode() == 200 ? "percent" : "detail";
            return new Answer(answer.statusCode(), member(answer.body(), member), answer.body());
        } catch (ConnectException refused) {
            throw new IOException("hub %s refuses connections: does it run there?".formatted(hub), refused);
        } catch (HttpTimeoutException late) {
            throw new IOException("hub %s does not answer; the command may have been done".formatted(hub), late);
        }
    }

    /// A member of an object, as text; empty if it is not there, or this is none.
    private static String member(String json, String name) {
        try (var parser = JSON.createParser(ObjectReadContext.empty(), json)) {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                    boolean wanted = name.equals(parser.currentName());
                    if (parser.nextToken().isScalarValue() && wanted) {
                        return printable(parser.getString());
                    }
                    parser.skipChildren();
                }
            }
            return "";
        } catch (JacksonException notJson) {
            return "";
        }
    }

    private static String printable(String text) {
        var safe = new StringBuilder();
        text.chars().limit(1000).forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
        return safe.toString();
    }
}
