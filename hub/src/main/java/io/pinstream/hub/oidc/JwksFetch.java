package io.pinstream.hub.oidc;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Reads a JSON Web Key Set over HTTP: within a few seconds, no more than a bounded size, and from nowhere else
/// than the URL, because redirects are not followed.
final class JwksFetch implements IssuerKeys.Source {
    private static final Duration CONNECT = Duration.ofSeconds(4);
    private static final Duration ALL = Duration.ofSeconds(8);
    private static final int LARGEST = 256 * 1024;

    private final URI url;
    private final Duration limit;

    JwksFetch(URI url) {
        this(url, ALL);
    }

    JwksFetch(URI url, Duration limit) {
        this.url = url;
        this.limit = limit;
    }

    @Override
    public String read() throws IOException {
        var request =
                HttpRequest.newBuilder(url).header("Accept", "application/json").build();
        // A client for each reading, of which there are few: none of its threads stays.
        var client = HttpClient.newBuilder().connectTimeout(CONNECT).build();
        try {
            // Not the request's own time-out, which ends with the headers.
            var answer = client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST))
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("the issuer's keys cannot be read from %s: it answers with status %d"
                        .formatted(url, answer.statusCode()));
            }
            return new String(answer.body(), StandardCharsets.UTF_8);
        } catch (ExecutionException failed) {
            var cause = failed.getCause() == null ? failed : failed.getCause();
            throw new IOException("the issuer's keys cannot be read from %s: %s".formatted(url, reason(cause)), cause);
        } catch (TimeoutException slow) {
            throw new IOException(
                    "the issuer's keys cannot be read from %s: no answer within %d s".formatted(url, limit.toSeconds()),
                    slow);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("the hub stops", stop);
        } finally {
            client.shutdownNow();
        }
    }

    private static String reason(Throwable cause) {
        var message = cause.getMessage();
        return message == null || message.isBlank() ? cause.getClass().getSimpleName() : message;
    }
}
