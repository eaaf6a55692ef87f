package io.pinstream.hub.socket;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Who may come in. Safe for use by many threads.
public interface Doorkeeper {
    /// Who asks.
    ///
    /// @param address the other end of the connection: the client, or a proxy
    /// @param headers of the first request, by lower-case name; where one came twice, with a comma between them
    record Visitor(String address, Map<String, String> headers) {
        public Visitor {
            headers = Map.copyOf(headers);
        }

        /// A header of the first request.
        public Optional<String> header(String name) {
            return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
        }
    }

    /// Judges any request, before somebody says who they are.
    ///
    /// @return why not
    Optional<Refusal> knock(Visitor visitor);

    /// Judges a client that connects.
    ///
    /// @param token out of the CONNECT payload, `auth: {token}`
    Entry enter(Visitor visitor, Optional<String> token);

    /// A client asked for a change, and was answered.
    ///
    /// @param name who it was
    /// @param status of the answer (RFC 9110)
    default void heard(Visitor visitor, String name, String what, int status) {}

    /// What became of it.
    sealed interface Entry {
        /// @param commands whether they may give devices commands
        record Welcome(String name, boolean commands) implements Entry {}

        record Refused(Refusal why) implements Entry {}
    }

    /// Why something is not done: problem details (RFC 9457).
    ///
    /// @param title the kind of problem, the same words each time
    /// @param detail what is wrong this time
    record Refusal(int status, String title, String detail) {}
}
