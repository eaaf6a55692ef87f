package io.pinstream.sim.fleet;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;

/// Why a device has no connection, in words, with the remedy where there is one.
final class Words {
    private Words() {}

    static String of(IOException failure, InetSocketAddress broker) {
        var where = broker.getHostString() + ":" + broker.getPort();
        var message = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        if (message.contains("Too many open files")) {
            return OpenFiles.used();
        }
        if (message.contains("Cannot assign requested address") || message.contains("Address already in use")) {
            return "this machine has no free port left towards %s: use fewer --devices, or widen the range of"
                    .formatted(where)
                    .concat(" local ports (Linux: sysctl net.ipv4.ip_local_port_range)");
        }
        return switch (failure) {
            case ConnectException _ ->
                "broker %s refuses connections: is it running, and is the port right?".formatted(where);
            case SocketTimeoutException _ -> "broker %s does not answer".formatted(where);
            default -> "broker %s: %s".formatted(where, message);
        };
    }
}
