package io.pinstream.hub.socket;

import io.pinstream.hub.command.Commands;
import io.pinstream.hub.live.LiveFeed;
import io.pinstream.hub.socket.Doorkeeper.Entry.Welcome;
import io.pinstream.hub.socket.Doorkeeper.Refusal;
import io.pinstream.time.TimeSource;
import io.socket.socketio.server.SocketIoSocket;
import io.socket.socketio.server.SocketIoSocket.ReceivedByLocalAcknowledgementCallback;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.json.JSONObject;
import org.jspecify.annotations.Nullable;

/// One client that has connected, and what it asks for. What it sends may be anything: each request that wants an
/// acknowledgement gets one. Its methods are called by the library's threads and do not wait.
final class Client {
    /// How many commands of one client may be under way.
    private static final int MOST_ORDERS = 8;

    /// What is done for clients.
    record Services(LiveFeed feed, Commands commands, Doorkeeper door, TimeSource time) {}

    private final SocketIoSocket socket;
    private final Connection connection;
    private final Welcome welcome;
    private final Services services;
    private final int most;
    private final Semaphore orders = new Semaphore(MOST_ORDERS);
    private final Map<String, Subscription> subscriptions = new HashMap<>(); // guarded by itself
    private int made; // guarded by it, too
    private boolean gone; // as well

    /// @param most how many subscriptions it may have
    Client(SocketIoSocket socket, Connection connection, Welcome welcome, Services services, int most) {
        this.socket = socket;
        this.connection = connection;
        this.welcome = welcome;
        this.services = services;
        this.most = most;
    }

    /// An acknowledgement that a client waits for, or nothing.
    final class Answer {
        private final @Nullable ReceivedByLocalAcknowledgementCallback acknowledgement;

        Answer(@Nullable ReceivedByLocalAcknowledgementCallback acknowledgement) {
            this.acknowledgement = acknowledgement;
        }

        void give(JSONObject answer) {
            if (acknowledgement != null) {
                connection.send(answer.toString().length(), () -> acknowledgement.sendAcknowledgement(answer));
            }
        }

        void refuse(Refusal refusal) {
            give(Problem.error(refusal));
        }
    }

    /// An event of the client's.
    void heard(String event, @Nullable Object... sent) {
        boolean waits = sent.length > 0 && sent[sent.length - 1] instanceof ReceivedByLocalAcknowledgementCallback;
        var answer = new Answer(waits ? (ReceivedByLocalAcknowledgementCallback) sent[sent.length - 1] : null);
        int arguments = sent.length - (waits ? 1 : 0);
        try {
            if (arguments > 1) {
                throw new IllegalArgumentException(
                        "an event has one argument at most, but this has %d".formatted(arguments));
            }
            var argument = arguments == 0 ? null : sent[0];
            switch (event) {
                case "subscribe" ->
                    subscribe(Ask.parse(argument, services.time().instant()), answer, false);
                case "unsubscribe" -> unsubscribe(argument, answer);
                case "command" -> command(argument, answer);
                default ->
                    throw new IllegalArgumentException(
                            "%s is nothing that the hub does; there are command, subscribe and unsubscribe"
                                    .formatted(Problem.shown(event)));
            }
        } catch (IllegalArgumentException wrong) {
            answer.refuse(Problem.badRequest(String.valueOf(wrong.getMessage())));
        }
    }

    /// The subscription that a client connects with: what ends it is told by an event.
    void watch(Ask ask) {
        subscribe(ask, new Answer(null), true);
    }

    private void subscribe(Ask ask, Answer answer, boolean recovers) {
        Subscription subscription;
        synchronized (subscriptions) {
            if (gone) {
                return;
            }
            if (subscriptions.size() >= most) {
                answer.refuse(new Refusal(
                        429,
                        "That are too many",
                        "there are %d subscriptions already, which is the limit: end one first".formatted(most)));
                return;
            }
            var name = Integer.toString(++made);
            subscription = new Subscription(name, ask, recovers, answer, this);
            subscriptions.put(name, subscription);
        }
        Thread.ofVirtual()
                .name("socket-" + socket.getId() + "-" + subscription.name())
                .start(subscription);
    }

    private void unsubscribe(@Nullable Object argument, Answer answer) {
        if (!(argument instanceof String) && !(argument instanceof Integer)) {
            throw new IllegalArgumentException("the number of a subscription is wanted, as subscribe gave it, but was "
                    + Problem.shown(String.valueOf(argument)));
        }
        synchronized (subscriptions) {
            var subscription = subscriptions.get(String.valueOf(argument));
            if (subscription == null) {
                answer.refuse(new Refusal(
                        404,
                        "There is no such thing",
                        "there is no subscription " + Problem.shown(String.valueOf(argument))));
            } else {
                subscription.end(answer);
            }
        }
    }

    /// Has a device do something, at most once: what is not acknowledged may have been done.
    private void command(@Nullable Object argument, Answer answer) {
        if (!welcome.commands()) {
            answer.refuse(new Refusal(
                    403,
                    "You may not do that",
                    "%s may look only: commands need the role operator".formatted(welcome.name())));
            writeDown("command", 403);
            return;
        }
        var order = order(argument);
        if (!orders.tryAcquire()) {
            answer.refuse(new Refusal(
                    429,
                    "That are too many",
                    "%d commands of this client are under way, which is the limit".formatted(MOST_ORDERS)));
            writeDown(order.what(), 429);
            return;
        }
        Thread.ofVirtual().name("socket-" + socket.getId() + "-command").start(() -> {
            try {
                var outcome = services.commands().send(order.device(), order.command(), order.limit());
                writeDown(order.what(), order.status(outcome));
                answer.give(order.answer(outcome));
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } finally {
                orders.release();
            }
        });
    }

    private Order order(@Nullable Object argument) {
        try {
            return Order.parse(argument, welcome.name());
        } catch (IllegalArgumentException wrong) {
            writeDown("command", 400);
            throw wrong;
        }
    }

    private void writeDown(String what, int status) {
        services.door().heard(connection.visitor(), welcome.name(), "Socket.IO " + what, status);
    }

    /// It has left, or its connection broke.
    void gone() {
        synchronized (subscriptions) {
            gone = true;
            subscriptions.values().forEach(subscription -> subscription.end(new Answer(null)));
        }
    }

    // For its subscriptions.

    Services services() {
        return services;
    }

    Connection connection() {
        return connection;
    }

    void ended(Subscription subscription) {
        synchronized (subscriptions) {
            subscriptions.remove(subscription.name());
        }
    }

    void send(String event, int bytes, Object... arguments) {
        connection.send(bytes, () -> socket.send(event, arguments));
    }
}
