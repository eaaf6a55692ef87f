package io.pinstream.hub.web;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What of a request says who asks, and from where. The same for a page and for a raw servlet. For one request.
final class Asking {
    private final HttpServletRequest request;
    private final boolean byProxy;
    private final String address;

    Asking(HttpServletRequest request, Proxies proxies) {
        this.request = request;
        var peer = String.valueOf(request.getRemoteAddr());
        this.byProxy = proxies.trusts(peer);
        this.address = proxies.client(peer, headers("X-Forwarded-For"));
    }

    /// Of the client, as far as trusted proxies know it.
    String address() {
        return address;
    }

    /// Whether it only looks.
    boolean looks() {
        return request.getMethod().equals("GET") || request.getMethod().equals("HEAD");
    }

    /// Whether nobody between the browser and us, or the proxy that we trust, could read along.
    boolean isEncrypted() {
        return request.isSecure()
                || byProxy
                        && last("X-Forwarded-Proto")
                                .filter("https"::equalsIgnoreCase)
                                .isPresent();
    }

    /// The bearer token, if there is one.
    Optional<String> bearer() {
        var said = header("Authorization").orElse("");
        var scheme = "Bearer ";
        return said.regionMatches(true, 0, scheme, 0, scheme.length())
                ? Optional.of(said.substring(scheme.length()).strip())
                : Optional.empty();
    }

    Optional<String> cookie(String name) {
        var cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Stream.of(cookies)
                        .filter(cookie -> cookie.getName().equals(name))
                        .map(cookie -> cookie.getValue())
                        .findFirst();
    }

    Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /// The page that asks, if a browser says so (RFC 6454).
    Optional<String> origin() {
        return header("Origin");
    }

    /// Whether a page of another site makes its browser ask this: such as Go's `CrossOriginProtection`, by the
    /// browser's own word (`Sec-Fetch-Site`), or, from browsers and links that say nothing, by `Origin` and
    /// `Host`. A program sends neither.
    boolean isOfForeignPage() {
        var site = header("Sec-Fetch-Site");
        if (site.isPresent()) {
            return !site.get().equals("same-origin") && !site.get().equals("none");
        }
        var origin = origin();
        return origin.isPresent()
                && Stream.concat(header("Host").stream(), byProxy ? last("X-Forwarded-Host").stream() : Stream.of())
                        .noneMatch(host -> host.equalsIgnoreCase(authority(origin.get())));
    }

    private static @Nullable String authority(String origin) {
        try {
            return URI.create(origin).getRawAuthority();
        } catch (IllegalArgumentException none) {
            return null;
        }
    }

    /// What the nearest proxy said; what stands left of it, it only passed on.
    private Optional<String> last(String name) {
        var all = headers(name);
        return all.isEmpty() ? Optional.empty() : Optional.of(last(all));
    }

    private static String last(List<String> all) {
        var text = all.getLast();
        return text.substring(text.lastIndexOf(',') + 1).strip().toLowerCase(Locale.ROOT);
    }

    /// All of that name: a client may send one of its own before the proxy's.
    private List<String> headers(String name) {
        var all = request.getHeaders(name);
        return all == null ? List.of() : Collections.list(all);
    }
}
