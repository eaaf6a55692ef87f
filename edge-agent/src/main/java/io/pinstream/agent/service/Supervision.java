package io.pinstream.agent.service;

import io.pinstream.agent.linux.ServiceSocket;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the service manager hears of us, by sd_notify(3): `Type=notify` and `Type=notify-reload` of systemd, and
/// its watchdog. Where no manager listens, nothing is said. A manager that cannot be reached is no failure of
/// ours: it will find out. Safe for use by many threads.
public final class Supervision implements AutoCloseable {
    /// What is said, in datagrams.
    @FunctionalInterface
    interface Told {
        void say(String... lines) throws IOException;
    }

    /// Nobody listens.
    public static final Supervision NONE = new Supervision(_ -> {}, () -> {}, Optional.empty());

    private static final Pattern MICROSECONDS = Pattern.compile("[1-9][0-9]{0,15}");

    private final Told told;
    private final Runnable closing;
    private final Optional<Duration> watchdog;

    Supervision(Told told, Runnable closing, Optional<Duration> watchdog) {
        this.told = told;
        this.closing = closing;
        this.watchdog = watchdog;
    }

    /// By what the manager has put into the environment: `NOTIFY_SOCKET`, `WATCHDOG_USEC`, `WATCHDOG_PID`.
    ///
    /// @param process our process id: the watchdog may be another's
    /// @throws IOException if the socket's name is none
    public static Supervision of(Map<String, String> environment, long process) throws IOException {
        var name = environment.getOrDefault("NOTIFY_SOCKET", "");
        if (name.isEmpty()) {
            return NONE;
        }
        var socket = ServiceSocket.to(name);
        return new Supervision(socket::say, socket::close, watchdog(environment, process));
    }

    static Optional<Duration> watchdog(Map<String, String> environment, long process) {
        @Nullable String micros = environment.get("WATCHDOG_USEC");
        var whose = environment.getOrDefault("WATCHDOG_PID", Long.toString(process));
        return micros == null || !MICROSECONDS.matcher(micros).matches() || !whose.equals(Long.toString(process))
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.multiplyExact(Long.parseLong(micros), 1_000L)));
    }

    /// How long the manager waits for a sign of life; empty: it does not watch.
    public Optional<Duration> watchdog() {
        return watchdog;
    }

    void ready(String status) {
        say("READY=1", "STATUS=" + status);
    }

    void status(String status) {
        say("STATUS=" + status);
    }

    /// @param nanos now, by the monotonic clock: the manager tells by it which reload an answer belongs to
    void reloading(long nanos) {
        say("RELOADING=1", "MONOTONIC_USEC=" + nanos / 1_000, "STATUS=reading the configuration again");
    }

    void stopping() {
        say("STOPPING=1", "STATUS=bringing what was read to the disk");
    }

    void alive() {
        say("WATCHDOG=1");
    }

    private void say(String... lines) {
        try {
            told.say(lines);
        } catch (IOException deaf) {
            // See above.
        }
    }

    @Override
    public void close() {
        closing.run();
    }
}
