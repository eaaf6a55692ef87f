package io.pinstream.sim.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/// One program in a process of its own, with its output in a file. It ends with whoever started it.
public final class Program implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final String name;
    private final Path log;
    private final Process process;

    private Program(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
        // A test or a benchmark that is interrupted leaves nothing behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly, "end-" + name));
    }

    /// Starts any program.
    public static Program start(String name, Path log, List<String> command) throws IOException {
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        process.getOutputStream().close();
        return new Program(name, log, process);
    }

    /// Starts a main class on this process' own class path and Java.
    public static Program java(String name, Path log, List<String> jvm, String mainClass, List<String> arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-XX:+UseSerialGC");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(jvm);
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(mainClass);
        command.addAll(arguments);
        return start(name, log, command);
    }

    /// Starts a mosquitto that listens on loopback and keeps nothing.
    public static Program mosquitto(Path folder, int port) throws IOException {
        return mosquitto(folder, port, "");
    }

    /// The same, with more lines in its configuration.
    public static Program mosquitto(Path folder, int port, String more) throws IOException {
        var config = folder.resolve("mosquitto-" + port + ".conf");
        Files.writeString(config, """
                listener %d 127.0.0.1
                allow_anonymous true
                persistence false
                max_queued_messages 0
                max_inflight_messages 1000
                %s""".formatted(port, more));
        var program = executable("mosquitto")
                .orElseThrow(() -> new IOException(
                        "mosquitto is not installed: install the Debian package mosquitto, or run deploy/test.sh"));
        var mosquitto = start(
                "mosquitto", folder.resolve("mosquitto.log"), List.of(program.toString(), "-c", config.toString()));
        mosquitto.awaitPort(port);
        return mosquitto;
    }

    /// Where a program is, also where a user's path does not look for servers.
    public static Optional<Path> executable(String program) {
        var folders = new ArrayList<>(List.of(System.getenv("PATH").split(":")));
        folders.addAll(List.of("/usr/sbin", "/usr/local/sbin", "/sbin"));
        return folders.stream()
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /// A port of loopback that was free a moment ago.
    public static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /// Everything that it has printed so far.
    public String output() {
        try {
            return Files.readString(log);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Waits until it listens.
    public void awaitPort(int port) throws IOException {
        await("listens on port " + port, () -> {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    /// Waits until it has printed a text.
    public void awaitOutput(String text) throws IOException {
        await("prints \"" + text + "\"", () -> output().contains(text));
    }

    private void await(String what, BooleanSupplier condition) throws IOException {
        try {
            for (int i = 0; i < 600; i++) {
                if (condition.getAsBoolean()) {
                    return;
                }
                if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                    throw new IOException(
                            "%s ended with %d before it %s:%n%s".formatted(name, process.exitValue(), what, output()));
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting that %s %s".formatted(name, what), stop);
        }
        throw new IOException("%s has not come so far that it %s within 60 s:%n%s".formatted(name, what, output()));
    }

    /// Waits until it ends by itself, and says with what.
    public int waitFor(Duration limit) throws InterruptedException {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IllegalStateException("%s did not end within %s:%n%s".formatted(name, limit, output()));
        }
        return process.exitValue();
    }

    /// SIGKILL: no chance to write or to say anything.
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// SIGTERM, and what it exits with.
    public int stop() throws InterruptedException {
        return stop(PATIENCE);
    }

    /// The same, for one that has more to do at its end.
    public int stop(Duration limit) throws InterruptedException {
        process.destroy();
        return waitFor(limit);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException stop) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
