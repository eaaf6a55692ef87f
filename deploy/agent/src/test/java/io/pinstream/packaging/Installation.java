package io.pinstream.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A system in a folder, into which dpkg installs as it does when systems are built: the packages' scripts run with
/// DPKG_ROOT. It asks nothing, and what the packages depend on need not be there.
record Installation(Path root) {
    /// With nothing installed.
    static Installation in(Path root) throws IOException {
        for (var folder : List.of("var/lib/dpkg/info", "var/lib/dpkg/updates", "etc")) {
            Files.createDirectories(root.resolve(folder));
        }
        Files.createFile(root.resolve("var/lib/dpkg/status"));
        Files.createFile(root.resolve("var/lib/dpkg/available"));
        return new Installation(root);
    }

    /// Installs, upgrades or downgrades.
    void install(Packaged what) throws IOException, InterruptedException {
        dpkg("--install", what.file().toString());
    }

    void remove(String name) throws IOException, InterruptedException {
        dpkg("--remove", name);
    }

    void purge(String name) throws IOException, InterruptedException {
        dpkg("--purge", name);
    }

    /// The version of a package, by dpkg's books.
    String version(String name) throws IOException, InterruptedException {
        return query("${Version}", name);
    }

    /// Every package that is installed, and not merely remembered.
    List<String> installed() throws IOException, InterruptedException {
        return query("${db:Status-Abbrev}${Package}\n")
                .lines()
                .filter(line -> line.startsWith("ii "))
                .map(line -> line.substring(3))
                .toList();
    }

    private String query(String format, String... names) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of("dpkg-query", "--root=" + root, "--show", "--showformat=" + format));
        command.addAll(List.of(names));
        return Ended.run(command.toArray(String[]::new)).output();
    }

    Path file(String path) {
        return root.resolve(path);
    }

    private void dpkg(String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                "dpkg",
                "--root=" + root,
                "--log=" + root.resolve("dpkg.log"),
                "--force-script-chrootless",
                "--force-depends",
                "--force-architecture",
                "--force-confold"));
        command.addAll(List.of(arguments));
        var ended = Ended.run(command.toArray(String[]::new));
        assertThat(ended.exit()).as(ended.output()).isZero();
    }
}
