package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.web.Doorkeeper.Visitor;
import java.util.List;
import java.util.Locale;

/// Stands before every page: who may see it, and what a browser may do with it.
///
/// Without tokens the hub is open to everybody on this machine, and to nobody else: it listens on loopback, no
/// other page may read it (no CORS), and it answers only to names of loopback, because a name of a foreign page
/// may be made to mean this machine (DNS rebinding). [PublicPaths] says what anybody may have; [Doorkeeper] says
/// who asks; [Needs] says what a route needs.
final class Guard {
    private static final String POLICY =
            "default-src 'self'; base-uri 'none'; object-src 'none'; form-action 'self'; frame-ancestors 'none'";
    private static final String METHODS = "GET, HEAD, POST, PUT, PATCH, DELETE";
    private static final String HEADERS =
            "Authorization, Content-Type, If-None-Match, Last-Event-ID, " + Doorkeeper.OURS;
    private static final String VISITOR = "pinstream.visitor";
    private static final String ASKING = "pinstream.asking";

    private final List<String> hosts;
    private final Doorkeeper doorkeeper;
    private final SessionPages sessions;
    private final HubWatch watch;

    Guard(List<String> hosts, Doorkeeper doorkeeper, SessionPages sessions, HubWatch watch) {
        this.hosts = hosts;
        this.doorkeeper = doorkeeper;
        this.sessions = sessions;
        this.watch = watch;
    }

    void add(RoutesConfig routes) {
        routes.before(this::check);
        routes.beforeMatched(this::requireRole);
        routes.after(this::report);
    }

    /// Who asks for this page.
    static Visitor visitor(Context page) {
        var visitor = page.<Visitor>attribute(VISITOR);
        if (visitor == null) {
            throw new IllegalStateException(page.path() + " is public; this is a bug in the hub");
        }
        return visitor;
    }

    /// The name of who asks; of an open hub it is somebody on this machine.
    static String who(Context page) {
        return visitor(page).name();
    }

    /// What of this request says who asks.
    static Asking asking(Context page) {
        var asking = page.<Asking>attribute(ASKING);
        if (asking == null) {
            throw new IllegalStateException("nobody looked at the request; this is a bug in the hub");
        }
        return asking;
    }

    private void check(Context page) {
        page.header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", POLICY)
                .header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Resource-Policy", "same-origin")
                .header("Cache-Control", "no-store");
        var asking = new Asking(page.req(), doorkeeper.proxies());
        page.attribute(ASKING, asking);
        if (letsForeignPageRead(page, asking)) {
            return;
        }
        boolean open = doorkeeper.access().isOpen();
        if (open && !PublicPaths.isHealth(page.path())) {
            requireOurName(page);
        }
        if (open || !PublicPaths.holds(page.method().name(), page.path())) {
            admit(page, asking);
        }
    }

    private void admit(Context page, Asking asking) {
        try {
            var visitor = doorkeeper.admit(asking);
            page.attribute(VISITOR, visitor);
            visitor.session().ifPresent(session -> sessions.renew(page, asking, session));
        } catch (HttpProblem refused) {
            if (refused.status() == 401
                    && asking.cookie(Doorkeeper.cookieName(asking.isEncrypted()))
                            .isPresent()) {
                SessionPages.clear(page, asking); // so that a page does not fail with it again and again
            }
            throw refused;
        }
    }

    /// CORS (WHATWG Fetch), for the origins that the configuration names, and never with our cookie.
    ///
    /// @return whether this was only a browser's question whether it may ask, which is answered
    private boolean letsForeignPageRead(Context page, Asking asking) {
        var origin = asking.origin().filter(doorkeeper::allows);
        if (origin.isEmpty()) {
            return false;
        }
        page.header("Access-Control-Allow-Origin", origin.get())
                .header("Vary", "Origin")
                .header("Access-Control-Expose-Headers", "ETag, Retry-After, WWW-Authenticate");
        if (!page.method().name().equals("OPTIONS")) {
            return false;
        }
        page.header("Access-Control-Allow-Methods", METHODS)
                .header("Access-Control-Allow-Headers", HEADERS)
                .header("Access-Control-Max-Age", "600")
                .status(204)
                .skipRemainingHandlers();
        return true;
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
    static String name(String host) {
        int end = host.startsWith("[") ? host.indexOf(']') : host.lastIndexOf(':');
        var name = host.startsWith("[") ? host.substring(1, Math.max(1, end)) : end < 0 ? host : host.substring(0, end);
        return name.toLowerCase(Locale.ROOT);
    }

    private void requireRole(Context page) {
        var needed = Needs.of(page, asking(page).looks());
        var visitor = page.<Visitor>attribute(VISITOR);
        if (visitor == null) {
            return; // public, or it judges by itself
        }
        if (!visitor.role().may(needed.role())) {
            throw new HttpProblem(
                    403,
                    "You may not do that",
                    "%s has the role %s, but this needs %s"
                            .formatted(
                                    Query.shown(visitor.name()),
                                    SessionPages.text(visitor.role()),
                                    SessionPages.text(needed.role())));
        }
    }

    /// Writes down who changed something or tried to, and who could not say who they are.
    private void report(Context page) {
        var asking = asking(page);
        int status = page.statusCode();
        var visitor = page.<Visitor>attribute(VISITOR);
        var what = page.method() + " " + page.path();
        if (status == 401 && !triesToLogIn(page, asking)) {
            return; // a page that asks whether it needs a login
        }
        if (status == 401 || status == 429) {
            watch.loginRefused(asking.address(), what + " " + status);
        } else if (!asking.looks()
                && !isLogin(page, status)
                && !page.method().name().equals("OPTIONS")) {
            watch.askedForChange(visitor == null ? "" : visitor.name(), asking.address(), what, status);
        }
    }

    private static boolean triesToLogIn(Context page, Asking asking) {
        return asking.bearer().isPresent()
                || asking.cookie(Doorkeeper.cookieName(asking.isEncrypted())).isPresent()
                || page.path().equals(PublicPaths.SESSION) && !asking.looks();
    }

    /// It is told by itself.
    private static boolean isLogin(Context page, int status) {
        return page.method().name().equals("POST") && page.path().equals(PublicPaths.SESSION) && status == 204;
    }
}
