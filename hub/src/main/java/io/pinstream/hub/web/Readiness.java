package io.pinstream.hub.web;

import java.util.List;

/// Whether the hub can do its work right now, and what is in the way.
///
/// @param checks what it needs, in a fixed order
public record Readiness(List<Check> checks) {
    /// One thing that the hub needs.
    ///
    /// @param name such as `kafka`
    /// @param reason why not; empty if it is ready
    public record Check(String name, String reason) {
        public boolean isReady() {
            return reason.isEmpty();
        }
    }

    public Readiness {
        checks = List.copyOf(checks);
    }

    public boolean isReady() {
        return checks.stream().allMatch(Check::isReady);
    }

    String json() {
        var text = new StringBuilder("{\"ready\":").append(isReady()).append(",\"checks\":[");
        for (var check : checks) {
            text.append(text.charAt(text.length() - 1) == '[' ? "" : ",");
            text.append("{\"name\":\"").append(escaped(check.name)).append("\",\"ready\":");
            text.append(check.isReady());
            if (!check.isReady()) {
                text.append(",\"reason\":\"").append(escaped(check.reason)).append('"');
            }
            text.append('}');
        }
        return text.append("]}\n").toString();
    }

    private static String escaped(String text) {
        var safe = new StringBuilder(text.length());
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                safe.append('\\');
            }
            safe.append(c >= ' ' && c < 0x7f ? (char) c : '?');
        });
        return safe.toString();
    }
}
