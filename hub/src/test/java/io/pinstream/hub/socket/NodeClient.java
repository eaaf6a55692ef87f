package io.pinstream.hub.socket;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// npm's `socket.io-client` in a process of its own, which a test tells what to do and hears.
public final class NodeClient implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path SCRIPTS = Path.of("src", "test", "js");

    private final Process process;
    private final Path out;
    private final Writer in;

    /// @param options of the client's library, as JSON
    public NodeClient(Path folder, String url, String options) throws IOException, InterruptedException {
        this.out = Files.createTempFile(folder, "client", ".log");
        this.process = new ProcessBuilder(
                        "node", installed().resolve("socketio.mjs").toString(), url, options)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        this.in = process.outputWriter(StandardCharsets.UTF_8);
    }

    /// The scripts beside what they need from npm, as the lock file says.
    private static synchronized Path installed() throws IOException, InterruptedException {
        var to = Files.createDirectories(Path.of("target", "js-socket"));
        var done = to.resolve("done");
        if (Files.exists(done)
                && Files.getLastModifiedTime(done)
                                .compareTo(Files.getLastModifiedTime(SCRIPTS.resolve("package-lock.json")))
                        > 0) {
            Files.copy(
                    SCRIPTS.resolve("socketio.mjs"), to.resolve("socketio.mjs"), StandardCopyOption.REPLACE_EXISTING);
            return to;
        }
        try (var files = Files.list(SCRIPTS)) {
            for (var file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        var npm = new ProcessBuilder("npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts")
                .directory(to.toFile())
                .redirectErrorStream(true)
                .redirectOutput(to.resolve("npm.log").toFile())
                .start();
        assertThat(npm.waitFor(180, TimeUnit.SECONDS)).isTrue();
        assertThat(npm.exitValue()).as(Files.readString(to.resolve("npm.log"))).isZero();
        Files.writeString(done, "");
        return to;
    }

    public void tell(String command) throws IOException {
        in.write(command + "\n");
        in.flush();
    }

    /// What it has printed that begins so.
    public List<String> lines(String start) {
        try {
            return Files.readString(out)
                    .lines()
                    .filter(line -> line.startsWith(start))
                    .toList();
        } catch (IOException broken) {
            throw new AssertionError(broken);
        }
    }

    /// Waits until it has printed so many lines that begin so, and gives them.
    public List<String> await(String start, int count) {
        try {
            org.awaitility.Awaitility.await()
                    .atMost(LIMIT)
                    .until(() -> lines(start).size() >= count);
        } catch (org.awaitility.core.ConditionTimeoutException never) {
            throw new AssertionError("no %d of %s in:%n%s".formatted(count, start, lines("")), never);
        }
        return lines(start);
    }

    /// What it is told when it emits an event.
    public String emit(String event, String argument) throws IOException {
        int before = lines("ack " + event).size() + lines("no ack " + event).size();
        tell("emit " + event + " " + argument);
        org.awaitility.Awaitility.await()
                .atMost(LIMIT)
                .until(() ->
                        lines("ack " + event).size() + lines("no ack " + event).size() > before);
        return lines("ack " + event).getLast().substring("ack ".length() + event.length() + 1);
    }

    /// The ids of the events that it heard.
    public List<String> ids() {
        return lines("event ").stream().map(line -> line.split(" ")[1]).toList();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
