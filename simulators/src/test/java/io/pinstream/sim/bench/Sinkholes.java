package io.pinstream.sim.bench;

import com.sun.net.httpserver.HttpServer;
import io.pinstream.hub.outlet.RedisServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/// Who takes everything and does nothing with it, as a program of its own: `web PORT`, a server that answers 204, or
/// `redis PORT`, who listens to every channel of a Redis.
final class Sinkholes {
    private Sinkholes() {}

    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[1]);
        if (arguments[0].equals("web")) {
            web(port);
        } else {
            redis(port);
        }
    }

    private static void web(int port) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                var _ = exchange.getRequestBody().readAllBytes();
                exchange.sendResponseHeaders(204, -1);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    private static void redis(int port) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write("AUTH %s\r\nPSUBSCRIBE *\r\n"
                            .formatted(RedisServer.PASSWORD)
                            .getBytes(StandardCharsets.US_ASCII));
            var bytes = new byte[256 << 10];
            var in = socket.getInputStream();
            while (in.read(bytes) >= 0) {
                System.out.print(""); // nothing
            }
        }
    }
}
