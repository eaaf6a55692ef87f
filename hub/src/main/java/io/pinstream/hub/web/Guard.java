package io.pinstream.hub.web;

import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.pinstream.time.TimeSource;
import java.util.List;
import java.util.Locale;

/// Stands before every page: who may see it, and what a browser may do with it.
///
/// Without tokens the hub is open to everybody on this machine, and to nobody else: it listens on loopback, no
/// other page may read it (no CORS), and it answers only to names of loopback, because a name of a foreign page
/// may be made to mean this machine (DNS rebinding).
final class Guard {
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final String BEARER = "Bearer ";
    private static final String WHO = "pinstream.who";
    private static final String ANYBODY_HERE = "local";

    private final Access access;
    private final List<String> hosts;

    Guard(WebServer.Config config, TimeSource time) {
        this.access = new Access(config.tokens(), time);
        this.hosts = config.hosts();
    }

    void check(Context page) {
        page.header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store");
        if (page.path().equals("/healthz") || page.path().equals("/readyz")) {
            return; // who looks after the process has no token
        }
        if (access.isOpen()) {
            requireOurName(page);
        } else if (!Dashboard.isPart(page.path())) {
            requireRole(
                    page, page.method().equals(HandlerType.GET) || page.method().equals(HandlerType.HEAD));
        }
    }

    /// The name of who asks; of an open hub it is somebody on this machine.
    static String who(Context page) {
        var name = page.<String>attribute(WHO);
        return name == null ? ANYBODY_HERE : name;
    }

    private void requireOurName(Context page) {
        var asked = page.header("Host");
        var name = name(asked == null ? "" : asked);
        if (!WebServer.Config.isLoopback(name) && !hosts.contains(name)) {
            throw new HttpProblem(
                    421,
                    "This is not the server of that name",
                    "the hub has no login and answers to names of this machine only, but was asked as %s: add it to web.hosts if a proxy in front has a login"
                            .formatted(Query.shown(name)));
        }
    }

    /// `Host` without its port.
    private static String name(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') : host.lastIndexOf(':');
        var name = host.startsWith("[") ? host.substring(1, Math.max(1, end)) : end < 0 ? host : host.substring(0, end);
        return name.toLowerCase(Locale.ROOT);
    }

    private void requireRole(Context page, boolean looks) {
        var needed = looks ? Role.VIEWER : Role.OPERATOR;
        var said = page.header("Authorization");
        if (said == null || !said.regionMatches(true, 0, BEARER, 0, BEARER.length())) {
            page.header("WWW-Authenticate", "Bearer realm=\"pinstream\"");
            throw new HttpProblem(401, "Who are you?", "this needs a header Authorization: Bearer <token>");
        }
        switch (access.check(said.substring(BEARER.length()).strip(), page.ip())) {
            case Access.Answer.Granted(var name, var role) -> {
                if (!role.may(needed)) {
                    throw new HttpProblem(
                            403,
                            "You may not do that",
                            "%s is a %s, but this needs the role %s".formatted(name, text(role), text(needed)));
                }
                page.attribute(WHO, name);
            }
            case Access.Answer.Refused() -> {
                page.header("WWW-Authenticate", "Bearer realm=\"pinstream\", error=\"invalid_token\"");
                throw new HttpProblem(401, "Who are you?", "the hub does not know this token");
            }
            case Access.Answer.TooMany(var left) -> {
                page.header("Retry-After", Long.toString(left.toSeconds() + 1));
                throw new HttpProblem(
                        429,
                        "Too many failures",
                        "too many wrong tokens came from this address: try again in %d s"
                                .formatted(left.toSeconds() + 1));
            }
        }
    }

    private static String text(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
