package dev.atalaya.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;

/// Ports on the loopback interface.
final class Port {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private Port() {}

    /// @param wanted 0 takes a free one
    /// @param setting the one that names the port
    static int available(int wanted, String setting) throws EmbeddedServersException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, wanted));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new EmbeddedServersException(
                    "Port " + wanted + " is taken by another program: stop that, or choose another port with "
                            + "ATALAYA_EMBEDDED_" + setting.toUpperCase(Locale.ROOT) + ". "
                            + EmbeddedServers.OWN_SERVERS,
                    e);
        }
    }
}
