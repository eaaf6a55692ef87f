package io.pinstream.agent.watch;

import io.pinstream.event.Event;
import io.pinstream.event.SensorId;
import io.pinstream.wire.Reply;
import java.time.Duration;

/// What the agent has to say about itself. The stages call this; the log and the meters listen to it.
///
/// Every method may be called by any thread, returns at once, does not throw and does not call back into the
/// agent.
public interface AgentWatch {
    AgentWatch NONE = new AgentWatch() {};

    /// The agent's pages can be looked at.
    ///
    /// @param web where
    default void started(String web) {}

    /// A sensor was read.
    default void sensorRead(SensorId sensor, Duration took) {}

    /// A sensor did not give a reading; said for every failure, so count it and log only the change.
    default void readFailed(SensorId sensor, String flaw, String reason) {}

    /// A sensor that had failed gave a reading again.
    default void readRecovered(SensorId sensor) {}

    /// A reading began, so long after it was due.
    default void readingBegan(SensorId sensor, Duration late) {}

    /// A reading was later than it may be.
    default void lateReading(SensorId sensor, Duration late) {}

    /// Readings were left out because the one before took too long, or the agent could not take them.
    default void readingsSkipped(SensorId sensor, long readings) {}

    /// An event has passed the rules and is on its way to the outbox.
    default void eventTaken(Event event) {}

    /// A sensor's count cannot be kept over a restart; said for every try, so log only the first.
    default void countNotKept(SensorId sensor, String reason) {}

    /// A sensor's count was kept.
    default void countKept(SensorId sensor) {}

    /// A pack was appended to the outbox.
    default void packAppended(int events, int bytes) {}

    /// The outbox is full or the disk is; the second is for the log, and the policy applies.
    default void outboxFull(long bytes, long maxBytes) {}

    /// Events were dropped by policy; they are named in the stream.
    default void eventsDropped(long events, String reason) {}

    /// The disk refused a write.
    default void outboxFailed(String reason) {}

    /// The disk takes writes again.
    default void outboxRecovered() {}

    /// A segment was found torn or damaged when the outbox was opened.
    default void outboxDamaged(String what) {}

    /// The link to the broker is up.
    default void linkUp(String broker) {}

    /// The link to the broker is gone, or could not be made; said for every try, so log only the first.
    default void linkLost(String broker, String reason) {}

    /// The broker took a message and refused to pass it on: its access rules, or its quota.
    default void publishRefused(String reason) {}

    /// A pack was published to the broker; `again` if it had been sent before.
    default void packSent(int bytes, boolean again) {}

    /// Rows up to this one are committed in Kafka.
    default void acknowledged(long row, Duration roundTrip) {}

    /// A command was done, or not, and is answered so.
    default void commanded(Reply reply) {}

    /// A command was delivered once more and not done again.
    default void commandRepeated() {}

    /// A command could not be read, or there was no room for it.
    default void commandUnusable(String reason) {}

    /// The broker lets this device hear no commands; said at each connection, so log only the first.
    default void commandsRefused(String reason) {}

    /// A new stream began, and why.
    default void streamBegan(String stream, String reason) {}

    /// The configuration was read again, and is in force.
    default void configurationTaken(String file) {}

    /// The configuration was read again and is not to be used; the one before is in force. Said for each problem.
    default void configurationRefused(String problem) {}

    /// A thread's loop does not go round: it is stuck in a call. Said at every look, so log only the first.
    default void loopStuck(String thread) {}

    /// A loop that was stuck goes round again.
    default void loopFreed(String thread) {}

    /// The hub has forgotten what it had committed: data may be gone at the hub's side.
    default void hubWentBack(String detail) {}
}
