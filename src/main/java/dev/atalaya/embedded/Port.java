package dev.atalaya.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/// Ports on the loopback interface.
public final class Port {
    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    /// Below the ports that systems lend to clients: a client that tries again and again to reach a server that is down
    /// could be lent the server's own port, would be connected to itself, and the server could not come back.
    private static final int FIRST = 20_000;

    private static final int END = 32_768;
    private static final int TRIES = 100;

    private Port() {}

    /// @param wanted 0 takes a free one
    /// @param setting the one that names the port
    static int available(int wanted, String setting) throws EmbeddedServersException {
        if (wanted == 0) {
            return free();
        }
        if (!canListen(wanted)) {
            throw new EmbeddedServersException("Port " + wanted
                    + " is taken by another program: stop that, or choose another port with " + "ATALAYA_EMBEDDED_"
                    + setting.toUpperCase(Locale.ROOT) + ". " + EmbeddedServers.OWN_SERVERS);
        }
        return wanted;
    }

    /// One that nobody listens on, chosen at random so that two who ask at the same time get different ones.
    public static int free() throws EmbeddedServersException {
        for (int i = 0; i < TRIES; i++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (canListen(port)) {
                return port;
            }
        }
        throw new EmbeddedServersException(
                "No free port was found between " + FIRST + " and " + END + ". " + EmbeddedServers.OWN_SERVERS);
    }

    private static boolean canListen(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(LOOPBACK, port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
