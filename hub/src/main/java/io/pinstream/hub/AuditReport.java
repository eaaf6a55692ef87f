package io.pinstream.hub;

import io.pinstream.hub.log.Audit.Device;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// What an audit found, as people and as programs read it.
///
/// @param devices by name
record AuditReport(List<Device> devices) {
    private static final int SHOWN = 1000;

    boolean isClean() {
        return devices.stream().allMatch(Device::isClean);
    }

    /// A table, devices with a finding first; its last line is the sum.
    String text() {
        var text = new StringBuilder("%-24s %7s %10s %12s %6s %6s %8s %7s %8s %7s %9s%n"
                .formatted(
                        "DEVICE",
                        "STREAMS",
                        "PACKS",
                        "EVENTS",
                        "GAPS",
                        "TWICE",
                        "DISORDER",
                        "STRANGE",
                        "DROPPED",
                        "REFUSED",
                        "FOREIGN"));
        var inOrder = devices.stream()
                .sorted((one, other) -> Boolean.compare(one.isClean(), other.isClean()))
                .toList();
        inOrder.stream().limit(SHOWN).forEach(device -> text.append(row(device)));
        if (inOrder.size() > SHOWN) {
            text.append("… and %,d more without a finding or below; --json has them all%n"
                    .formatted(inOrder.size() - SHOWN));
        }
        var all = Device.sum("", devices);
        text.append(String.format(
                Locale.ROOT,
                "%s: %,d devices, %,d streams, %,d packs, %,d events: %,d gaps, %,d duplicates, %,d out of order,"
                        + " %,d strange; %,d packs named as dropped, %,d in the dead letters, %,d events at least once%n",
                isClean() ? "clean" : "NOT CLEAN",
                devices.size(),
                all.streams(),
                all.packs(),
                all.events(),
                all.gaps(),
                all.duplicates(),
                all.outOfOrder(),
                all.strange(),
                all.droppedPacks(),
                all.deadLetters(),
                all.foreign()));
        return text.toString();
    }

    private static String row(Device device) {
        return String.format(
                Locale.ROOT,
                "%-24s %7d %10d %12d %6d %6d %8d %7d %8d %7d %9d%n",
                printable(device.device()),
                device.streams(),
                device.packs(),
                device.events(),
                device.gaps(),
                device.duplicates(),
                device.outOfOrder(),
                device.strange(),
                device.droppedPacks(),
                device.deadLetters(),
                device.foreign());
    }

    /// `{"clean":true,"total":{…},"devices":[{"device":"attic","streams":1,…},…]}`
    String json() {
        return "{\"clean\":%s,\"total\":{\"devices\":%d,%s},\"devices\":[%s]}%n"
                .formatted(
                        isClean(),
                        devices.size(),
                        counts(Device.sum("", devices)),
                        devices.stream()
                                .map(device -> "{\"device\":\"%s\",\"clean\":%s,%s}"
                                        .formatted(printable(device.device()), device.isClean(), counts(device)))
                                .collect(Collectors.joining(",")));
    }

    private static String counts(Device device) {
        return ("\"streams\":%d,\"packs\":%d,\"events\":%d,\"gaps\":%d,\"duplicates\":%d,\"out_of_order\":%d,"
                        + "\"strange\":%d,\"dropped_ranges\":%d,\"dropped_packs\":%d,\"dead_letters\":%d,\"foreign\":%d")
                .formatted(
                        device.streams(),
                        device.packs(),
                        device.events(),
                        device.gaps(),
                        device.duplicates(),
                        device.outOfOrder(),
                        device.strange(),
                        device.droppedRanges(),
                        device.droppedPacks(),
                        device.deadLetters(),
                        device.foreign());
    }

    /// A key of a topic is untrusted: nothing that ends a line or a JSON text gets out.
    private static String printable(String text) {
        var safe = new StringBuilder(text.length());
        text.chars().limit(80).forEach(c -> safe.append(c > ' ' && c < 0x7f && c != '"' && c != '\\' ? (char) c : '?'));
        return safe.toString();
    }
}
