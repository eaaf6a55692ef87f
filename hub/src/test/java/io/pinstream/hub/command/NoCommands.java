package io.pinstream.hub.command;

import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import io.pinstream.wire.Topics;
import java.util.Random;
import java.util.function.Consumer;

/// Commands for tests that send none.
public final class NoCommands {
    private NoCommands() {}

    public static Commands of(TimeSource time) {
        var nowhere = new CommandLine() {
            @Override
            public String state() {
                return "not connected to a broker";
            }

            @Override
            public boolean publish(Envelope envelope, Consumer<String> undelivered) {
                return false;
            }
        };
        return new Commands(
                new Topics(Topics.DEFAULT_PREFIX),
                _ -> Commands.Standing.UNKNOWN,
                nowhere,
                new Random(1),
                time,
                HubWatch.NONE);
    }
}
