package io.pinstream.hub.web;

import io.pinstream.hub.log.KafkaOutletLog;
import io.pinstream.hub.log.KafkaSettings;
import io.pinstream.hub.outlet.Outlets;
import io.pinstream.hub.watch.HubWatch;
import io.pinstream.time.TimeSource;
import java.util.List;

/// No outlets, for tests of pages that are about something else.
final class NoOutlets {
    private NoOutlets() {}

    static Outlets of(TimeSource time) {
        return new Outlets(List.of(), new KafkaOutletLog(KafkaSettings.DEFAULT, time), time, HubWatch.NONE);
    }
}
