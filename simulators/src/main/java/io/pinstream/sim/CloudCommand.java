package io.pinstream.sim;

import io.pinstream.hub.ingest.Tls;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.sim.cloud.Cloud;
import io.pinstream.sim.process.SelfSigned;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.Callable;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pinstream-sim cloud`: stand-ins for the cloud services that the hub's outlets send to.
@Command(
        name = "cloud",
        description = {
            "Stands in for Amazon EventBridge and Azure Event Grid on loopback, strictly: signatures (SigV4), keys and tokens,"
                    + " actions, sizes and every entry are checked as the services document it. A page at / lists what"
                    + " arrived, /arrived has it as lines of JSON.",
            "",
            "What is to go wrong is ordered, or comes by chance with --faults:",
            "  curl -X POST 'http://localhost:9400/orders?status=429&retry-after=2&times=3'",
            "  fault=refuse (with status=), unheard (taken, no answer), cut (not taken, no answer),",
            "  entries (every other entry refused, with code=)",
            "",
            "These are made from documents, not from the services: passing here is no proof for the real ones.",
            "",
            "Exit codes: 0 told to end, 1 the port is taken or a file cannot be read, 2 an option is wrong."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class CloudCommand implements Callable<Integer> {
    private static final int KEPT = 10_000;

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "9400",
            description = "on loopback, 0 for a free one (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(
            names = "--https",
            description = "speak https, with a certificate for localhost that is made now (Azure's client wants it)")
    private boolean https;

    @Option(names = "--folder", description = "for that certificate (default: a new one in the temporary folder)")
    private @Nullable Path folder;

    @Option(
            names = "--region",
            defaultValue = "eu-central-1",
            description = "of EventBridge (default: ${DEFAULT-VALUE})")
    private String region = "";

    @Option(
            names = "--access-key",
            defaultValue = "AKIDEXAMPLE",
            description = "of EventBridge (default: ${DEFAULT-VALUE})")
    private String accessKey = "";

    @Option(
            names = "--secret-key",
            defaultValue = "stand-in",
            description = "with it, and of a client that wants a token for Event Grid (default: ${DEFAULT-VALUE})")
    private String secretKey = "";

    @Option(
            names = "--entry-bytes",
            defaultValue = "262144",
            description = "of all entries of a call of EventBridge, 1024 to 1048576 (default: ${DEFAULT-VALUE})")
    private int entryBytes;

    @Option(
            names = "--grid-key",
            defaultValue = "c3RhbmQtaW4=",
            description = "access key of Event Grid's topics, base64 (default: ${DEFAULT-VALUE})")
    private String gridKey = "";

    @Option(
            names = "--token",
            defaultValue = "stand-in",
            description = "bearer token of Event Grid (default: ${DEFAULT-VALUE})")
    private String token = "";

    @Option(names = "--faults", defaultValue = "0", description = "so many calls fail by chance, one in three")
    private int faults;

    @Option(names = "--seed", defaultValue = "1", description = "of that chance (default: ${DEFAULT-VALUE})")
    private long seed;

    @Override
    public Integer call() throws Exception {
        check(port >= 0 && port <= 0xffff, "--port must be 0 to 65535, but was " + port);
        check(
                entryBytes >= 1024 && entryBytes <= 1 << 20,
                "--entry-bytes must be 1024 to 1048576, but was " + entryBytes);
        check(faults >= 0, "--faults must be 0 or more, but was " + faults);
        check(isBase64(gridKey), "--grid-key must be base64");
        var made = https ? Optional.of(SelfSigned.make(made(folder))) : Optional.<SelfSigned>empty();
        var tls = made.isEmpty() ? Optional.<SSLContext>empty() : Optional.of(context(made.get()));
        var settings = new Cloud.Settings(port, accessKey, secretKey, region, entryBytes, gridKey, token, tls, KEPT);
        try (var shutdown = Shutdown.awaited();
                var cloud = Cloud.start(settings, TimeSource.system())) {
            cloud.failAtRandom(seed, faults);
            System.out.print(words(cloud.url(), made));
            shutdown.await();
        }
        return 0;
    }

    private String words(String url, Optional<SelfSigned> made) {
        var trust = made.map(pair -> ", tls: {ca: \"%s\"}".formatted(pair.certificate()))
                .orElse("");
        var grid = made.isEmpty()
                ? "  (Azure's client sends a key over https only: --https)"
                : "  azure: {type: eventgrid, to: {endpoint: \"%s\", key: \"%s\"%s}}".formatted(url, gridKey, trust);
        return """
                What arrives: %s/
                The hub's environment: AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s
                The hub's outlets:
                  aws: {type: eventbridge, to: {region: %s, endpoint: "%s"%s}}
                %s
                Ctrl-C ends it.
                """.formatted(url, accessKey, secretKey, region, url, trust, grid);
    }

    private static Path made(@Nullable Path folder) throws IOException {
        return folder == null ? Files.createTempDirectory("pinstream-cloud") : Files.createDirectories(folder);
    }

    private static SSLContext context(SelfSigned pair) throws IOException {
        return new Tls(Optional.empty(), Optional.of(pair.certificate()), Optional.of(pair.key())).context();
    }

    private static boolean isBase64(String text) {
        try {
            return Base64.getDecoder().decode(text.getBytes(StandardCharsets.US_ASCII)).length > 0;
        } catch (IllegalArgumentException bad) {
            return false;
        }
    }

    private void check(boolean right, String message) {
        if (!right && spec != null) {
            throw new ParameterException(spec.commandLine(), message);
        }
    }
}
