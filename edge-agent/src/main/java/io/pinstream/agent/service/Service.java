package io.pinstream.agent.service;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.lifecycle.Loop;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// One agent at a time, until somebody wishes the end: replaced by one with the new configuration at a reload,
/// and watched.
///
/// A reload is an orderly end and a new start within the process. What was read is brought to the disk before the
/// old agent lets go of the outbox, and the new one opens the same outbox: its rows, their numbers and its stream
/// go on, so nothing is lost and nothing is twice. What happens at a line in the moment between is missed, and
/// said, as after any start. Actuators go through their safe state.
///
/// Belongs to the thread that runs it, which is the command's own.
///
/// @param <C> a configuration
public final class Service<C> {
    /// An agent that runs.
    public interface Agent extends AutoCloseable {
        /// The threads that must go round, by name; empty if it has ended.
        Map<String, Loop> loops();

        /// How it is, in one line for a person.
        String status();

        /// Ends it, within seconds. May be called again.
        @Override
        void close() throws IOException;
    }

    /// Starts an agent.
    @FunctionalInterface
    public interface Opening<C> {
        /// @throws IOException if it cannot run with this configuration on this machine; nothing is left running
        Agent open(C config) throws IOException;
    }

    /// What came of reading the configuration again.
    public sealed interface Outcome<C> {
        /// It may be used.
        record Good<C>(C config) implements Outcome<C> {}

        /// It may not.
        ///
        /// @param problems each a sentence with file, line and reason; at least one
        record Bad<C>(List<String> problems) implements Outcome<C> {}
    }

    /// Reads the configuration again.
    @FunctionalInterface
    public interface Source<C> {
        /// @param current what may not change at a reload must be as it is here
        Outcome<C> read(C current);
    }

    private static final Duration LOOK = Duration.ofSeconds(10);
    /// So many looks in the manager's time: one that comes too late must not cost the agent its life.
    private static final int LOOKS = 4;

    private final Source<C> source;
    private final Opening<C> opening;
    private final Supervision supervision;
    private final TimeSource time;
    private final AgentWatch watch;
    private final Watchdog watchdog;

    public Service(Source<C> source, Opening<C> opening, Supervision supervision, TimeSource time, AgentWatch watch) {
        this.source = source;
        this.opening = opening;
        this.supervision = supervision;
        this.time = time;
        this.watch = watch;
        this.watchdog = new Watchdog(watch);
    }

    /// Runs until the end is wished.
    ///
    /// @param name what the configuration is called in the log
    /// @throws IOException if the agent cannot be started, or after a refused reload not be started again
    public void run(String name, C first, Wishes wishes) throws IOException, InterruptedException {
        var config = first;
        var agent = opening.open(config);
        try {
            supervision.ready(agent.status());
            while (true) {
                switch (wishes.next(look())) {
                    case END -> {
                        supervision.stopping();
                        return;
                    }
                    case NOTHING -> look(agent);
                    case RELOAD -> {
                        supervision.reloading(time.nanos());
                        switch (source.read(config)) {
                            case Outcome.Bad<C>(var problems) -> {
                                problems.forEach(watch::configurationRefused);
                                supervision.ready(refused(problems.getFirst()));
                            }
                            case Outcome.Good<C>(var next) -> {
                                agent.close();
                                try {
                                    agent = opening.open(next);
                                    config = next;
                                    watch.configurationTaken(name);
                                    supervision.ready(agent.status());
                                } catch (IOException failed) {
                                    var problem = String.valueOf(failed.getMessage());
                                    watch.configurationRefused(problem);
                                    agent = opening.open(config);
                                    supervision.ready(refused(problem));
                                }
                                watchdog.begin();
                            }
                        }
                    }
                }
            }
        } finally {
            agent.close();
        }
    }

    private static String refused(String problem) {
        return "the new configuration is wrong, the one before stays in force: " + problem;
    }

    private void look(Agent agent) {
        if (watchdog.allGoRound(agent.loops())) {
            supervision.alive();
        }
        supervision.status(agent.status());
    }

    private Duration look() {
        return supervision
                .watchdog()
                .map(limit -> limit.dividedBy(LOOKS))
                .filter(often -> often.compareTo(LOOK) < 0)
                .orElse(LOOK);
    }
}
