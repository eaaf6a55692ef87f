package io.pinstream.hub.web;

import io.pinstream.config.Secret;
import io.pinstream.hub.oidc.JwtVerifier;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// Who may ask the web server. With neither tokens nor a provider it is open.
///
/// @param tokens by name
/// @param oidc an OpenID provider whose access tokens count, too
/// @param sessionKey seals the cookies of pages, the same at all hubs of one name; without it, a key is derived
///     from the configuration of whoever logs in
/// @param proxies those in front, whose word counts about where a request came from
/// @param origins foreign pages that may read and ask by CORS, such as `https://board.example.org`
public record AccessConfig(
        Map<String, WebServer.Token> tokens,
        Optional<Oidc> oidc,
        Optional<Secret> sessionKey,
        Proxies proxies,
        Set<String> origins) {
    /// An OpenID provider.
    ///
    /// @param roles which of the provider's roles mean a role here
    public record Oidc(JwtVerifier.Config provider, Map<Role, List<String>> roles) {
        public static final Map<Role, List<String>> ROLES = Map.of(
                Role.VIEWER, List.of("pinstream-viewer"),
                Role.OPERATOR, List.of("pinstream-operator"),
                Role.ADMIN, List.of("pinstream-admin"));

        public Oidc {
            roles = Map.copyOf(roles);
            if (roles.values().stream().allMatch(List::isEmpty)) {
                throw new IllegalArgumentException(
                        "roles must name at least one of the provider's roles, or nobody may do anything: for example"
                                + " viewer: [staff]");
            }
        }
    }

    public static final AccessConfig OPEN =
            new AccessConfig(Map.of(), Optional.empty(), Optional.empty(), Proxies.NONE, Set.of());

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_-]{1,64}");
    private static final int SHORTEST_KEY = 32;

    public AccessConfig {
        tokens = Map.copyOf(tokens);
        origins = Set.copyOf(origins);
        tokens.keySet().forEach(AccessConfig::requireName);
        origins.forEach(AccessConfig::requireOrigin);
        sessionKey.ifPresent(AccessConfig::requireKey);
    }

    /// Known by tokens alone.
    static AccessConfig of(Map<String, WebServer.Token> tokens) {
        return new AccessConfig(tokens, Optional.empty(), Optional.empty(), Proxies.NONE, Set.of());
    }

    boolean isOpen() {
        return tokens.isEmpty() && oidc.isEmpty();
    }

    /// The name, if a token may have it.
    static String requireName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "name of a token must be 1 to 64 of A-Z a-z 0-9 _ -, but was \"%s\"".formatted(name));
        }
        return name;
    }

    /// The key, if it is long enough.
    public static Secret requireKey(Secret key) {
        if (key.reveal().length() < SHORTEST_KEY) {
            throw new IllegalArgumentException(
                    "session-key must have at least %d characters, such as openssl rand -base64 32 prints"
                            .formatted(SHORTEST_KEY));
        }
        return key;
    }

    /// The origin (RFC 6454), if it is one as browsers write it.
    public static String requireOrigin(String origin) {
        try {
            var uri = URI.create(origin);
            if (uri.getHost() != null
                    && Set.of("http", "https").contains(String.valueOf(uri.getScheme()))
                    && origin.equals(uri.getScheme() + "://" + uri.getAuthority())
                    && uri.getUserInfo() == null
                    && origin.chars().noneMatch(Character::isUpperCase)) {
                return origin;
            }
        } catch (IllegalArgumentException none) {
            // The same answer.
        }
        throw new IllegalArgumentException(
                "cors-origins must be such as https://board.example.org or http://localhost:3000, in small letters and"
                        + " without a path, but was \"%s\"".formatted(origin));
    }
}
