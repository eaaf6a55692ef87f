package io.pinstream.hub;

import io.pinstream.config.ConfigTree;
import io.pinstream.hub.oidc.JwtVerifier;
import io.pinstream.hub.web.AccessConfig;
import io.pinstream.hub.web.Proxies;
import io.pinstream.hub.web.Role;
import io.pinstream.hub.web.TokenHash;
import io.pinstream.hub.web.WebServer;
import io.pinstream.hub.web.WebTls;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Reads the section `web`: where the web server listens, and who may ask.
final class WebReader {
    private WebReader() {}

    static Optional<WebServer.Config> read(ConfigTree tree) {
        var standard = WebServer.Config.DEFAULT;
        var host = tree.text("host", standard.host());
        int port = tree.integer("port", standard.port(), 0, 65_535);
        var hosts = tree.texts("hosts");
        var tokens = tokens(tree);
        var oidc = oidc(tree.section("oidc").kind("the OpenID provider"));
        var key = tree.secret("session-key");
        key.ifPresent(secret -> HubConfig.judge(tree, "session-key", () -> AccessConfig.requireKey(secret)));
        var proxies = tree.parsedTexts("trusted-proxies", List.of(), WebReader::proxy);
        var origins = new LinkedHashSet<>(tree.parsedTexts("cors-origins", List.of(), AccessConfig::requireOrigin));
        var tls = tls(tree.section("tls").kind("the web server's certificate"));
        // Even by a token or a provider that has a problem of its own.
        boolean guarded = !tree.section("tokens").keys().isEmpty() || isMeant(tree.section("oidc"));
        if (!guarded) {
            HubConfig.judge(tree, "host", () -> new WebServer.Config(host, 0));
        }
        // With a problem there nothing is built, and it is not one of the host, too.
        var at = guarded && tokens.isEmpty() && oidc.isEmpty() ? standard.host() : host;
        return tree.build(() -> new WebServer.Config(
                at, port, hosts, new AccessConfig(tokens, oidc, key, new Proxies(proxies), origins), tls));
    }

    private static String proxy(String text) {
        var _ = new Proxies(List.of(text));
        return text;
    }

    private static Map<String, WebServer.Token> tokens(ConfigTree tree) {
        var tokens = new HashMap<String, WebServer.Token>();
        tree.sections("tokens").forEach((name, token) -> {
            token.kind("a token");
            HubConfig.judge(tree.section("tokens"), name, () -> WebServer.Config.requireName(name));
            var role = token.choice("role", Role.class, Role.VIEWER);
            token.secret("hash")
                    .ifPresentOrElse(
                            hash -> HubConfig.judge(
                                    token,
                                    "hash",
                                    () -> tokens.put(name, new WebServer.Token(role, TokenHash.parse(hash.reveal())))),
                            () -> token.problem("hash", "is missing; pinstream-hub token prints the whole line"));
        });
        return tokens;
    }

    private static Optional<AccessConfig.Oidc> oidc(ConfigTree tree) {
        var issuer = tree.optionalText("issuer");
        var audience = tree.texts("audience", JwtVerifier.Config.AUDIENCES);
        var url = tree.optionalParsed("jwks-url", URI::create);
        var claim = tree.text("role-claim", JwtVerifier.Config.ROLE_CLAIM);
        var roles = roles(tree.section("roles").kind("the roles"));
        if (!isMeant(tree)) {
            return Optional.empty();
        }
        if (issuer.isEmpty() && !tree.has("issuer")) {
            tree.problem("issuer", "is missing: it is what the claim iss of the tokens must be");
        }
        if (url.isEmpty() && !tree.has("jwks-url")) {
            tree.problem(
                    "jwks-url",
                    "is missing: it stands as jwks_uri in the provider's" + " /.well-known/openid-configuration");
        }
        return issuer.flatMap(name -> url.flatMap(keys ->
                tree.build(() -> new AccessConfig.Oidc(new JwtVerifier.Config(name, audience, keys, claim), roles))));
    }

    private static Map<Role, List<String>> roles(ConfigTree tree) {
        var roles = new EnumMap<Role, List<String>>(Role.class);
        AccessConfig.Oidc.ROLES.forEach((role, standard) ->
                roles.put(role, tree.texts(role.name().toLowerCase(Locale.ROOT), standard)));
        return roles;
    }

    /// The other keys have defaults.
    private static boolean isMeant(ConfigTree oidc) {
        return oidc.has("issuer") || oidc.has("jwks-url");
    }

    private static Optional<WebTls> tls(ConfigTree tree) {
        var certificate = tree.optionalParsed("certificate", Path::of);
        var key = tree.optionalParsed("key", Path::of);
        if (certificate.isPresent() != key.isPresent()) {
            var there = certificate.isPresent() ? "certificate" : "key";
            var missing = certificate.isPresent() ? "key" : "certificate";
            tree.problem(there, "%s needs a %s beside it".formatted(there, missing));
        }
        return certificate.flatMap(file -> key.flatMap(secret -> tree.build(() -> {
            var tls = new WebTls(file, secret);
            try {
                var _ = tls.read();
            } catch (IOException unusable) {
                throw new IllegalArgumentException(unusable.getMessage(), unusable);
            }
            return tls;
        })));
    }
}
