package io.pinstream.hub;

import io.pinstream.config.Amounts;
import io.pinstream.config.Secret;
import io.pinstream.event.DeviceId;
import io.pinstream.event.SensorId;
import io.pinstream.hub.web.ActuatorClient;
import io.pinstream.wire.Command;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `pinstream-hub command`: has a device set one of its actuators, by a hub that runs, and says what it answers.
@CommandLine.Command(
        name = "command",
        description = {
            "Has a device set one of its actuators, and prints its reply.",
            "What was set stands until one of the device's own rules changes its mind, or for the time in --for."
        },
        mixinStandardHelpOptions = true)
final class SwitchCommand implements Callable<Integer> {
    private static final int LONGEST_TOKEN = 4096;

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(index = "0", paramLabel = "DEVICE", description = "which device")
    private String device = "";

    @Parameters(index = "1", paramLabel = "ACTUATOR", description = "which of its actuators")
    private String actuator = "";

    @Parameters(index = "2", paramLabel = "STATE", description = "on, off, 0 to 100 (in %%), or safe")
    private String state = "";

    @Option(names = "--for", paramLabel = "TIME", description = "how long the device's rules leave it so, such as 10m")
    private String hold = "";

    @Option(
            names = "--wait",
            paramLabel = "TIME",
            description =
                    "how long for the reply (default: ${DEFAULT-VALUE}); a device that hears of it later does not do it",
            defaultValue = "5s")
    private String wait = "";

    @Option(
            names = "--hub",
            paramLabel = "URL",
            description = "where the hub is (default: ${DEFAULT-VALUE})",
            defaultValue = "http://127.0.0.1:8080")
    private @Nullable URI hub;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "a file that holds the token, if the hub needs one")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "print what the hub answers")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        var line = Objects.requireNonNull(spec).commandLine();
        DeviceId.problemWith(device).or(() -> SensorId.problemWith(actuator)).ifPresent(problem -> {
            throw new ParameterException(line, problem);
        });
        var body = body(line);
        var limit = duration(line, "--wait", wait, Duration.ofMillis(100), Duration.ofSeconds(60));
        var answer = client(line).set(device, actuator, body, limit);
        if (json) {
            line.getOut().print(answer.body());
            line.getOut().flush();
        } else if (answer.status() == 200) {
            line.getOut().printf("%s %s is set to %s %%%n", device, actuator, answer.words());
            line.getOut().flush();
        } else {
            line.getErr()
                    .println("pinstream-hub: "
                            + (answer.words().isEmpty() ? "the hub answered " + answer.status() : answer.words()));
            line.getErr().flush();
        }
        return switch (answer.status()) {
            case 200 -> CommandLine.ExitCode.OK;
            case 401, 403 -> Main.NOT_ALLOWED;
            case 503, 504 -> Main.UNAVAILABLE;
            default -> Main.FINDINGS;
        };
    }

    private ActuatorClient client(CommandLine line) throws IOException {
        try {
            return new ActuatorClient(Objects.requireNonNull(hub), token());
        } catch (IllegalArgumentException wrong) {
            throw new ParameterException(line, "--hub: %s, but was %s".formatted(wrong.getMessage(), hub), wrong);
        }
    }

    private Optional<Secret> token() throws IOException {
        var file = tokenFile;
        if (file == null) {
            return Optional.empty();
        }
        if (!Files.isRegularFile(file) || Files.size(file) > LONGEST_TOKEN) {
            throw new IOException(
                    "token file %s does not exist, or is larger than %d bytes".formatted(file, LONGEST_TOKEN));
        }
        return Optional.of(new Secret(Files.readString(file).strip()));
    }

    private String body(CommandLine line) {
        var wanted = switch (state) {
            case "on" -> "\"percent\":100";
            case "off" -> "\"percent\":0";
            case "safe" -> "\"safe\":true";
            default -> "\"percent\":" + percent(line);
        };
        if (hold.isEmpty()) {
            return "{%s}".formatted(wanted);
        }
        var time = duration(line, "--for", hold, Command.SHORTEST_HOLD, Command.LONGEST_HOLD);
        return "{%s,\"for\":\"%dms\"}".formatted(wanted, time.toMillis());
    }

    private int percent(CommandLine line) {
        try {
            int percent = Integer.parseInt(state.endsWith("%") ? state.substring(0, state.length() - 1) : state);
            if (percent >= 0 && percent <= Command.WHOLE) {
                return percent;
            }
        } catch (NumberFormatException none) {
            // The same answer.
        }
        throw new ParameterException(line, "STATE must be on, off, 0 to 100 or safe, but was \"%s\"".formatted(state));
    }

    private static Duration duration(CommandLine line, String option, String text, Duration least, Duration most) {
        return Amounts.duration(text)
                .filter(time -> time.compareTo(least) >= 0 && time.compareTo(most) <= 0)
                .orElseThrow(() -> new ParameterException(
                        line,
                        "%s must be %s, from %s to %s, but was \"%s\""
                                .formatted(
                                        option,
                                        Amounts.DURATION_FORM,
                                        Amounts.print(least),
                                        Amounts.print(most),
                                        text)));
    }
}
