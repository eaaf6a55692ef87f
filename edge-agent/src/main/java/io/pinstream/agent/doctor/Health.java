package io.pinstream.agent.doctor;

import io.pinstream.agent.doctor.Finding.Mend;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/// The board itself: what it is, its Java, its user, its memory and its power supply.
///
/// @param java the feature number of this Java
public record Health(Machine machine, int java) implements Check {
    private static final int LEAST_JAVA = 25;
    /// The agent's heap, its metaspace, its threads, and something for everybody else.
    private static final long LEAST_FREE_KIB = 128 * 1024;

    private static final Pattern HEX = Pattern.compile("(0x)?([0-9a-fA-F]{1,8})");

    // The bits of get_throttled, by Raspberry Pi's documentation of vcgencmd.
    private static final int UNDERVOLTAGE_NOW = 1;
    private static final int THROTTLED_NOW = 1 << 2;
    private static final int TOO_WARM_NOW = 1 << 3;
    private static final int UNDERVOLTAGE_SINCE_BOOT = 1 << 16;

    private static final Mend SUPPLY =
            new Mend("use the power supply that belongs to the board, and a short cable", Mend.HAND);

    @Override
    public List<Finding> look() {
        var findings = new ArrayList<Finding>();
        findings.add(machine.model()
                .map(model -> Finding.ok("board", model))
                .orElseGet(() -> Finding.unchecked("board", "this machine has no device tree that names its model")));
        findings.add(
                java >= LEAST_JAVA
                        ? Finding.ok("java", "Java " + java)
                        : Finding.problem(
                                "java",
                                "Java %d is too old: it must be %d or newer".formatted(java, LEAST_JAVA),
                                Mend.command("sudo apt-get install openjdk-25-jre-headless")));
        user().ifPresent(findings::add);
        findings.add(memory());
        findings.add(power());
        return findings;
    }

    /// Root may open everything, so that what root finds says nothing of the agent's own user.
    private Optional<Finding> user() {
        var agent = machine.agentUser();
        return agent.equals(machine.user())
                ? Optional.empty()
                : Optional.of(Finding.warning(
                        "user",
                        "this ran as root, which may open everything, but the agent runs as %s".formatted(agent),
                        Mend.command("sudo -u %s pinstream-agent doctor".formatted(agent))));
    }

    private Finding memory() {
        var free = kib("MemAvailable");
        var swap = kib("SwapTotal");
        if (free.isEmpty()) {
            return Finding.unchecked("memory", "/proc/meminfo does not say how much is free");
        }
        var says = "%d MiB are free, swap has %d MiB".formatted(free.getAsLong() >> 10, swap.orElse(0) >> 10);
        return free.getAsLong() < LEAST_FREE_KIB
                ? Finding.warning(
                        "memory",
                        says,
                        new Mend("end other programs; ps -e --sort=-rss -o rss,comm lists them", Mend.HAND))
                : Finding.ok("memory", says);
    }

    private OptionalLong kib(String key) {
        return machine.text("/proc/meminfo").stream()
                .flatMap(String::lines)
                .filter(line -> line.matches(key + ":\\s+\\d{1,15} kB"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst();
    }

    private Finding power() {
        var throttled = throttled();
        if (throttled.isPresent()) {
            long bits = throttled.getAsLong();
            if ((bits & UNDERVOLTAGE_NOW) != 0) {
                return Finding.problem("power", "the supply voltage is too low at this moment", SUPPLY);
            }
            if ((bits & UNDERVOLTAGE_SINCE_BOOT) != 0) {
                return Finding.warning("power", "the supply voltage has been too low since the board started", SUPPLY);
            }
            if ((bits & (THROTTLED_NOW | TOO_WARM_NOW)) != 0) {
                return Finding.warning(
                        "power", "the board is too warm and slows itself down", new Mend("cool it", Mend.HAND));
            }
            return Finding.ok("power", "no undervoltage since the board started");
        }
        for (var monitor : machine.list("/sys/class/hwmon")) {
            var folder = "/sys/class/hwmon/" + monitor;
            var alarm = machine.text(folder + "/in0_lcrit_alarm");
            if (machine.text(folder + "/name").filter("rpi_volt"::equals).isPresent() && alarm.isPresent()) {
                return alarm.get().equals("1")
                        ? Finding.problem("power", "the supply voltage is too low", SUPPLY)
                        : Finding.ok("power", "no undervoltage");
            }
        }
        return Finding.unchecked("power", "this board does not tell its supply voltage");
    }

    private OptionalLong throttled() {
        return machine.list("/sys/devices/platform/soc").stream()
                .flatMap(
                        device -> machine.text("/sys/devices/platform/soc/%s/get_throttled".formatted(device)).stream())
                .map(HEX::matcher)
                .filter(one -> one.matches())
                .mapToLong(one -> Long.parseLong(one.group(2), 16))
                .findFirst();
    }
}
