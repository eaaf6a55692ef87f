package io.pinstream.hub.watch;

import io.pinstream.event.DeviceId;
import java.time.Duration;

/// What the hub has to say about itself. The stages call this; the log and the meters listen to it.
///
/// Every method may be called by any thread, returns at once, does not throw and does not call back into the hub.
public interface HubWatch {
    HubWatch NONE = new HubWatch() {};

    /// The hub runs, whether or not broker and Kafka answer yet.
    ///
    /// @param web where its metrics and health are
    default void started(String web) {}

    /// Everything is closed; what was not committed is sent again.
    default void stopped() {}

    /// A topic is not as it should be, but the hub can run on it.
    default void topicDoubtful(String topic, String finding) {}

    default void brokerUp(String broker) {}

    /// The broker is gone, or could not be reached; said for every try, so log only the first.
    ///
    /// @param broker its address, with the purpose of the connection where there is more than one
    default void brokerLost(String broker, String reason) {}

    /// Kafka answers: its topics are there.
    default void kafkaUp() {}

    /// Kafka does not answer, or refuses; said for every try.
    default void kafkaLost(String reason) {}

    /// The lane is open: fenced, its marks read.
    default void laneOpened(int lane, int devices) {}

    default void laneClosed(int lane, String reason) {}

    /// A transaction committed.
    ///
    /// @param events how many events it held
    /// @param took from its first event to the end of the commit
    default void committed(int lane, int packs, int events, Duration took) {}

    /// How many devices a lane knows; said after every commit.
    default void devices(int lane, int devices) {}

    /// A transaction did not commit.
    default void commitFailed(int lane, String outcome, String reason) {}

    /// A pack was dropped because it had been accepted before.
    default void repeated(int lane, DeviceId device) {}

    /// A pack was dropped because it came early, or of a stream that the lane does not follow.
    default void unexpected(int lane, DeviceId device) {}

    /// Messages were dropped because a lane's queue was full; agents resend.
    default void shed(int lane, int messages) {}

    /// Answers to agents were dropped because the link was down or busy; agents ask again.
    default void answersDropped(int answers) {}

    /// Events of devices that do not speak Pinstream's protocol were committed: at least once, not exactly once.
    default void foreignCommitted(int events, Duration took) {}

    /// QoS 0 messages of foreign devices came faster than Kafka took them, and are lost.
    default void foreignLost(int messages) {}

    /// Something went to the dead letters.
    default void deadLetter(String topic, String reason) {}

    /// Events that were dropped on purpose were named.
    default void droppedNamed(DeviceId device, long events) {}

    /// So many clients have a live stream.
    default void liveStreams(int open) {}

    /// So many of them read the past.
    default void liveReplays(int running) {}

    /// Events were dropped, or replaced by newer ones, because a live client is too slow; it was told.
    default void liveDropped(long events) {}

    /// A live client asked for events that the retention has deleted, and was told.
    default void liveGap() {}

    /// An outlet does something else now.
    ///
    /// @param state `running` or `paused`
    default void outletState(String outlet, String state) {}

    /// An outlet's peer does not take what it has, or Kafka does not answer; said for every try.
    default void outletTroubled(String outlet, String reason) {}

    /// An outlet's peer has confirmed events.
    ///
    /// @param unheard to how many of them nobody listened
    default void outletSent(String outlet, long events, long unheard) {}

    /// Events were sent once more, because it is not known whether they had arrived.
    default void outletRepeated(String outlet, long events) {}

    /// An event that an outlet's peer will never take went to the dead letters.
    default void outletDead(String outlet, String reason) {}

    /// The retention deleted events before an outlet had read them.
    default void outletGap(String outlet, long events) {}

    /// How many committed events an outlet has not settled yet, of the partitions that this hub reads.
    default void outletLag(String outlet, long events) {}

    /// One who reads Kafka beside the lanes can do so.
    ///
    /// @param reader `live`, `devices` or `outlets`
    default void readerWorks(String reader) {}

    /// One who reads Kafka beside the lanes cannot; said for every try.
    default void readerFailed(String reader, String reason) {}

    /// A command to a device came to its end.
    ///
    /// @param outcome one of a fixed set: `done`, `refused`, `failed`, `unknown`, `offline`, `no-answer`, `busy`
    default void commanded(String outcome, Duration took) {}

    /// Something came on a topic of replies that is none.
    default void replyUnusable(String topic) {}

    /// The web server listens for a network without encryption, so that tokens can be read on the way.
    default void webExposed(String host) {}

    /// The keys of the OpenID provider could be read.
    default void issuerUp() {}

    /// The keys of the OpenID provider cannot be read; said for every try. Keys that were read before go on.
    default void issuerLost(String reason) {}

    /// Somebody began a session of a page.
    ///
    /// @param name who it is, any text
    /// @param address where from
    default void loggedIn(String name, String role, String address) {}

    /// Somebody could not say who they are.
    default void loginRefused(String address, String reason) {}

    /// Somebody asked for a change, and was answered.
    ///
    /// @param name who it was, any text; empty if nobody knows
    /// @param what method and path
    /// @param status of the answer (RFC 9110)
    default void askedForChange(String name, String address, String what, int status) {}

    /// A request was answered; a live stream when it ends.
    ///
    /// @param route one of the server's own, such as `/api/v1/devices/{device}`, or `none`
    default void webAnswered(String method, String route, int status, Duration took) {}

    /// Time from an event's own time stamp to its commit.
    default void endToEnd(Duration latency) {}
}
