package io.pinstream.hub.outlet;

import static org.awaitility.Awaitility.await;

import io.pinstream.hub.log.RealKafka;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.resps.StreamEntry;

/// A Redis of the test's own that keeps what it confirms (`appendfsync always`).
public final class RedisServer implements Server {
    public static final String PASSWORD = "geheim";

    private final Path folder = RealKafka.folder("redis").toAbsolutePath();
    private final int port = Ports.free();
    private final List<String> settings;
    private Process process;

    /// @param settings further ones, as on the command line
    public RedisServer(String... settings) throws Exception {
        this.settings = List.of(settings);
        launch();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void launch() throws Exception {
        var command = new ArrayList<>(List.of("redis-server", "--port", Integer.toString(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString()));
        command.addAll(List.of("--appendonly", "yes", "--appendfsync", "always", "--save", ""));
        command.addAll(List.of("--requirepass", PASSWORD));
        command.addAll(settings);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("redis.log").toFile()))
                .start();
        await().atMost(Line.LIMIT).until(this::answers);
    }

    private boolean answers() {
        try (var redis = client()) {
            return redis.ping().equals("PONG");
        } catch (JedisException notYet) {
            return false;
        }
    }

    public Jedis client() {
        var redis = new Jedis("127.0.0.1", port);
        redis.auth(PASSWORD);
        return redis;
    }

    /// The entries of some streams, in order.
    List<StreamEntry> entries(String pattern) {
        var entries = new ArrayList<StreamEntry>();
        try (var redis = client()) {
            for (var stream : redis.keys(pattern)) {
                entries.addAll(redis.xrange(stream, (StreamEntryID) null, null, 1_000_000));
            }
        }
        return entries;
    }

    List<String> ids(String pattern) {
        return entries(pattern).stream()
                .map(entry -> entry.getFields().get("ce_id"))
                .toList();
    }

    @Override
    public void kill() throws IOException, InterruptedException {
        if (!process.destroyForcibly().waitFor(10, TimeUnit.SECONDS)) {
            throw new IOException("Redis does not end");
        }
    }
}
