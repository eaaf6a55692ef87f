package io.pinstream.sim.fleet;

/// The packs of one device, numbered from 1 as rows of an outbox are; nothing of them is kept but when they begin.
/// For one thread.
final class Rows {
    /// How many may be sent and not yet acknowledged.
    static final int WINDOW = 64;

    private final Schedule schedule;
    private final long most;
    /// When the rows of the window begin.
    private final long[] begins = new long[WINDOW];
    private long made;
    private long nextMade;
    private long placed;
    private long nextPlaced;

    Rows(Schedule schedule, long most) {
        this.schedule = schedule;
        this.most = most;
        this.nextMade = schedule.begins();
        this.nextPlaced = schedule.begins();
    }

    /// Makes what is due.
    ///
    /// @return how many rows that are
    long make(long now, int eventsPerPack) {
        long before = made;
        while (made < most) {
            long lasts = schedule.lasts(nextMade);
            if (nextMade + lasts / 1_000 / eventsPerPack * (eventsPerPack - 1) * 1_000 > now) {
                break; // its last event has not happened yet
            }
            made++;
            nextMade += lasts;
        }
        return made - before;
    }

    /// The last row that there is.
    long made() {
        return made;
    }

    /// Up to when there are rows.
    long reached() {
        return nextMade;
    }

    boolean isAtItsEnd() {
        return made == most;
    }

    /// When the next row is due, about.
    long nextDue() {
        return isAtItsEnd() ? Schedule.NEVER : nextMade + schedule.lasts(nextMade);
    }

    /// When a row begins. It must be in the window: the last one asked for, one after it, or up to 63 before it.
    long begins(long row) {
        while (placed < row) {
            placed++;
            begins[(int) (placed % WINDOW)] = nextPlaced;
            nextPlaced += schedule.lasts(nextPlaced);
        }
        if (row <= placed - WINDOW) {
            throw new IllegalStateException(
                    "row %d is before the window of %d; this is a bug in the simulators".formatted(row, placed));
        }
        return begins[(int) (row % WINDOW)];
    }
}
