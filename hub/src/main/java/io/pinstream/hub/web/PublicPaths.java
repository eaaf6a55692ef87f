package io.pinstream.hub.web;

import java.util.Set;

/// What anybody may have who reaches the hub, even where it has tokens. All else needs to be known.
///
/// | path | why |
/// |---|---|
/// | `/healthz`, `/readyz` | who looks after the process has no token |
/// | `/`, `/favicon.ico`, `/page/…` | the dashboard's own files, which hold no data; what they then ask for does |
/// | `POST /api/v1/session` | the login |
final class PublicPaths {
    static final String SESSION = "/api/v1/session";
    private static final Set<String> HEALTH = Set.of("/healthz", "/readyz");
    private static final Set<String> EXACT = Set.of("/", "/favicon.ico");
    private static final String PAGE = "/page/";

    private PublicPaths() {}

    /// @param path as the client wrote it. One that means another, by dots or escapes, is none of these.
    static boolean holds(String method, String path) {
        boolean looks = method.equals("GET") || method.equals("HEAD");
        return looks && (isHealth(path) || EXACT.contains(path) || isPage(path))
                || method.equals("POST") && path.equals(SESSION);
    }

    static boolean isHealth(String path) {
        return HEALTH.contains(path);
    }

    private static boolean isPage(String path) {
        return path.startsWith(PAGE)
                && !path.contains("..")
                && path.chars().allMatch(c -> c == '/' || c == '.' || c == '-' || c == '_' || isPlain(c));
    }

    private static boolean isPlain(int c) {
        return c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z';
    }
}
