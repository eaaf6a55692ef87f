package io.pinstream.agent.scan;

import java.util.List;

/// What was found, as the section `sensors` of a configuration. What cannot be told is written behind `#`, with
/// what it may be: nothing in it is a guess.
public final class Pasted {
    private Pasted() {}

    /// The section, ready to paste: `pinstream-agent check` takes it as it is, and it names at least one sensor.
    public static String yaml(List<Found> found) {
        var yaml = new StringBuilder("sensors:\n  machine:\n    type: host\n");
        for (var one : found) {
            if (one.types().isEmpty()) {
                yaml.append("  # %s: %s%n".formatted(one.place(), one.says()));
                continue;
            }
            boolean told = one.types().size() == 1;
            var start = told ? "  " : "  # ";
            if (!told) {
                yaml.append("  # %s is %s: choose, and take the # away%n"
                        .formatted(one.place(), String.join(" or ", one.types())));
            }
            yaml.append("%s%s:%n".formatted(start, one.name()));
            yaml.append("%s  type: %s%s%n"
                    .formatted(start, one.types().getFirst(), one.certain() || !told ? "" : "   # " + one.says()));
            one.keys().forEach((key, value) -> yaml.append("%s  %s: %s%n".formatted(start, key, quoted(key, value))));
        }
        return yaml.toString();
    }

    /// Names of the kernel may hold anything; numbers stand as they are.
    private static String quoted(String key, String value) {
        return key.equals("bus") || key.equals("address")
                ? value
                : '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("${", "$${") + '"';
    }
}
