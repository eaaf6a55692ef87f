package io.pinstream.agent.link;

import io.pinstream.agent.watch.AgentWatch;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.eclipse.paho.mqttv5.common.MqttException;

/// Tries once whether the broker lets us in: name, TCP, TLS and login, as the link does it, and nothing more.
///
/// The client id is the device's with `-doctor` behind it: with the same one, the broker would throw out an agent
/// that runs.
public final class BrokerTry {
    private static final String SUFFIX = "-doctor";

    private BrokerTry() {}

    /// @param atMost how long it may take, in whole seconds, 1 at least
    /// @return why not, with the remedy where there is one; empty if it did
    public static Optional<String> connect(MqttLink.Config config, Duration atMost) {
        var once = new MqttLink.Config(
                config.broker(),
                config.clientId() + SUFFIX,
                config.username(),
                config.password(),
                config.tls(),
                atMost,
                config.keepAlive(),
                config.longestPause());
        var nobody = new MqttSession.Hearers(new Deaf(), Optional.empty());
        try (var connection = new Connection(once, 1, nobody, AgentWatch.NONE)) {
            connection.tryOnly();
            return Optional.empty();
        } catch (MqttException failure) {
            return Optional.of(Words.ofConnecting(once, once.broker().toString(), failure));
        } catch (IOException failure) {
            return Optional.of(Words.of(failure));
        }
    }

    /// Nothing was asked, so nothing comes.
    private static final class Deaf implements Link.Listener {
        @Override
        public void changed() {}

        @Override
        public void arrived(Envelope envelope) {}
    }
}
