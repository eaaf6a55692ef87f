package io.pinstream.sim.cloud;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One request, read whole.
///
/// @param query as it was sent, without the `?`; empty if there is none
/// @param headers by their names in lower case
record Call(String method, String path, String query, Map<String, List<String>> headers, byte[] body) {

    /// @return empty if its body is longer
    static Optional<Call> read(HttpExchange exchange, int longest) throws IOException {
        var body = exchange.getRequestBody().readNBytes(longest + 1);
        if (body.length > longest) {
            return Optional.empty();
        }
        var headers = new TreeMap<String, List<String>>();
        exchange.getRequestHeaders().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values));
        var uri = exchange.getRequestURI();
        var query = uri.getRawQuery();
        return Optional.of(
                new Call(exchange.getRequestMethod(), uri.getRawPath(), query == null ? "" : query, headers, body));
    }

    /// The first value of a header; empty if there is none.
    String header(String name) {
        var values = headers.getOrDefault(name, List.of());
        return values.isEmpty() ? "" : values.getFirst();
    }

    /// Whether its body is of a type, whatever the character set.
    boolean isOfType(String type) {
        var sent = header("content-type");
        int end = sent.indexOf(';');
        return (end < 0 ? sent : sent.substring(0, end)).strip().equalsIgnoreCase(type);
    }
}
