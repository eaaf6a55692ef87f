package io.pinstream.hub.web;

import io.pinstream.hub.socket.Doorkeeper.Entry;
import io.pinstream.hub.socket.Doorkeeper.Refusal;
import io.pinstream.hub.socket.Doorkeeper.Visitor;
import io.pinstream.hub.watch.HubWatch;
import java.util.List;
import java.util.Optional;

/// Who may use Socket.IO, by what the other pages go by: a token in the CONNECT payload, or a hub that is open to
/// this machine. A WebSocket is not under the same-origin policy: any page in a browser on this machine could open
/// one to a hub without a login. A session's cookie says nothing here, so a foreign page has nothing to use.
final class SocketDoor implements io.pinstream.hub.socket.Doorkeeper {
    private final List<String> hosts;
    private final Doorkeeper doorkeeper;
    private final HubWatch watch;

    SocketDoor(List<String> hosts, Doorkeeper doorkeeper, HubWatch watch) {
        this.hosts = hosts;
        this.doorkeeper = doorkeeper;
        this.watch = watch;
    }

    @Override
    public Optional<Refusal> knock(Visitor visitor) {
        if (!doorkeeper.access().isOpen()) {
            return Optional.empty(); // a foreign page has no token
        }
        var origin = visitor.header("Origin");
        if (origin.isPresent() && !isOurs(originName(origin.get())) && !doorkeeper.allows(origin.get())) {
            return Optional.of(new Refusal(
                    403,
                    "This is of a foreign page",
                    "a page of %s asks for this, which only the hub's own may".formatted(Query.shown(origin.get()))));
        }
        var host = Guard.name(visitor.header("Host").orElse(""));
        return isOurs(host)
                ? Optional.empty()
                : Optional.of(new Refusal(
                        421,
                        "This is not the server of that name",
                        "the hub has no login and answers to names of this machine only, but was asked as %s"
                                .formatted(Query.shown(host))));
    }

    private boolean isOurs(String name) {
        return WebServer.Config.isLoopback(name) || hosts.contains(name);
    }

    /// `http://localhost:8080` without the rest.
    private static String originName(String origin) {
        int host = origin.indexOf("://");
        return host < 0 ? "" : Guard.name(origin.substring(host + 3));
    }

    @Override
    public Entry enter(Visitor visitor, Optional<String> token) {
        if (doorkeeper.access().isOpen()) {
            return new Entry.Welcome(Doorkeeper.ANYBODY.name(), true);
        }
        if (token.isEmpty()) {
            return refused(401, "Who are you?", "this needs auth: {token: <token>}");
        }
        var entry = entry(token.get(), address(visitor));
        if (entry instanceof Entry.Refused(var why) && why.status() != 503) {
            watch.loginRefused(address(visitor), "Socket.IO CONNECT " + why.status());
        }
        return entry;
    }

    private Entry entry(String token, String address) {
        return switch (doorkeeper.access().check(token, address)) {
            case Access.Answer.Granted(var name, var role) -> new Entry.Welcome(name, role.may(Role.OPERATOR));
            case Access.Answer.Refused(var why) -> refused(401, "Who are you?", why);
            case Access.Answer.TooMany(var left) ->
                refused(
                        429,
                        "Too many failures",
                        "too many wrong tokens came from this address: try again in %d s"
                                .formatted(left.toSeconds() + 1));
            case Access.Answer.Undecided(var why) ->
                refused(503, "The hub cannot do that now", "nobody can say who you are: " + why);
        };
    }

    /// Of the client, as far as trusted proxies know it.
    private String address(Visitor visitor) {
        return doorkeeper
                .proxies()
                .client(
                        visitor.address(),
                        visitor.header("X-Forwarded-For").stream().toList());
    }

    @Override
    public void heard(Visitor visitor, String name, String what, int status) {
        watch.askedForChange(name, address(visitor), what, status);
    }

    private static Entry refused(int status, String title, String detail) {
        return new Entry.Refused(new Refusal(status, title, detail));
    }
}
