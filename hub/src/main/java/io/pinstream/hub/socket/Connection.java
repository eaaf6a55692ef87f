package io.pinstream.hub.socket;

import io.socket.engineio.server.EngineIoSocket;
import io.socket.engineio.server.ReadyState;
import io.socket.engineio.server.parser.Packet;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// One client's Engine.IO connection, and how much it is behind. The library queues without bound what a client
/// does not take, so whoever sends counts it here: events wait for room, and a client that asks for answers which
/// it does not take loses its connection. Safe for use by many threads.
final class Connection {
    /// How much may be on its way before events wait, in bytes; what then comes waits in the live stream's own
    /// queue, where the client's policy holds.
    static final int WINDOW = 64 << 10;

    /// How much may be on its way at all.
    static final int MOST = 4 << 20;

    /// How often one connection may say CONNECT, which the library answers by itself.
    private static final int MOST_CONNECTS = 100;

    private static final int OVERHEAD = 64;
    private static final String CONNECTED = "0{\"sid\":";

    private final EngineIoSocket socket;
    private final Doorkeeper.Visitor visitor;
    private final @Nullable EngineWebSocket web; // none while it polls first

    private final Queue<Runnable> outgoing = new ConcurrentLinkedQueue<>();
    private final AtomicInteger unsent = new AtomicInteger();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock.
    private long waiting; // handed to the library, which waits for the client to poll
    private @Nullable EngineWebSocket upgraded;
    private boolean closed;
    private int connects;
    private @Nullable String recovery;
    private Doorkeeper.Entry.@Nullable Welcome welcome;
    private final Set<String> namespaces = new HashSet<>();

    Connection(EngineIoSocket socket, Doorkeeper.Visitor visitor, @Nullable EngineWebSocket web) {
        this.socket = socket;
        this.visitor = visitor;
        this.web = web;
        socket.on("drain", (_, _) -> drained());
        socket.on("flush", (_, sent) -> addRecovery((Collection<?>) sent[0]));
        socket.on("packet", (_, packet) -> count((Packet<?>) packet[0]));
        socket.on("close", (_, _) -> closed());
    }

    String id() {
        return socket.getId();
    }

    Doorkeeper.Visitor visitor() {
        return visitor;
    }

    /// It has another transport from now on.
    void upgrade(EngineWebSocket to) {
        to.onTaken(this::taken);
        lock.lock();
        try {
            upgraded = to;
        } finally {
            lock.unlock();
        }
    }

    void taken() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Sends something of so many bytes by the library. Closes a connection that has too much.
    ///
    /// One thing at a time: an event with binary data is several packets, between which a client allows no other,
    /// and the library would put there what another thread sends. Nobody waits for his turn, because some threads
    /// have the library's lock here, and others will need it to send: who comes while somebody sends leaves his
    /// to him.
    void send(int bytes, Runnable byTheLibrary) {
        count(bytes);
        outgoing.add(byTheLibrary);
        if (unsent.getAndIncrement() > 0) {
            return;
        }
        do {
            try {
                outgoing.remove().run();
            } catch (RuntimeException bug) { // whose it is, only the library knows; the others' are sent all the same
                close();
            }
        } while (unsent.decrementAndGet() > 0);
    }

    private void count(int bytes) {
        lock.lock();
        try {
            waiting += bytes + OVERHEAD;
        } finally {
            lock.unlock();
        }
        if (onItsWay() > MOST) {
            close();
        }
    }

    private long onItsWay() {
        lock.lock();
        try {
            var now = upgraded == null ? web : upgraded;
            return waiting + (now == null ? 0 : now.pending());
        } finally {
            lock.unlock();
        }
    }

    /// Waits until there is room for an event; false if there is none yet.
    boolean awaitRoom(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lockInterruptibly();
        try {
            while (onItsWay() >= WINDOW && !closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return onItsWay() < WINDOW && !closed;
        } finally {
            lock.unlock();
        }
    }

    /// Whether it is over.
    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /// A client connects to a namespace; false if it has before.
    boolean enter(String namespace) {
        lock.lock();
        try {
            return namespaces.add(namespace);
        } finally {
            lock.unlock();
        }
    }

    void leave(String namespace) {
        lock.lock();
        try {
            namespaces.remove(namespace);
        } finally {
            lock.unlock();
        }
    }

    /// Whoever connects over it is this.
    void welcome(Doorkeeper.Entry.Welcome who) {
        lock.lock();
        try {
            welcome = who;
        } finally {
            lock.unlock();
        }
    }

    Doorkeeper.Entry.Welcome welcome() {
        lock.lock();
        try {
            if (welcome == null) {
                throw new IllegalStateException("nobody has been let in; this is a bug in the hub");
            }
            return welcome;
        } finally {
            lock.unlock();
        }
    }

    /// Ends it if the library has, but broke on the way before it could tell anybody, as it does where a client
    /// that polls is cut off.
    void sweep() {
        if (socket.getReadyState() == ReadyState.CLOSED && !isClosed()) {
            var _ = socket.emit("close", "transport error", "");
        }
    }

    /// Ends it such that the client comes back.
    void close() {
        socket.close();
    }

    /// Lets the client's library keep the last text of an event as its offset, and give it back with the name when
    /// it comes back (connection state recovery of Socket.IO 4.6). The answer to the next CONNECT says so.
    void recovery(String name) {
        lock.lock();
        try {
            recovery = name;
        } finally {
            lock.unlock();
        }
    }

    // What the library tells.

    private void drained() {
        lock.lock();
        try {
            waiting = 0;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void closed() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// What leaves has passed here before: the library's answer to CONNECT has `sid` only.
    private void addRecovery(Collection<?> packets) {
        lock.lock();
        try {
            for (var each : packets) {
                if (recovery != null && each instanceof Packet<?> packet && isConnected(packet)) {
                    var answer = String.valueOf(packet.data);
                    set(packet, "%s,\"pid\":\"%s\"}".formatted(answer.substring(0, answer.length() - 1), recovery));
                    recovery = null;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private static boolean isConnected(Packet<?> packet) {
        return Packet.MESSAGE.equals(packet.type)
                && packet.data instanceof String answer
                && answer.startsWith(CONNECTED)
                && answer.endsWith("}");
    }

    @SuppressWarnings("unchecked") // the library's packets have what they are given
    private static void set(Packet<?> packet, String data) {
        ((Packet<Object>) packet).data = data;
    }

    private void count(Packet<?> packet) {
        if (!Packet.MESSAGE.equals(packet.type)
                || !(packet.data instanceof String message)
                || !message.startsWith("0")) {
            return;
        }
        lock.lock();
        try {
            connects++;
            if (connects <= MOST_CONNECTS) {
                return;
            }
        } finally {
            lock.unlock();
        }
        close();
    }
}
