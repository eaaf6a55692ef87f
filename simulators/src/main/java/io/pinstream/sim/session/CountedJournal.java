package io.pinstream.sim.session;

import io.pinstream.event.SensorId;
import io.pinstream.sim.device.Journal;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Counts what is shown, and passes it on.
final class CountedJournal implements Journal {
    private final Journal next;
    private final Map<SensorId, Long> shown = new ConcurrentHashMap<>();

    CountedJournal(Journal next) {
        this.next = next;
    }

    @Override
    public void shown(SensorId sensor, double figure) {
        shown.merge(sensor, 1L, Long::sum);
        next.shown(sensor, figure);
    }

    long of(SensorId sensor) {
        return shown.getOrDefault(sensor, 0L);
    }

    @Override
    public void close() throws IOException {
        next.close();
    }
}
