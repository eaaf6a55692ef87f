package io.pinstream.sim.bench;

import io.pinstream.wire.Envelope;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/// One reading as plain JSON of about 120 bytes, for the loop that has no protocol.
final class NaiveLoad {
    private static final int DEVICES = 200;

    private NaiveLoad() {}

    static Envelope message(long number) {
        var device = "device-" + number % DEVICES;
        var json =
                "{\"device\":\"%s\",\"sensor\":\"air\",\"time\":\"2026-11-23T04:40:14.123Z\",\"temperature\":%d.43,\"humidity\":48.1,\"n\":%06d}"
                        .formatted(device, 20 + number % 10, number % 1_000_000);
        return new Envelope("naive/" + device, Optional.empty(), Map.of(), json.getBytes(StandardCharsets.UTF_8));
    }
}
