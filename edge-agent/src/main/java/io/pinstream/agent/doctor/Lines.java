package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import io.pinstream.agent.driver.Needed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The GPIO lines that sensors and actuators are configured on: whether they are there, and nobody else has them.
///
/// @param needs by the sensor's or actuator's name
/// @param users tells who has a line
public record Lines(Machine machine, Map<String, List<Needed>> needs, Users users) implements Check {
    private static final String OURS = "pinstream";

    /// Who has a line.
    @FunctionalInterface
    public interface Users {
        /// @return empty: nobody
        /// @throws IOException with the reason and the remedy, if chip or line cannot be found or opened
        Optional<String> of(int line) throws IOException;
    }

    @Override
    public List<Finding> look() {
        var findings = new ArrayList<Finding>();
        needs.forEach((name, needed) -> needed.forEach(one -> {
            if (one instanceof Needed.Line(int line)) {
                findings.add(look(name, line));
            }
        }));
        return findings;
    }

    private Finding look(String name, int line) {
        var check = "line " + line;
        var refused = machine.list("/dev").stream()
                .filter(file -> file.startsWith("gpiochip"))
                .map(file -> "/dev/" + file)
                .filter(path -> !machine.mayUse(path))
                .findFirst();
        if (refused.isPresent()) {
            return Finding.problem(
                    check,
                    "user %s may not use %s, for %s".formatted(machine.user(), refused.get(), name),
                    machine.permission("gpio"));
        }
        try {
            return users.of(line)
                    .map(user -> user.equals(OURS)
                            ? Finding.ok(check, "for %s: an agent that runs has it".formatted(name))
                            : Finding.problem(
                                    check,
                                    "for %s: it is in use by %s".formatted(name, user.isEmpty() ? "the kernel" : user),
                                    new Mend("end that use, or give %s another line".formatted(name), Mend.HAND)))
                    .orElseGet(() -> Finding.ok(check, "for %s: it is there and free".formatted(name)));
        } catch (IOException failed) {
            return Finding.problem(
                    check, "for %s: %s".formatted(name, failed.getMessage()), Mend.command("gpiodetect"));
        }
    }
}
