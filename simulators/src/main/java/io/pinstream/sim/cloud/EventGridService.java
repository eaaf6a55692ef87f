package io.pinstream.sim.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.pinstream.sim.cloud.Orders.Fault;
import io.pinstream.time.TimeSource;
import java.net.URI;
import java.net.URLDecoder;
import java.security.MessageDigest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Publishing to Azure Event Grid: a custom topic (`/api/events`) and topics of a namespace
/// (`/topics/NAME:publish`), and the tokens that Microsoft Entra grants for it. Key, signature or token, version
/// of the API, sizes and every CloudEvent are checked; no subscriptions.
///
/// Source: Azure Event Grid documentation, "Post event to custom topic", "Authenticate publishing clients" and
/// "Publish Cloud Events" (data plane REST, namespace topics); CloudEvents 1.0.2.
final class EventGridService {
    private static final String TOKENS = "/oauth2/v2.0/token";
    private static final String SCOPE = "https://eventgrid.azure.net/.default";
    private static final int LARGEST = 1 << 20; // of a batch, and so of an event
    private static final Pattern TOPIC = Pattern.compile("/topics/[A-Za-z0-9-]{3,50}:publish");
    private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]{1,20}");
    private static final Pattern VERSION = Pattern.compile("(?:^|.*&)api-version=(\\d{4}-\\d{2}-\\d{2})(?:&.*|$)");
    private static final List<String> MEMBERS = List.of("data", "data_base64");

    private final String key;
    private final String token;
    private final String secret;
    private final Arrivals arrivals;
    private final TimeSource time;

    /// @param key access key, base64
    /// @param token what a bearer must show
    /// @param secret of a client that wants such a token
    EventGridService(String key, String token, String secret, Arrivals arrivals, TimeSource time) {
        this.key = key;
        this.token = token;
        this.secret = secret;
        this.arrivals = arrivals;
        this.time = time;
    }

    static boolean isOurs(String path) {
        return path.equals("/api/events") || path.startsWith("/topics/") || isTokens(path);
    }

    static boolean isTokens(String path) {
        return path.endsWith(TOKENS);
    }

    /// A token for who shows the secret (Microsoft identity platform, client credentials flow).
    private Answer granted(Call call) {
        var form = parts(new String(call.body(), UTF_8));
        boolean known = same(form.getOrDefault("client_secret", ""), secret)
                && form.getOrDefault("grant_type", "").equals("client_credentials")
                && List.of(form.getOrDefault("scope", "").split(" ")).contains(SCOPE);
        return known
                ? Answer.json(
                        200,
                        "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":%s}"
                                .formatted(Json.quoted(token)))
                : Answer.json(401, "{\"error\":\"invalid_client\",\"error_description\":\"wrong secret or scope\"}");
    }

    Answer take(Call call, Optional<Fault> fault) {
        if (isTokens(call.path())) {
            return granted(call);
        }
        boolean namespace = TOPIC.matcher(call.path()).matches();
        if (!namespace && !call.path().equals("/api/events")) {
            return error(404, "NotFound", "there is no such topic");
        }
        if (!isAllowed(call, namespace)) {
            return error(401, "Unauthorized", "The request did not contain a valid key, signature or token.");
        }
        var version = VERSION.matcher(call.query());
        if (!version.matches()
                || !namespace && !version.group(1).equals("2018-01-01")
                || namespace && version.group(1).compareTo("2023-06-01") < 0) {
            return error(400, "BadRequest", "api-version is missing or not one of this topic's");
        }
        if (fault.isPresent()) {
            int status = fault.get() instanceof Fault.Refuse(int ordered, int _) ? ordered : 503;
            return error(status, "Ordered", "as it was ordered");
        }
        if (call.body().length > LARGEST) {
            return error(413, "PayloadTooLarge", "The maximum size (%d) has been exceeded.".formatted(LARGEST));
        }
        if (!call.isOfType("application/cloudevents-batch+json")) {
            return error(415, "UnsupportedMediaType", "Content-Type must be application/cloudevents-batch+json");
        }
        var read = Json.read(call.body());
        if (read.isEmpty() || !(read.get() instanceof List<?> events) || events.isEmpty()) {
            return error(400, "BadRequest", "the body must be a JSON array of events");
        }
        for (var event : events) {
            var problem = problem(event);
            if (!problem.isEmpty()) {
                return error(400, "BadRequest", problem);
            }
        }
        texts(call.body(), events.size()).forEach(json -> arrivals.add("eventgrid", call.path(), json));
        return Answer.json(200, "{}");
    }

    private boolean isAllowed(Call call, boolean namespace) {
        var authorization = call.header("authorization");
        if (authorization.startsWith("Bearer ")) {
            return same(authorization.substring(7), token);
        }
        if (namespace) {
            return authorization.startsWith("SharedAccessKey ") && same(authorization.substring(16), key);
        }
        var sas = call.header("aeg-sas-token");
        return sas.isEmpty() ? same(call.header("aeg-sas-key"), key) : isSigned(sas);
    }

    /// `r=RESOURCE&e=EXPIRY&s=SIGNATURE`, each URL-encoded; signed is what stands before `&s=`.
    private boolean isSigned(String sas) {
        int end = sas.lastIndexOf("&s=");
        if (end < 0) {
            return false;
        }
        var parts = parts(sas);
        var signature = Base64.getEncoder()
                .encodeToString(SigV4.hmacSha256(
                        Base64.getDecoder().decode(key), sas.substring(0, end).getBytes(UTF_8)));
        return same(parts.getOrDefault("s", ""), signature) && isCurrent(parts.getOrDefault("e", ""));
    }

    private static Map<String, String> parts(String encoded) {
        var parts = new HashMap<String, String>();
        for (var part : encoded.split("&")) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                parts.put(part.substring(0, equals), URLDecoder.decode(part.substring(equals + 1), UTF_8));
            }
        }
        return parts;
    }

    private boolean isCurrent(String expiry) {
        try {
            return OffsetDateTime.parse(expiry).toInstant().isAfter(time.instant());
        } catch (DateTimeException bad) {
            return false;
        }
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(UTF_8), other.getBytes(UTF_8));
    }

    /// What is wrong with an event, or nothing.
    static String problem(Object event) {
        if (!(event instanceof Map<?, ?> members)) {
            return "every event must be an object";
        }
        if (!Json.text(members, "specversion").orElse("").equals("1.0")) {
            return "specversion must be 1.0";
        }
        for (var required : List.of("id", "source", "type")) {
            if (Json.text(members, required).orElse("").isEmpty()) {
                return required + " is missing";
            }
        }
        if (members.containsKey("data") && members.containsKey("data_base64")) {
            return "an event must not have both data and data_base64";
        }
        for (var member : members.entrySet()) {
            var name = String.valueOf(member.getKey());
            if (!MEMBERS.contains(name) && !ATTRIBUTE.matcher(name).matches()) {
                return "an attribute's name must be 1 to 20 of a-z and 0-9";
            }
            if (!MEMBERS.contains(name) && (member.getValue() instanceof Map || member.getValue() instanceof List)) {
                return name + " must be a text, a number or a boolean";
            }
        }
        try {
            URI.create(Json.text(members, "source").orElse(""));
            Json.text(members, "time").ifPresent(text -> {
                var _ = Instant.from(OffsetDateTime.parse(text));
            });
        } catch (IllegalArgumentException bad) {
            return "source must be a URI reference";
        } catch (DateTimeException bad) {
            return "time must be a time of RFC 3339";
        }
        return "";
    }

    /// Each event of an array as it was sent: cut where a comma stands on the array's own level.
    private static List<String> texts(byte[] array, int count) {
        var text = new String(array, UTF_8).strip();
        var texts = new ArrayList<String>(count);
        int depth = 0;
        int from = 1;
        boolean quoted = false;
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (quoted) {
                i += c == '\\' ? 1 : 0;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '{' || c == '[') {
                depth++;
            } else if (c == '}' || c == ']') {
                depth--;
            } else if (c == ',' && depth == 0) {
                texts.add(text.substring(from, i).strip());
                from = i + 1;
            }
        }
        texts.add(text.substring(from, text.length() - 1).strip());
        return texts;
    }

    private static Answer error(int status, String code, String message) {
        return Answer.json(
                status, "{\"error\":{\"code\":%s,\"message\":%s}}".formatted(Json.quoted(code), Json.quoted(message)));
    }
}
