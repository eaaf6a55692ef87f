package io.pinstream.hub;

import io.pinstream.config.ConfigTree;
import io.pinstream.config.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The option `--config`, which every command has.
final class ConfigOption {
    /// A configuration without a problem, and what each key came to.
    record Loaded(HubConfig config, List<String> effective) {}

    @Option(
            names = {"-c", "--config"},
            paramLabel = "FILE",
            description = "the configuration, such as hub.yaml; without it, every key has its default:"
                    + " broker and Kafka on this machine")
    private @Nullable Path file;

    /// Reads the file.
    ///
    /// @throws UnusableConfig with all that is wrong with it
    Loaded load() throws UnusableConfig {
        var tree = file == null ? ConfigTree.parse("defaults", "") : ConfigTree.read(file);
        var config = HubConfig.read(tree);
        var problems = tree.finish();
        if (!problems.isEmpty()) {
            throw new UnusableConfig(problems.stream().map(Problem::toString).toList());
        }
        return new Loaded(
                config.orElseThrow(() ->
                        new IllegalStateException("no configuration and no problem either; this is a bug in the hub")),
                tree.effective());
    }

    /// How it is named in messages.
    String name() {
        return Optional.ofNullable(file).map(Path::toString).orElse("the default configuration");
    }
}
