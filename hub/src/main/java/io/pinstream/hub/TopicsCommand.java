package io.pinstream.hub;

import io.pinstream.hub.log.KafkaTopics;
import java.io.IOException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-hub topics`: makes the topics that are missing, checks the others, and prints them.
@Command(
        name = "topics",
        description = "Makes the Kafka topics that are missing, checks those that are there, and prints them.",
        mixinStandardHelpOptions = true)
final class TopicsCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private ConfigOption config = new ConfigOption();

    @Mixin
    private VerboseOption verbose = new VerboseOption();

    @Option(names = "--dry-run", description = "make nothing, only say what there is and what there should be")
    private boolean dryRun;

    @Override
    public Integer call() throws UnusableConfig, IOException, InterruptedException {
        verbose.startLog();
        var out = Objects.requireNonNull(spec).commandLine().getOut();
        var kafka = config.load().config().kafka();
        var topics = dryRun ? KafkaTopics.check(kafka) : KafkaTopics.create(kafka);
        out.printf("%-28s %10s %8s  %s%n", "TOPIC", "PARTITIONS", "REPLICAS", "SETTINGS");
        boolean usable = true;
        for (var topic : topics) {
            var settings = new TreeMap<>(topic.config())
                    .entrySet().stream().map(Object::toString).collect(Collectors.joining(" "));
            out.printf(
                    "%-28s %10d %8d  %s%s%n",
                    topic.name(),
                    topic.partitions(),
                    topic.replicationFactor(),
                    settings,
                    topic.exists() ? "" : "  (not there yet)");
            for (var finding : topic.findings()) {
                usable &= !finding.serious();
                out.printf("  %s: %s%n", finding.serious() ? "error" : "warning", finding.text());
            }
        }
        out.flush();
        return usable ? CommandLine.ExitCode.OK : Main.CONFIG;
    }
}
