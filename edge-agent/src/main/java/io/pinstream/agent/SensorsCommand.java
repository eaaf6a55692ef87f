package io.pinstream.agent;

import io.pinstream.agent.board.Board;
import io.pinstream.agent.scan.Found;
import io.pinstream.agent.scan.Pasted;
import io.pinstream.agent.scan.Scan;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.report.JsonText;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `pinstream-agent sensors scan`: what is at this board, and what to write to have it read.
@Command(
        name = "sensors",
        description = "Looks which sensors are at this board.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND")
final class SensorsCommand implements Runnable {
    private static final int MOST_BUSES = 255;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing required subcommand");
    }

    @Command(
            name = "scan",
            description = {
                "Lists chips on I2C, 1-Wire and in the kernel (IIO, hwmon), and prints the configuration to paste.",
                "It reads only, but stop the agent first if a reading must not be late.",
                "Where a valid configuration is there, its section board is used; none is needed."
            },
            mixinStandardHelpOptions = true)
    int scan(
            @CommandLine.Mixin Main.Source source,
            @Option(names = "--bus", paramLabel = "N", description = "only this I2C bus, the n of /dev/i2c-n") @Nullable
                    Integer bus,
            @Option(names = "--json", description = "print it as JSON") boolean json)
            throws IOException {
        if (bus != null && (bus < 0 || bus > MOST_BUSES)) {
            throw new ParameterException(
                    spec.commandLine(), "--bus must be 0 to %d, but was %d".formatted(MOST_BUSES, bus));
        }
        AgentLog.toStandardError(false);
        try (var board = Board.open(source.board(), TimeSource.system())) {
            var report =
                    new Scan(board, SensorConfig.signs()).run(bus == null ? OptionalInt.empty() : OptionalInt.of(bus));
            print(report, json, spec.commandLine().getOut());
            return 0;
        }
    }

    static void print(Scan.Report report, boolean json, PrintWriter out) {
        if (json) {
            out.println(json(report));
        } else {
            out.print(text(report));
        }
        out.flush();
    }

    private static String text(Scan.Report report) {
        var text = new StringBuilder();
        if (report.found().isEmpty()) {
            text.append("nothing was found%n".formatted());
        }
        for (var one : report.found()) {
            var types = one.types().isEmpty() ? "unknown" : String.join(" | ", one.types());
            text.append("%-7s %-34s %-26s %s%n".formatted(one.bus(), one.place(), types, one.says()));
        }
        report.notes().forEach(note -> text.append("note: %s%n".formatted(note)));
        return text.append("%nTo paste into agent.yaml, as far as you want it:%n%n".formatted())
                .append(Pasted.yaml(report.found()))
                .toString();
    }

    private static String json(Scan.Report report) {
        return "{\"found\":[%s],\"notes\":[%s],\"yaml\":%s}"
                .formatted(
                        report.found().stream().map(SensorsCommand::json).collect(Collectors.joining(",")),
                        report.notes().stream().map(JsonText::quoted).collect(Collectors.joining(",")),
                        JsonText.quoted(Pasted.yaml(report.found())));
    }

    private static String json(Found one) {
        return "{\"bus\":%s,\"place\":%s,\"types\":[%s],\"certain\":%b,\"says\":%s,\"keys\":{%s}}"
                .formatted(
                        JsonText.quoted(one.bus()),
                        JsonText.quoted(one.place()),
                        one.types().stream().map(JsonText::quoted).collect(Collectors.joining(",")),
                        one.certain(),
                        JsonText.quoted(one.says()),
                        one.keys().entrySet().stream()
                                .map(key -> JsonText.quoted(key.getKey()) + ":" + JsonText.quoted(key.getValue()))
                                .collect(Collectors.joining(",")));
    }
}
