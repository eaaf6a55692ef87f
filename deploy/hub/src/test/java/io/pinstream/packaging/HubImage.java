package io.pinstream.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/// The hub's image, unpacked as an engine would, and run as one would: in its own root, which is read-only, as its own
/// user where that is possible, with `/proc`, `/dev` and a `/tmp`. By unshare(1) and chroot(1), because an engine is
/// not
/// to be had everywhere.
///
/// @param root its files
/// @param config what it says of itself, the member `config` of the image's configuration
record HubImage(Path root, Map<String, Object> config, String architecture) {
    private static final Path TAR = Packaged.inProject("deploy/hub/target/pinstream-hub-image.tar");
    private static final String ENTER = """
            set -e
            root=$1 user=$2
            shift 2
            mount --bind "$root" "$root"
            mount --rbind /proc "$root/proc"
            mount --rbind /dev "$root/dev"
            mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
            mount -o remount,bind,ro "$root"
            exec chroot $user "$root" "$@"
            """;

    /// Whether this machine lets us enter a root of its own.
    static boolean canBeEntered() throws IOException, InterruptedException {
        return Ended.run(unshare("true").toArray(String[]::new)).exit() == 0;
    }

    static HubImage unpack(Path folder) throws IOException, InterruptedException {
        var layout = Files.createDirectories(folder.resolve("layout"));
        var root = Files.createDirectories(folder.resolve("root"));
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
        tar("-xf", TAR, layout);
        var index = json(layout.resolve("index.json"));
        var manifest = json(blob(layout, Manifests.list(index.get("manifests")).getFirst()));
        for (var layer : Manifests.list(manifest.get("layers"))) {
            tar("-xzf", blob(layout, layer), root);
        }
        // What an engine makes, whatever the image has.
        Files.createDirectories(root.resolve("proc"));
        Files.createDirectories(root.resolve("dev"));
        var config = json(blob(layout, manifest.get("config")));
        return new HubImage(
                root,
                Manifests.map(config.get("config")),
                config.get("architecture").toString());
    }

    /// The command that runs the image.
    ///
    /// @param arguments instead of its own
    List<String> command(List<String> arguments) throws IOException, InterruptedException {
        boolean isRoot = Ended.run("id", "-u").output().strip().equals("0");
        var command = unshare("sh", "-c", ENTER, "enter", root.toString(), isRoot ? "--userspec=" + user() : "");
        Manifests.list(config.get("Entrypoint")).forEach(part -> command.add(part.toString()));
        command.addAll(arguments);
        return command;
    }

    /// Number of user and group.
    String user() {
        return config.get("User").toString();
    }

    private static List<String> unshare(String... command) throws IOException, InterruptedException {
        boolean isRoot = Ended.run("id", "-u").output().strip().equals("0");
        var all = new ArrayList<>(List.of("unshare", "--mount"));
        if (!isRoot) {
            all.add("--map-root-user");
        }
        all.addAll(List.of(command));
        return all;
    }

    private static Path blob(Path layout, Object descriptor) {
        return layout.resolve("blobs")
                .resolve(Manifests.at(descriptor, "digest").toString().replace(':', '/'));
    }

    private static Map<String, Object> json(Path file) throws IOException {
        return Manifests.map(
                new Load(LoadSettings.builder().build()).loadFromString(Files.readString(file))); // JSON is YAML
    }

    private static void tar(String how, Path archive, Path into) throws IOException, InterruptedException {
        var ended = Ended.run("tar", "--warning=no-unknown-keyword", "-C", into.toString(), how, archive.toString());
        if (ended.exit() != 0) {
            throw new IOException("tar cannot read %s: %s".formatted(archive, ended.output()));
        }
    }
}
