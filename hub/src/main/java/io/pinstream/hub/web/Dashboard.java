package io.pinstream.hub.web;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The dashboard: one page, and the files that it names, as they stand on the class path in `page`.
///
/// The page names every file with `{version}`, a digest over all of them: a browser keeps each for good and asks
/// for others as soon as one has changed. An old page that still runs is given what there is now.
///
/// The page's own policy is stricter than that of the API: nothing but the hub's own files, and no text ever
/// becomes HTML or script (Trusted Types, W3C), whatever a device is called.
final class Dashboard {
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self';"
            + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
            + " require-trusted-types-for 'script'; trusted-types 'none'";
    private static final String VERSION = "{version}";
    private static final Pattern NAMED = Pattern.compile(Pattern.quote(VERSION) + "/([a-z0-9-]+[.][a-z.]+)");
    private static final Map<String, String> TYPES = Map.of(
            "js", "text/javascript; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "svg", "image/svg+xml");
    private static final String PREFIX = "/page/";

    private final Map<String, byte[]> files = new TreeMap<>();
    private final String version;
    private final String index;

    Dashboard() {
        var page = new String(read("index.html"), StandardCharsets.UTF_8);
        NAMED.matcher(page).results().map(found -> found.group(1)).forEach(name -> files.put(name, read(name)));
        this.version = digest(files);
        this.index = page.replace(VERSION, version);
    }

    void add(RoutesConfig routes) {
        routes.get("/", this::page);
        routes.get(PREFIX + "{version}/{file}", this::file);
    }

    private void page(Context page) {
        page.header("Content-Security-Policy", POLICY);
        JsonAnswer.sendTagged(page, "text/html; charset=utf-8", index);
    }

    private void file(Context page) {
        var name = page.pathParam("file");
        var bytes = files.get(name);
        if (bytes == null) {
            throw HttpProblem.notFound("the dashboard has no file %s".formatted(Query.shown(name)));
        }
        boolean current = page.pathParam("version").equals(version);
        page.header("Cache-Control", current ? "public, max-age=31536000, immutable" : "no-cache")
                .contentType(TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "text/plain"))
                .result(bytes);
    }

    private static byte[] read(String name) {
        try (InputStream in = Dashboard.class.getResourceAsStream("page/" + name)) {
            if (in == null) {
                throw new IllegalStateException("page/%s is missing; this is a bug in the hub".formatted(name));
            }
            return in.readAllBytes();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String digest(Map<String, byte[]> files) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            files.forEach((name, bytes) -> {
                digest.update(name.getBytes(StandardCharsets.UTF_8));
                digest.update(bytes);
            });
            return HexFormat.of().formatHex(digest.digest(), 0, 8);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java has SHA-256; this is a bug in the hub", missing);
        }
    }
}
