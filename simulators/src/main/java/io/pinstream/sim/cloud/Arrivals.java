package io.pinstream.sim.cloud;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last events that were taken, in the order of their arrival. For many threads.
public final class Arrivals {
    /// One event.
    ///
    /// @param number of this arrival, from 1
    /// @param service which stand-in took it: `eventbridge` or `eventgrid`
    /// @param where bus, source and type; or the topic's path
    /// @param json what was sent: CloudEvents JSON, or the entry's Detail
    public record Arrival(long number, String service, String where, String json) {}

    private final int most;
    private final Deque<Arrival> last = new ArrayDeque<>();
    private long count;

    Arrivals(int most) {
        this.most = most;
    }

    synchronized void add(String service, String where, String json) {
        last.add(new Arrival(++count, service, where, json));
        if (last.size() > most) {
            last.remove();
        }
    }

    public synchronized long count() {
        return count;
    }

    /// Those behind a number; what is too old is gone.
    public synchronized List<Arrival> after(long number) {
        return last.stream().filter(arrival -> arrival.number() > number).toList();
    }
}
