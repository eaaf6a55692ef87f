package io.pinstream.hub;

import io.pinstream.hub.watch.LoggingWatch;
import io.pinstream.lifecycle.EmbeddedServers;
import io.pinstream.lifecycle.Shutdown;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pinstream-hub run`: runs the hub until SIGTERM or Ctrl-C.
@Command(
        name = "run",
        description = {
            "Runs the hub until SIGTERM or Ctrl-C.",
            "Broker and Kafka may be away, at the start or later: the hub keeps trying and says so once."
        },
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private VerboseOption verbose = new VerboseOption();

    @Option(
            names = "--embedded",
            description = "run an MQTT broker and a Kafka node inside this process, on loopback, instead of those that"
                    + " the configuration names")
    private boolean embedded;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "folder of the embedded servers' data; by default embedded.data of the configuration")
    private @Nullable Path data;

    @Override
    public Integer call() throws UnusableConfig, IOException, InterruptedException {
        var line = Objects.requireNonNull(spec).commandLine();
        if (data != null && !embedded) {
            throw new ParameterException(line, "--data is of use only with --embedded");
        }
        var asked = config.load().config();
        verbose.startLog();
        try (var _ = Shutdown.interrupting()) {
            return embedded ? runWithServers(asked) : run(asked);
        }
    }

    private int runWithServers(HubConfig asked) throws IOException, UnusableConfig, InterruptedException {
        var local = data == null ? asked.embedded() : asked.embedded().withData(data);
        try (var servers = provider().open(local.data(), local.mqttPort(), local.kafkaPort())) {
            return run(asked.withServers(servers.mqttPort(), servers.bootstrapServers()));
        }
    }

    private static EmbeddedServers.Provider provider() throws UnusableConfig {
        return ServiceLoader.load(EmbeddedServers.Provider.class)
                .findFirst()
                .orElseThrow(() -> new UnusableConfig(List.of(
                        "there are no embedded servers on the class path: start the hub with deploy/bin/pinstream-hub,"
                                + " which brings them, or leave --embedded out and name your own in broker.url and"
                                + " kafka.bootstrap-servers")));
    }

    private static int run(HubConfig config) throws IOException, UnusableConfig, InterruptedException {
        var time = TimeSource.system();
        try (var hub = Hub.start(config, time, new LoggingWatch(time))) {
            return switch (hub.await()) {
                case Hub.End.Closed() -> CommandLine.ExitCode.OK;
                case Hub.End.Unusable(var problems) -> throw new UnusableConfig(problems);
                case Hub.End.Bug(var thread, var cause) ->
                    throw new IllegalStateException(
                            "thread %s broke; this is a bug in the hub".formatted(thread), cause);
            };
        }
    }
}
