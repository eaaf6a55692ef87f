package io.pinstream.hub.web;

import io.pinstream.hub.oidc.KeyWatch;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.web.Access.Answer;
import io.pinstream.hub.web.Sessions.Opened;
import io.pinstream.hub.web.Sessions.Session;
import io.pinstream.time.TimeSource;
import java.util.Optional;
import java.util.Set;

/// Says of a request who asks: by a bearer token, or by the cookie of a page's session. The one place for pages
/// and for servlets of their own. Safe for use by many threads.
final class Doorkeeper {
    /// A foreign page can send this header only where CORS lets it, which is never together with our cookie.
    static final String OURS = "X-Pinstream-Request";

    /// Somebody who may come in.
    ///
    /// @param session if a cookie said who it is
    record Visitor(String name, Role role, Optional<Session> session) {}

    /// While the hub is open.
    static final Visitor ANYBODY = new Visitor("local", Role.ADMIN, Optional.empty());

    private static final String SECURE_COOKIE = "__Host-pinstream";
    private static final String COOKIE = "pinstream";

    private final Access access;
    private final Sessions sessions;
    private final Proxies proxies;
    private final Set<String> origins;

    Doorkeeper(AccessConfig config, TimeSource time, HubWatch watch) {
        this.access = new Access(config, time, told(watch));
        this.sessions = new Sessions(config, time);
        this.proxies = config.proxies();
        this.origins = config.origins();
    }

    private static KeyWatch told(HubWatch watch) {
        return new KeyWatch() {
            @Override
            public void keysRead() {
                watch.issuerUp();
            }

            @Override
            public void keysUnreadable(String reason) {
                watch.issuerLost(reason);
            }
        };
    }

    Access access() {
        return access;
    }

    Sessions sessions() {
        return sessions;
    }

    Proxies proxies() {
        return proxies;
    }

    /// Whether pages of that origin may read and ask, with a token of their own.
    boolean allows(String origin) {
        return origins.contains(origin);
    }

    /// Browsers take a cookie named `__Host-` only over TLS, for this host alone and for every path.
    static String cookieName(boolean encrypted) {
        return encrypted ? SECURE_COOKIE : COOKIE;
    }

    /// Who asks.
    ///
    /// @throws HttpProblem if nobody who may come in: 401, 403, 429 or 503
    Visitor admit(Asking asking) {
        if (access.isOpen()) {
            requireOurPage(asking);
            return ANYBODY;
        }
        var bearer = asking.bearer();
        if (bearer.isPresent()) {
            return visitor(access.check(bearer.get(), asking.address()), Optional.empty());
        }
        var cookie = asking.cookie(cookieName(asking.isEncrypted()));
        if (cookie.isPresent()) {
            return byCookie(asking, cookie.get());
        }
        throw unauthorized("this needs a header Authorization: Bearer <token>, or a session (POST /api/v1/session)")
                .with("WWW-Authenticate", "Bearer realm=\"pinstream\"");
    }

    private Visitor byCookie(Asking asking, String cookie) {
        var address = asking.address();
        return switch (sessions.open(cookie)) {
            case Opened.Valid(var session) -> {
                requireOurPage(asking);
                if (!asking.looks() && asking.header(OURS).isEmpty()) {
                    throw new HttpProblem(
                            403, "This may be of a foreign page", "with a session this needs a header " + OURS + ": 1");
                }
                yield visitor(access.check(session.token(), address), Optional.of(session));
            }
            case Opened.Ended() -> throw unauthorized("the session has ended: log in again"); // honest, so not counted
            case Opened.Unknown() -> {
                var wait = access.left(address);
                throw wait.isPresent()
                        ? refusal(new Answer.TooMany(wait.get()))
                        : refusal(access.failed(address, "the hub does not know this session: log in again"));
            }
        };
    }

    /// Of the pages in a browser, only ours may change something: a browser sends the cookie, and reaches a hub
    /// that is open, for any other page on this machine's names, too.
    ///
    /// @throws HttpProblem 403
    void requireOurPage(Asking asking) {
        if (!asking.looks()) {
            requireOurOrigin(asking);
        }
    }

    /// The same whatever the method is: a web socket begins with GET, and CORS does not hold it.
    ///
    /// @throws HttpProblem 403
    void requireOurOrigin(Asking asking) {
        boolean allowed =
                access.isOpen() && asking.origin().filter(this::allows).isPresent();
        if (!allowed && asking.isOfForeignPage()) {
            throw new HttpProblem(
                    403,
                    "This is of a foreign page",
                    "a page of %s asks for this, which only the hub's own may"
                            .formatted(Query.shown(asking.origin().orElse("another site"))));
        }
    }

    /// A visitor by an answer.
    ///
    /// @throws HttpProblem if it is any other than granted
    static Visitor visitor(Answer answer, Optional<Session> session) {
        if (answer instanceof Answer.Granted(var name, var role)) {
            return new Visitor(name, role, session);
        }
        throw refusal(answer);
    }

    private static HttpProblem refusal(Answer answer) {
        return switch (answer) {
            case Answer.Granted _ -> throw new IllegalStateException("was granted; this is a bug in the hub");
            case Answer.Refused(var why) ->
                unauthorized(why).with("WWW-Authenticate", "Bearer realm=\"pinstream\", error=\"invalid_token\"");
            case Answer.TooMany(var left) ->
                new HttpProblem(
                                429,
                                "Too many failures",
                                "too many wrong tokens came from this address: try again in %d s"
                                        .formatted(left.toSeconds() + 1))
                        .with("Retry-After", Long.toString(left.toSeconds() + 1));
            case Answer.Undecided(var why) -> HttpProblem.unavailable("nobody can say who you are: " + why);
        };
    }

    private static HttpProblem unauthorized(String detail) {
        return new HttpProblem(401, "Who are you?", detail);
    }
}
