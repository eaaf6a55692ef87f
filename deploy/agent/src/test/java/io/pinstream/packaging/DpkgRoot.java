package io.pinstream.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A folder that dpkg takes for the root of a system, and programs that run there.
record DpkgRoot(Path folder, Map<String, String> environment) {
    record Ended(int exit, String output) {}

    static DpkgRoot in(Path folder) throws IOException {
        for (var part : List.of("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc")) {
            Files.createDirectories(folder.resolve(part));
        }
        for (var file : List.of("status", "available")) {
            Files.writeString(folder.resolve("var/lib/dpkg").resolve(file), "");
        }
        return new DpkgRoot(folder, Map.of("PINSTREAM_JAVA", System.getProperty("java.home")));
    }

    DpkgRoot with(String variable, String value) {
        var more = new HashMap<>(environment);
        more.put(variable, value);
        return new DpkgRoot(folder, more);
    }

    Path path(String name) {
        return folder.resolve(name);
    }

    /// As dpkg is used to build systems in a folder: its scripts run with DPKG_ROOT. It asks nothing.
    void dpkg(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "dpkg",
                "--root=" + folder,
                "--log=" + folder.resolve("dpkg.log"),
                "--force-script-chrootless",
                "--force-depends",
                "--force-architecture",
                "--force-confold"));
        command.addAll(List.of(arguments));
        var ended = run(command.toArray(String[]::new));
        assertThat(ended.exit).as(ended.output).isZero();
    }

    void unpack(Path archive) throws IOException, InterruptedException {
        var ended = run("dpkg-deb", "-x", archive.toString(), folder.toString());
        assertThat(ended.exit).as(ended.output).isZero();
    }

    Ended run(String... command) throws IOException, InterruptedException {
        var log = Files.createTempFile(folder, "run", ".log");
        var process = start(log, command);
        if (!process.waitFor(5, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new IOException("%s did not end: %s".formatted(List.of(command), Files.readString(log)));
        }
        var output = Files.readString(log, UTF_8);
        Files.delete(log);
        return new Ended(process.exitValue(), output);
    }

    Process start(Path log, String... command) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin:/sbin");
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(environment);
        var process = builder.start();
        process.getOutputStream().close();
        return process;
    }
}
