package io.pinstream.agent;

import io.pinstream.agent.actuator.ActuatorConfig;
import io.pinstream.agent.board.Board;
import io.pinstream.agent.doctor.Broker;
import io.pinstream.agent.doctor.Check;
import io.pinstream.agent.doctor.Clock;
import io.pinstream.agent.doctor.Doctor;
import io.pinstream.agent.doctor.Finding;
import io.pinstream.agent.doctor.Health;
import io.pinstream.agent.doctor.Lines;
import io.pinstream.agent.doctor.Machine;
import io.pinstream.agent.doctor.Storage;
import io.pinstream.agent.doctor.Wiring;
import io.pinstream.agent.driver.Needed;
import io.pinstream.agent.linux.LinuxLook;
import io.pinstream.agent.watch.AgentLog;
import io.pinstream.time.TimeSource;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `pinstream-agent doctor`: what is missing on this board, and the line that mends it.
@Command(
        name = "doctor",
        description = {
            "Says what is missing on this board, and the line that mends it.",
            "It looks at what the configuration names, and may run beside the agent.",
            "Run it as the agent's user."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Exit codes: 0 no problem (warnings may be), 1 at least one problem, 2 wrong command line."})
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @CommandLine.Mixin
    private Main.Source source = new Main.Source();

    @Option(names = "--json", description = "print it as JSON")
    private boolean json;

    @Override
    public Integer call() {
        AgentLog.toStandardError(false);
        var doctor = Doctor.look(checks(source.file(), TimeSource.system()));
        spec.commandLine().getOut().print(json ? doctor.json() : doctor.text());
        spec.commandLine().getOut().flush();
        return doctor.hasProblems() ? Main.FAILED : 0;
    }

    /// What is looked at for a configuration; without a right one, the machine alone.
    static List<Check> checks(Path file, TimeSource time) {
        var read = AgentConfig.read(file);
        var board = read.config().map(AgentConfig::board).orElse(Board.Config.DEFAULT);
        var machine = Machine.of(board.root());
        var kernel = LinuxLook.at(board.root());
        List<Check> checks = new ArrayList<>();
        checks.add(() -> List.of(configuration(file, read)));
        checks.add(new Health(machine, Runtime.version().feature()));
        checks.add(new Clock(machine, kernel::clockIsSynchronised));
        read.config().ifPresent(config -> {
            var needs = needs(config);
            checks.add(new Wiring(machine, needs));
            checks.add(lines(machine, needs, config.board(), kernel));
            checks.add(new Storage(
                    config.outbox().folder(),
                    machine.agentUser(),
                    config.outbox().maxBytes(),
                    Storage.SLOW,
                    time));
            checks.add(new Broker(config.broker(), Broker.AT_MOST));
        });
        return checks;
    }

    private static Finding configuration(Path file, AgentConfig.Read read) {
        if (read.config().isPresent()) {
            return Finding.ok("config", file + " is right");
        }
        return Finding.problem(
                "config",
                "%s has %d problems, the first: %s; what it names was not looked at"
                        .formatted(file, read.problems().size(), read.problems().getFirst()),
                new Finding.Mend("pinstream-agent check --config " + file, "shell"));
    }

    private static Check lines(Machine machine, Map<String, List<Needed>> needs, Board.Config board, LinuxLook kernel) {
        boolean ours =
                board.provider().equals(Board.Config.AUTO) || board.provider().equals("linux");
        return ours
                ? new Lines(machine, needs, line -> kernel.userOf(board.chip(), line))
                : () -> List.of(Finding.unchecked(
                        "lines", "board.provider is %s, which nobody here can ask".formatted(board.provider())));
    }

    private static Map<String, List<Needed>> needs(AgentConfig config) {
        var needs = new LinkedHashMap<String, List<Needed>>();
        config.sensors().forEach(sensor -> needs.put(sensor.id().value(), Needed.by(sensor.driver())));
        config.control().actuators().forEach((id, actuator) -> needs.put(id.value(), List.of(needed(actuator))));
        return needs;
    }

    private static Needed needed(ActuatorConfig actuator) {
        return switch (actuator) {
            case ActuatorConfig.Relay relay -> new Needed.Line(relay.line());
            case ActuatorConfig.Pwm pwm -> new Needed.PwmChip(pwm.chip());
            case ActuatorConfig.Servo servo -> new Needed.PwmChip(servo.chip());
        };
    }
}
