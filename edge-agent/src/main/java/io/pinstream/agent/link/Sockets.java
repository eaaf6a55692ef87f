package io.pinstream.agent.link;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/// The sockets of one connection, so that they can be closed from outside.
///
/// Surprises that make it necessary:
/// - Paho's `TCPNetworkModule.stop` calls `shutdownInput` and then `close`, and ignores exceptions of both
///   together. On a TLS socket `shutdownInput` throws ("closing inbound before receiving peer's close_notify")
///   unless the broker said goodbye first, so that Paho never closes the socket of a lost TLS connection.
/// - Closing a TLS socket waits for the lock of a thread that is stuck in writing to it, without end unless
///   SO_LINGER is set.
/// - Paho leaves Nagle's algorithm on, which with delayed acknowledgements costs 40 ms a message.
final class Sockets {
    private static final int LINGER_SECONDS = 1;

    private final List<Socket> opened = new ArrayList<>();

    SocketFactory plain() {
        return new SocketFactory() {
            @Override
            public Socket createSocket() throws IOException {
                return keep(new Socket());
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return keep(new Socket(host, port));
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
                return keep(new Socket(host, port, localHost, localPort));
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return keep(new Socket(host, port));
            }

            @Override
            public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                    throws IOException {
                return keep(new Socket(address, port, localAddress, localPort));
            }
        };
    }

    SSLSocketFactory over(SSLSocketFactory tls) {
        return new SSLSocketFactory() {
            @Override
            public Socket createSocket() throws IOException {
                return lingering(tls.createSocket());
            }

            @Override
            public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
                return lingering(tls.createSocket(socket, host, port, autoClose));
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return lingering(tls.createSocket(host, port));
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress localHost, int localPort) throws IOException {
                return lingering(tls.createSocket(host, port, localHost, localPort));
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return lingering(tls.createSocket(host, port));
            }

            @Override
            public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
                    throws IOException {
                return lingering(tls.createSocket(address, port, localAddress, localPort));
            }

            @Override
            public String[] getDefaultCipherSuites() {
                return tls.getDefaultCipherSuites();
            }

            @Override
            public String[] getSupportedCipherSuites() {
                return tls.getSupportedCipherSuites();
            }
        };
    }

    private Socket lingering(Socket socket) throws IOException {
        socket.setSoLinger(true, LINGER_SECONDS);
        return keep(socket);
    }

    private synchronized Socket keep(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        opened.add(socket);
        return socket;
    }

    /// Closes what is still open. Bounded by [#LINGER_SECONDS] a socket.
    void close() {
        List<Socket> all;
        synchronized (this) {
            all = List.copyOf(opened);
        }
        for (var socket : all) {
            try {
                socket.close();
            } catch (IOException gone) {
                // It is being closed because it is of no more use.
            }
        }
    }

    synchronized boolean areClosed() {
        return opened.stream().allMatch(Socket::isClosed);
    }
}
