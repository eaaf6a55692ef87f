package io.pinstream.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// A Debian package, as Debian's own programs see it.
record Packaged(Path file) {
    private static final Pattern EXPOSURE = Pattern.compile("Overall exposure level for .*: ([\\d.]+)");

    /// Below the folder of the project.
    static Path inProject(String path) {
        return Path.of(System.getProperty("pinstream.root")).resolve(path);
    }

    /// What lintian says of it that is an error or a warning.
    List<String> complaints() throws IOException, InterruptedException {
        var lintian = Ended.run("lintian", "--allow-root", "--fail-on", "error,warning", file.toString());
        var complaints = lintian.output()
                .lines()
                .filter(line -> line.matches("[EW]: .*"))
                .toList();
        if (complaints.isEmpty() && lintian.exit() != 0) {
            throw new IOException("lintian failed: " + lintian.output());
        }
        return complaints;
    }

    /// As its control file says.
    int installedKib() throws IOException, InterruptedException {
        return Integer.parseInt(field("Installed-Size"));
    }

    /// What its control file says under a name.
    String field(String name) throws IOException, InterruptedException {
        return succeed("dpkg-deb", "--field", file.toString(), name).strip();
    }

    /// Only its files: no script of it runs.
    void unpack(Path folder) throws IOException, InterruptedException {
        succeed("dpkg-deb", "-x", file.toString(), folder.toString());
    }

    /// The same package under another version.
    Packaged as(String version, Path folder) throws IOException, InterruptedException {
        var tree = folder.resolve("tree-" + version);
        succeed("dpkg-deb", "-R", file.toString(), tree.toString());
        var control = tree.resolve("DEBIAN/control");
        Files.writeString(control, Files.readString(control).replaceFirst("(?m)^Version: .*$", "Version: " + version));
        var other = folder.resolve(version + ".deb");
        succeed("dpkg-deb", "--root-owner-group", "-Znone", "-b", tree.toString(), other.toString());
        return new Packaged(other);
    }

    /// How much of the system a unit sees, by systemd's own measure: 0 to 10.
    static double exposure(Path unit) throws IOException, InterruptedException {
        var said = succeed("systemd-analyze", "security", "--offline=true", unit.toString());
        var level = EXPOSURE.matcher(said);
        if (!level.find()) {
            throw new IOException("systemd-analyze names no level: " + said);
        }
        return Double.parseDouble(level.group(1));
    }

    private static String succeed(String... command) throws IOException, InterruptedException {
        var ended = Ended.run(command);
        if (ended.exit() != 0) {
            throw new IOException("%s failed: %s".formatted(List.of(command), ended.output()));
        }
        return ended.output();
    }
}
