package io.pinstream.hub.outlet;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

/// Ports on loopback that nobody has at the moment.
final class Ports {
    private Ports() {}

    static int free() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
