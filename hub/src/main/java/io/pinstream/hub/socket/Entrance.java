package io.pinstream.hub.socket;

import io.socket.socketio.server.SocketIoAdapter;
import io.socket.socketio.server.SocketIoNamespace;
import io.socket.socketio.server.SocketIoSocket;
import io.socket.socketio.server.parser.Packet;
import io.socket.socketio.server.parser.Parser;
import java.util.Optional;
import java.util.function.Function;
import org.json.JSONObject;

/// Where clients enter a namespace. The library has no other place where somebody can be refused before it says
/// that they are connected: it enters each client into a room of its own first, and takes an exception for a no.
/// Nobody is in any other room, and nothing is broadcast: each client has its own queue, so that a slow one is
/// alone with it.
final class Entrance extends SocketIoAdapter {
    /// Judges who connects; what it throws is a no without a word.
    @FunctionalInterface
    interface Judge {
        /// @return why not
        Optional<Doorkeeper.Refusal> judge(SocketIoSocket socket, Connection connection);
    }

    private final Function<String, Optional<Connection>> connections;
    private final Judge judge;

    Entrance(SocketIoNamespace namespace, Function<String, Optional<Connection>> connections, Judge judge) {
        super(namespace);
        this.connections = connections;
        this.judge = judge;
    }

    @Override
    public void add(String room, SocketIoSocket socket) {
        if (!room.equals(socket.getId())) {
            throw new IllegalStateException("nobody enters another room; this is a bug in the hub");
        }
        var connection = connections.apply(socket.getClient().getId()).orElseThrow();
        if (!connection.enter(mNamespace.getName())) {
            refuse(socket, new Doorkeeper.Refusal(400, "The request is not right", "this client has connected before"));
        }
        judge.judge(socket, connection).ifPresent(refusal -> refuse(socket, refusal));
    }

    private static void refuse(SocketIoSocket socket, Doorkeeper.Refusal refusal) {
        var packet = new Packet<>(Parser.CONNECT_ERROR);
        packet.nsp = socket.getNamespace().getName();
        packet.data = new JSONObject().put("message", refusal.detail()).put("data", Problem.json(refusal));
        socket.getClient().sendPacket(packet);
        socket.disconnect(false); // so that the library forgets it
        throw new IllegalArgumentException("refused");
    }

    @Override
    public void remove(String room, SocketIoSocket socket) {
        connections.apply(socket.getClient().getId()).ifPresent(connection -> connection.leave(mNamespace.getName()));
    }

    @Override
    public void broadcast(Packet<?> packet, String[] rooms, String[] except) {
        throw new IllegalStateException("nothing is broadcast; this is a bug in the hub");
    }

    @Override
    public SocketIoSocket[] listClients(String room) {
        return new SocketIoSocket[0];
    }

    @Override
    public String[] listClientRooms(SocketIoSocket socket) {
        return new String[0];
    }
}
