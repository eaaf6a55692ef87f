package io.pinstream.hub.socket;

import io.socket.socketio.server.SocketIoServer;
import io.socket.socketio.server.SocketIoServerOptions;
import io.socket.socketio.server.SocketIoSocket;

/// The library's Socket.IO, with what it lacks: a judgement of each client that connects.
final class SocketServer {
    /// What happens to those who connect to a namespace. On a thread of the library's, which must not wait.
    @FunctionalInterface
    interface Handler {
        void connected(SocketIoSocket socket, Connection connection);
    }

    private final EngineServer engine;
    private final SocketIoServer sockets;

    SocketServer(EngineServer engine, Entrance.Judge judge) {
        this.engine = engine;
        var options = SocketIoServerOptions.newFromDefault()
                .setConnectionTimeout(engine.config().connectTimeout().toMillis())
                .setAdapterFactory(namespace -> new Entrance(namespace, engine::connection, judge));
        this.sockets = new SocketIoServer(engine.engine(), options);
    }

    void serve(String namespace, Handler handler) {
        sockets.namespace(namespace).on("connection", came -> {
            var socket = (SocketIoSocket) came[0];
            engine.connection(socket.getClient().getId())
                    .ifPresent(connection -> handler.connected(socket, connection));
        });
    }
}
