package io.pinstream.agent.watch;

import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Reply;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Several watches as one: each hears everything, in the order in which they are given.
public final class Watches implements AgentWatch {
    private final List<AgentWatch> watches;

    public Watches(AgentWatch... watches) {
        this.watches = List.of(watches);
    }

    private void tell(Consumer<AgentWatch> what) {
        watches.forEach(what);
    }

    @Override
    public void started(String web) {
        tell(w -> w.started(web));
    }

    @Override
    public void sensorRead(SensorId sensor, Duration took) {
        tell(w -> w.sensorRead(sensor, took));
    }

    @Override
    public void readFailed(SensorId sensor, String flaw, String reason) {
        tell(w -> w.readFailed(sensor, flaw, reason));
    }

    @Override
    public void readRecovered(SensorId sensor) {
        tell(w -> w.readRecovered(sensor));
    }

    @Override
    public void readingBegan(SensorId sensor, Duration late) {
        tell(w -> w.readingBegan(sensor, late));
    }

    @Override
    public void lateReading(SensorId sensor, Duration late) {
        tell(w -> w.lateReading(sensor, late));
    }

    @Override
    public void readingsSkipped(SensorId sensor, long readings) {
        tell(w -> w.readingsSkipped(sensor, readings));
    }

    @Override
    public void eventTaken(Event event) {
        tell(w -> w.eventTaken(event));
    }

    @Override
    public void countNotKept(SensorId sensor, String reason) {
        tell(w -> w.countNotKept(sensor, reason));
    }

    @Override
    public void countKept(SensorId sensor) {
        tell(w -> w.countKept(sensor));
    }

    @Override
    public void packAppended(int events, int bytes) {
        tell(w -> w.packAppended(events, bytes));
    }

    @Override
    public void outboxFull(long bytes, long maxBytes) {
        tell(w -> w.outboxFull(bytes, maxBytes));
    }

    @Override
    public void eventsDropped(long events, String reason) {
        tell(w -> w.eventsDropped(events, reason));
    }

    @Override
    public void outboxFailed(String reason) {
        tell(w -> w.outboxFailed(reason));
    }

    @Override
    public void outboxRecovered() {
        tell(AgentWatch::outboxRecovered);
    }

    @Override
    public void outboxDamaged(String what) {
        tell(w -> w.outboxDamaged(what));
    }

    @Override
    public void linkUp(String broker) {
        tell(w -> w.linkUp(broker));
    }

    @Override
    public void linkLost(String broker, String reason) {
        tell(w -> w.linkLost(broker, reason));
    }

    @Override
    public void publishRefused(String reason) {
        tell(w -> w.publishRefused(reason));
    }

    @Override
    public void packSent(int bytes, boolean again) {
        tell(w -> w.packSent(bytes, again));
    }

    @Override
    public void acknowledged(long row, Duration roundTrip) {
        tell(w -> w.acknowledged(row, roundTrip));
    }

    @Override
    public void streamBegan(String stream, String reason) {
        tell(w -> w.streamBegan(stream, reason));
    }

    @Override
    public void configurationTaken(String file) {
        tell(w -> w.configurationTaken(file));
    }

    @Override
    public void configurationRefused(String problem) {
        tell(w -> w.configurationRefused(problem));
    }

    @Override
    public void loopStuck(String thread) {
        tell(w -> w.loopStuck(thread));
    }

    @Override
    public void loopFreed(String thread) {
        tell(w -> w.loopFreed(thread));
    }

    @Override
    public void hubWentBack(String detail) {
        tell(w -> w.hubWentBack(detail));
    }

    @Override
    public void commanded(Reply reply) {
        tell(w -> w.commanded(reply));
    }

    @Override
    public void commandRepeated() {
        tell(AgentWatch::commandRepeated);
    }

    @Override
    public void commandUnusable(String reason) {
        tell(w -> w.commandUnusable(reason));
    }

    @Override
    public void commandsRefused(String reason) {
        tell(w -> w.commandsRefused(reason));
    }
}
