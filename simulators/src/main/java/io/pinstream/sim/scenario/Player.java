package io.pinstream.sim.scenario;

import java.time.Duration;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/// Lets a scenario and chance happen when it is time. Owned by the thread that calls [#step].
public final class Player {
    private final Controls controls;
    private final Optional<Chance> chance;
    private final Consumer<Step> told;
    private final PriorityQueue<Step> due = new PriorityQueue<>(Step.BY_TIME);
    private int done;

    /// @param told hears of each step just before it happens
    public Player(Optional<Scenario> scenario, Optional<Chance> chance, Controls controls, Consumer<Step> told) {
        this.controls = controls;
        this.chance = chance;
        this.told = told;
        scenario.ifPresent(script -> due.addAll(script.steps()));
    }

    /// Does what is due.
    ///
    /// @param elapsed the world's time since the start
    public void step(Duration elapsed) {
        chance.ifPresent(it -> due.addAll(it.until(elapsed)));
        for (var next = due.peek(); next != null && next.at().compareTo(elapsed) <= 0; next = due.peek()) {
            due.remove();
            told.accept(next);
            controls.perform(next.action());
            done++;
        }
    }

    public int done() {
        return done;
    }

    /// What comes next, as far as is known.
    public Optional<Step> next() {
        return Optional.ofNullable(due.peek());
    }
}
