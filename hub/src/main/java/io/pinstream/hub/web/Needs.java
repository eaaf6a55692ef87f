package io.pinstream.hub.web;

import io.javalin.http.Context;
import io.javalin.security.RouteRole;
import java.util.Arrays;
import java.util.Set;

/// What a route needs, said where it is added: `routes.post(path, handler, Needs.ADMIN)`.
///
/// A route that says nothing needs a viewer for GET and HEAD, an operator for all else. HEAD runs no
/// handler: Javalin answers it by itself, for whoever is known.
enum Needs implements RouteRole {
    /// Nothing: it judges by itself who asks, as the login does.
    NOTHING(Role.VIEWER),
    VIEWER(Role.VIEWER),
    OPERATOR(Role.OPERATOR),
    ADMIN(Role.ADMIN);

    private final Role role;

    Needs(Role role) {
        this.role = role;
    }

    Role role() {
        return role;
    }

    /// What this page needs.
    static Needs of(Context page, boolean looks) {
        Set<RouteRole> said = page.routeRoles();
        return Arrays.stream(values())
                .filter(said::contains)
                .reduce((one, stronger) -> stronger)
                .orElse(looks ? VIEWER : OPERATOR);
    }
}
