package io.pinstream.hub.outlet;

import io.pinstream.config.ConfigTree;
import io.pinstream.time.TimeSource;
import java.io.IOException;
import java.util.Optional;

/// One type of outlet, such as `http`: reads its part of the configuration. Found by `ServiceLoader`, so that a
/// type of somebody else's is a jar on the hub's class path with
/// `META-INF/services/io.pinstream.hub.outlet.Outlet`.
///
/// The engine does everything that all outlets have in common: groups, filters, order, retries, dead letters,
/// pausing and replaying, metrics. A type says what it needs to be told, and its [Sink] sends.
public interface Outlet {
    /// The word that stands at `type:`.
    String type();

    /// Reads the section `to:` of one outlet; what is wrong there is noted in the tree with its line. Asks nobody:
    /// `pinstream-hub check` calls this, too. Secrets are read by [ConfigTree#secret].
    ///
    /// @return empty if anything is wrong
    Optional<Target> read(ConfigTree to);

    /// Where one outlet sends to, and how. Equal if everything in it is; its `toString` shows no secret.
    interface Target {
        /// For people, without secrets: `https://hooks.example.org/alarms`.
        String name();

        /// Connects. On the thread that sends; within 30 seconds, and again after every failure.
        ///
        /// @throws IOException if that does not work now; the message names the peer and the reason
        Sink open(TimeSource time) throws IOException, InterruptedException;
    }
}
