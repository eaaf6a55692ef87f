package io.pinstream.agent.link;

import io.pinstream.agent.link.Link.Sent;
import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttException;

/// One connection to the broker, used once: what is handed to it is what the device says over MQTT.
///
/// Opened, served and closed by the thread `link`; [#send] and [#wake] are for any thread.
public interface MqttSession extends AutoCloseable {
    /// Makes a session that has not begun yet.
    @FunctionalInterface
    interface Opening {
        /// @param number of the connection, from 1
        MqttSession open(MqttLink.Config config, long number, Hearers hearers, AgentWatch watch) throws MqttException;
    }

    /// Who hears what arrives.
    record Hearers(Link.Listener answers, Optional<CommandDoor> commands) {}

    /// Sessions of the Paho client.
    static Opening byPaho() {
        return Connection::new;
    }

    /// See [Opening#open].
    long number();

    /// Connects with the last will, says that the device is there, and listens for answers.
    void begin(MqttLink.Presence presence) throws MqttException, IOException;

    /// Publishes with QoS 1; never waits for the network.
    Sent send(Envelope envelope, boolean retained);

    /// Waits for the end of the connection, and says whether it has come.
    boolean isLostWithin(Duration atMost);

    /// Why it was lost, for people.
    String whyLost();

    /// Ends [#isLostWithin].
    void wake();

    /// Says that the device is offline, which its last will does only when a connection breaks.
    void sayGoodbye(Envelope offline, long millis);

    @Override
    void close();
}
