package io.pinstream.hub;

import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-hub check`: names everything that is wrong with a configuration, and starts nothing.
@Command(
        name = "check",
        description = "Names everything that is wrong with the configuration. Starts nothing and asks nobody.",
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Option(
            names = "--effective",
            description = "print what every key comes to, and where that was said; secrets are masked")
    private boolean effective;

    @Override
    public Integer call() throws UnusableConfig {
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var loaded = config.load();
        if (effective) {
            loaded.effective().forEach(out::println);
        } else {
            out.println(config.name() + " is fine");
        }
        out.flush();
        return CommandLine.ExitCode.OK;
    }
}
