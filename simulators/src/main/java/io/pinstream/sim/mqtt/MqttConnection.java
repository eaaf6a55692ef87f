package io.pinstream.sim.mqtt;

import io.pinstream.time.TimeSource;
import io.pinstream.wire.Envelope;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;

/// One device's connection to an MQTT 5 broker, in about 3 KB: publishes and receives at QoS 1.
///
/// Written by hand because neither client library of the product fits into the 50 KB that a device of a fleet may
/// cost. Speaks no TLS and keeps no session. For one thread, which is meant to be a virtual one: everything
/// blocks, and an interruption breaks the connection.
public final class MqttConnection implements AutoCloseable {
    /// How to connect.
    ///
    /// @param broker resolved
    /// @param will what the broker is to publish, retained, if the connection breaks
    public record Login(InetSocketAddress broker, String client, Optional<Envelope> will) {}

    /// What a broker is asked for; it may want another.
    private static final Duration KEEP_ALIVE = Duration.ofSeconds(60);
    /// A broker that thousands knock at at once takes its time.
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /// Unacknowledged publishes, where the broker allows as many.
    private static final int IN_FLIGHT = 64;
    /// MQTT 5 section 2.4: from here on a reason code is a failure.
    private static final int FAILURE = 0x80;
    /// The publish arrived, and nobody had subscribed to its topic.
    private static final int NO_SUBSCRIBERS = 0x10;

    private final Socket socket;
    private final TimeSource time;
    private final PacketReader in;
    private final OutputStream out;
    private final int mostInFlight;
    private final long largest;
    private final long keepAlive;
    private int inFlight;
    private int packetId;
    private int unheard;
    private long wroteAt;
    private long pingedAt;
    private boolean pinged;

    private MqttConnection(Socket socket, Login login, TimeSource time) throws IOException {
        this.socket = socket;
        this.time = time;
        this.in = new PacketReader(socket.getInputStream());
        this.out = socket.getOutputStream();
        write(Packets.connect(login.client(), KEEP_ALIVE, login.will()));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        if (!(awaited("a CONNACK") instanceof Packet.Connack answer)) {
            throw new IOException("the broker did not answer with a CONNACK: it must speak MQTT 5");
        }
        if (answer.code() != 0) {
            throw new IOException("the broker refused client %s (%s)"
                    .formatted(login.client(), Reason.words(answer.code(), answer.reason())));
        }
        this.mostInFlight = Math.min(IN_FLIGHT, answer.receiveMaximum());
        this.largest = answer.maximumSize();
        long seconds = answer.keepAlive() < 0 ? KEEP_ALIVE.toSeconds() : answer.keepAlive();
        this.keepAlive =
                seconds == 0 ? Long.MAX_VALUE : Duration.ofSeconds(seconds).toNanos();
    }

    /// Connects and logs in.
    ///
    /// @throws IOException if the broker cannot be reached or refuses; says why
    public static MqttConnection open(Login login, TimeSource time) throws IOException {
        var socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(login.broker(), (int) PATIENCE.toMillis());
            return new MqttConnection(socket, login, time);
        } catch (IOException failure) {
            socket.close();
            throw failure;
        }
    }

    private Packet awaited(String what) throws IOException {
        try {
            return in.next();
        } catch (SocketTimeoutException late) {
            throw new IOException("the broker did not send %s within %d s".formatted(what, PATIENCE.toSeconds()), late);
        }
    }

    /// Subscribes at QoS 1 and waits until the broker has said yes. Before anything else: nothing may be on its
    /// way.
    public void subscribe(String filter) throws IOException {
        write(Packets.subscribe(nextId(), filter));
        socket.setSoTimeout((int) PATIENCE.toMillis());
        if (!(awaited("a SUBACK") instanceof Packet.Suback answer)) {
            throw new IOException("the broker did not answer a SUBSCRIBE with a SUBACK");
        }
        if (answer.code() >= FAILURE) {
            throw new IOException(
                    "the broker refused to subscribe to %s (%s)".formatted(filter, Reason.words(answer.code(), "")));
        }
    }

    /// Whether the broker takes one more message before it has acknowledged the earlier ones.
    public boolean canPublish() {
        return inFlight < mostInFlight;
    }

    /// Publishes at QoS 1; the acknowledgement comes with [#receive].
    public void publish(Envelope envelope, boolean retain) throws IOException {
        var packet = Packets.publish(envelope, retain, nextId());
        if (packet.length > largest) {
            throw new IOException(
                    "the broker takes packets of %d bytes at most, but one has %d: send fewer events in a pack"
                            .formatted(largest, packet.length));
        }
        inFlight++;
        write(packet);
    }

    /// Waits for a message, takes what else the broker says, and keeps the connection alive.
    ///
    /// @param nanos how long at most
    /// @return a message; none if something else came first, or nothing in time
    /// @throws IOException if the connection is broken; says why
    public Optional<Envelope> receive(long nanos) throws IOException {
        long ping = keepAlive();
        socket.setSoTimeout(Math.clamp(Math.min(nanos, ping) / 1_000_000, 1, 60_000));
        try {
            return switch (in.next()) {
                case Packet.Publish(Envelope envelope, int id) -> {
                    if (id != 0) {
                        write(Packets.puback(id));
                    }
                    yield Optional.of(envelope);
                }
                case Packet.Puback(int code) -> {
                    acknowledged(code);
                    yield Optional.empty();
                }
                case Packet.Pingresp _ -> {
                    pinged = false;
                    yield Optional.empty();
                }
                case Packet.Disconnect(int code, String reason) ->
                    throw new IOException("the broker hung up (%s)".formatted(Reason.words(code, reason)));
                case Packet.Connack _, Packet.Suback _ ->
                    throw new IOException("the broker answered what was not asked");
            };
        } catch (SocketTimeoutException nothing) {
            return Optional.empty();
        }
    }

    private void acknowledged(int code) throws IOException {
        inFlight--;
        if (code >= FAILURE) {
            throw new IOException("the broker refused a message (%s)".formatted(Reason.words(code, "")));
        }
        if (code == NO_SUBSCRIBERS) {
            unheard++;
        }
    }

    /// How many messages the broker has taken though nobody had subscribed to them.
    public int unheard() {
        return unheard;
    }

    /// Asks for a sign of life when it is time.
    ///
    /// @return after how many nanoseconds there is something to do
    private long keepAlive() throws IOException {
        if (keepAlive == Long.MAX_VALUE) {
            return Long.MAX_VALUE;
        }
        long now = time.nanos();
        if (pinged) {
            long rest = keepAlive / 2 - (now - pingedAt);
            if (rest <= 0) {
                throw new IOException("the broker has been silent for longer than the keep-alive of %d s"
                        .formatted(keepAlive / 1_000_000_000));
            }
            return rest;
        }
        long rest = keepAlive / 2 - (now - wroteAt);
        if (rest > 0) {
            return rest;
        }
        pinged = true;
        pingedAt = now;
        write(Packets.PINGREQ);
        return keepAlive / 2;
    }

    private void write(byte[] packet) throws IOException {
        out.write(packet);
        wroteAt = time.nanos();
    }

    private int nextId() {
        packetId = packetId % 0xffff + 1;
        return packetId;
    }

    /// Says goodbye, so that the broker forgets the will.
    public void disconnect() throws IOException {
        write(Packets.DISCONNECT);
    }

    /// Drops the connection.
    @Override
    public void close() throws IOException {
        socket.close();
    }
}
