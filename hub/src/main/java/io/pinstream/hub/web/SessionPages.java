package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.hub.web.Sessions.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// The session of a page: it begins with a token, goes on by a cookie that no script can read, and is ended.
final class SessionPages {
    private static final JsonFactory JSON = JsonFactory.builder().build();
    private static final int LONGEST_BODY = 16 * 1024;
    private static final String FORM = "the body must be {\"token\": \"...\"}, of type application/json";

    private final Doorkeeper doorkeeper;
    private final HubWatch watch;

    SessionPages(Doorkeeper doorkeeper, HubWatch watch) {
        this.doorkeeper = doorkeeper;
        this.watch = watch;
    }

    void add(RoutesConfig routes) {
        routes.post(PublicPaths.SESSION, this::begin, Needs.NOTHING);
        routes.get(PublicPaths.SESSION, this::show, Needs.VIEWER);
        routes.delete(PublicPaths.SESSION, this::end, Needs.VIEWER);
    }

    private void begin(Context page) throws IOException {
        new Query(page, Set.of());
        var asking = Guard.asking(page);
        doorkeeper.requireOurPage(asking); // or a foreign page could make somebody work under its own name
        if (doorkeeper.access().isOpen()) {
            throw new HttpProblem(409, "There is no login", "the hub is open: nobody needs a session");
        }
        var token = token(page);
        var visitor = Doorkeeper.visitor(doorkeeper.access().check(token, asking.address()), Optional.empty());
        if (token.length() > Sessions.LONGEST_TOKEN) {
            throw HttpProblem.badRequest(
                    "the token has %d characters, but a cookie holds one of %d at most: let the provider put fewer claims into it"
                            .formatted(token.length(), Sessions.LONGEST_TOKEN));
        }
        send(page, asking, doorkeeper.sessions().begin(token));
        watch.loggedIn(visitor.name(), text(visitor.role()), asking.address());
        page.status(204);
    }

    private static String token(Context page) throws IOException {
        var type = String.valueOf(page.contentType()).toLowerCase(Locale.ROOT);
        if (!type.split(";", 2)[0].strip().equals("application/json")) {
            throw new HttpProblem(415, "The request is not right", FORM);
        }
        var body = page.bodyInputStream().readNBytes(LONGEST_BODY + 1);
        Optional<String> token = Optional.empty();
        try (var parser = JSON.createParser(ObjectReadContext.empty(), body)) {
            if (body.length > LONGEST_BODY || parser.nextToken() != JsonToken.START_OBJECT) {
                throw HttpProblem.badRequest(FORM);
            }
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                if (!"token".equals(parser.currentName()) || parser.nextToken() != JsonToken.VALUE_STRING) {
                    throw HttpProblem.badRequest(FORM);
                }
                token = Optional.of(parser.getString().strip());
            }
        } catch (JacksonException bad) {
            throw HttpProblem.badRequest(FORM);
        }
        return token.orElseThrow(() -> HttpProblem.badRequest(FORM));
    }

    private void show(Context page) {
        new Query(page, Set.of());
        var visitor = Guard.visitor(page);
        boolean open = doorkeeper.access().isOpen();
        JsonAnswer.send(page, out -> {
            out.writeBooleanProperty("open", open);
            if (!open) {
                out.writeStringProperty("name", visitor.name());
                out.writeStringProperty("role", text(visitor.role()));
            }
        });
    }

    private void end(Context page) {
        new Query(page, Set.of());
        Guard.visitor(page).session().ifPresent(doorkeeper.sessions()::end);
        clear(page, Guard.asking(page));
        page.status(204);
    }

    /// Gives the cookie of a session.
    void send(Context page, Asking asking, Session session) {
        cookie(
                page,
                asking,
                doorkeeper.sessions().seal(session),
                doorkeeper.sessions().left(session));
    }

    /// Gives it anew if it is worth it, because a session ends when nobody uses it.
    void renew(Context page, Asking asking, Session session) {
        if (doorkeeper.sessions().isWorthRenewing(session)) {
            send(page, asking, doorkeeper.sessions().seen(session));
        }
    }

    /// Takes it back.
    static void clear(Context page, Asking asking) {
        cookie(page, asking, "", Duration.ZERO);
    }

    private static void cookie(Context page, Asking asking, String text, Duration left) {
        boolean encrypted = asking.isEncrypted();
        page.cookie(new Cookie(
                Doorkeeper.cookieName(encrypted),
                text,
                "/",
                (int) left.toSeconds(),
                encrypted,
                true,
                null,
                SameSite.STRICT));
    }

    static String text(Role role) {
        return role.name().toLowerCase(Locale.ROOT);
    }
}
