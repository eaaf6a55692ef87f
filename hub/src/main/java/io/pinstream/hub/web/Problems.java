package io.pinstream.hub.web;

import io.pinstream.hub.device.DeviceRegistry;
import io.pinstream.hub.watch.Figures;
import java.util.ArrayList;
import java.util.List;

/// What is wrong right now, in words for whoever looks at the overview: where, why, and what to do.
final class Problems {
    /// One of them.
    ///
    /// @param severity `error`: work stands still or something is lost; `warning`: somebody should look
    /// @param at the part of the line: `devices`, `broker`, `hub`, `kafka`
    record Problem(String severity, String at, String what, String reason, String remedy) {}

    private static final String ERROR = "error";
    private static final String WARNING = "warning";
    private static final String LATELY = "within the last ten minutes";

    private Problems() {}

    /// The worst first.
    ///
    /// @param registry why the hub does not know the devices; empty if it does
    static List<Problem> of(
            Readiness readiness, Figures.Trouble lately, DeviceRegistry.Summary devices, String registry) {
        var found = new ArrayList<Problem>();
        readiness.checks().stream().filter(check -> !check.isReady()).forEach(check -> found.add(problem(check)));
        if (lately.foreignLost() > 0) {
            found.add(new Problem(
                    ERROR,
                    "hub",
                    "Messages of foreign devices were lost",
                    "%,d QoS 0 messages came faster than Kafka took them %s".formatted(lately.foreignLost(), LATELY),
                    "Let these devices send with QoS 1, or more rarely."));
        }
        if (lately.deadLetters() > 0) {
            found.add(new Problem(
                    ERROR,
                    "hub",
                    "Messages could not be used",
                    "%,d went to the dead letters %s".formatted(lately.deadLetters(), LATELY),
                    "The page Dead letters says whence each came and what is wrong with it: mend its sender."));
        }
        if (lately.failedCommits() > 0) {
            found.add(new Problem(
                    WARNING,
                    "kafka",
                    "Transactions failed",
                    "%,d did not commit %s; agents sent again what was in them"
                            .formatted(lately.failedCommits(), LATELY),
                    "Nothing is lost. If it goes on, look into Kafka's log and at its disk."));
        }
        if (lately.shed() > 0) {
            found.add(
                    new Problem(
                            WARNING,
                            "hub",
                            "The hub was too slow",
                            "%,d messages were shed %s, because a lane's queue was full"
                                    .formatted(lately.shed(), LATELY),
                            "Nothing is lost: agents send again. If it goes on, start another hub, or give Kafka a faster disk."));
        }
        if (registry.isEmpty() && devices.online() < devices.known()) {
            found.add(new Problem(
                    WARNING,
                    "devices",
                    "Devices are offline",
                    "%,d of %,d".formatted(devices.known() - devices.online(), devices.known()),
                    "Look at power, network and broker address of those; their events wait in their outboxes."));
        }
        if (!registry.isEmpty() && readiness.isReady()) {
            found.add(new Problem(
                    WARNING, "hub", "Devices are not known yet", registry, "Wait until their topic has been read."));
        }
        return found;
    }

    private static Problem problem(Readiness.Check check) {
        return switch (check.name()) {
            case "broker" ->
                new Problem(
                        ERROR,
                        "broker",
                        "The hub does not reach the MQTT broker",
                        check.reason(),
                        "Start the broker, or mend broker.url. Agents keep their events until it is back.");
            case "kafka" ->
                new Problem(
                        ERROR,
                        "kafka",
                        "Kafka does not answer",
                        check.reason(),
                        "Start Kafka, or mend kafka.bootstrap-servers. Agents keep their events until it is back.");
            case "lanes" ->
                new Problem(
                        ERROR,
                        "hub",
                        "Not every lane is open",
                        check.reason(),
                        "Wait a moment after a start. If it lasts, the hub's log says what Kafka refuses.");
            default ->
                new Problem(
                        ERROR,
                        "hub",
                        "The hub is not ready: " + check.name(),
                        check.reason(),
                        "The hub's log says more.");
        };
    }
}
