package io.pinstream.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What a command of the system came to.
///
/// @param output standard output and standard error, as they came
record Ended(int exit, String output) {
    private static final long MINUTES = 5;

    /// Runs a command to its end, with nothing to read and this very Java for scripts that look for one.
    ///
    /// @throws IOException if there is no such program, or it takes longer than five minutes
    static Ended run(String... command) throws IOException, InterruptedException {
        return run(Map.of(), command);
    }

    /// The same.
    ///
    /// @param environment beside that of this process
    static Ended run(Map<String, String> environment, String... command) throws IOException, InterruptedException {
        var log = Files.createTempFile("run", ".log");
        try {
            var process = start(environment, log, command);
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException("%s did not end: %s".formatted(List.of(command), Files.readString(log)));
            }
            return new Ended(process.exitValue(), Files.readString(log, UTF_8));
        } finally {
            Files.delete(log);
        }
    }

    /// A command that has not ended yet, and that whoever starts it ends.
    ///
    /// @param log what it says
    static Process start(Map<String, String> environment, Path log, String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().put("PINSTREAM_JAVA", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }
}
