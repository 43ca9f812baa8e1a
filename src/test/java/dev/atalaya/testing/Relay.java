package dev.atalaya.testing;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Stands between clients and a server. It can hold back what a client sends, or cut the connections. Safe
/// for any thread.
public final class Relay implements AutoCloseable {
    private final NetServer server;
    private final List<Connection> connections = new CopyOnWriteArrayList<>();
    private volatile @Nullable String holdFrom;

    private Relay(NetServer server) {
        this.server = server;
    }

    /// @param port 0 takes a free one
    public static Relay listen(Vertx vertx, int port, URI to) throws Exception {
        Relay relay = new Relay(vertx.createNetServer());
        relay.server.connectHandler(client -> {
            client.pause();
            vertx.createNetClient()
                    .connect(to.getPort(), to.getHost())
                    .onSuccess(upstream -> relay.connect(client, upstream))
                    .onFailure(e -> client.close());
        });
        Waiting.await(relay.server.listen(port, "127.0.0.1"));
        return relay;
    }

    private void connect(NetSocket client, NetSocket upstream) {
        Connection connection = new Connection(client, upstream);
        connections.add(connection);
        upstream.pipeTo(client);
        client.handler(connection::sent);
        client.closeHandler(ended -> upstream.close());
        client.resume();
    }

    public int port() {
        return server.actualPort();
    }

    /// From the next piece on in which a client sends this, it and all behind it stays here. The bytes before
    /// it go on.
    public void holdFrom(String text) {
        holdFrom = text;
    }

    public boolean isHolding() {
        return connections.stream().anyMatch(Connection::isHolding);
    }

    /// Lets go what was held back.
    public void release() {
        holdFrom = null;
        connections.forEach(Connection::release);
    }

    /// Closes the connections that there are.
    public void cut() {
        connections.forEach(connection -> connection.client.close());
        connections.clear();
    }

    @Override
    public void close() {
        cut();
        server.close().timeout(10, TimeUnit.SECONDS).await();
    }

    private final class Connection {
        final NetSocket client;
        private final NetSocket upstream;
        private @Nullable Buffer held;

        Connection(NetSocket client, NetSocket upstream) {
            this.client = client;
            this.upstream = upstream;
        }

        synchronized void sent(Buffer bytes) {
            if (held != null) {
                held.appendBuffer(bytes);
                return;
            }
            String text = holdFrom;
            int from = text == null
                    ? -1
                    : bytes.toString(StandardCharsets.ISO_8859_1).indexOf(text);
            if (from >= 0) {
                held = bytes.getBuffer(from, bytes.length());
                upstream.write(bytes.getBuffer(0, from));
            } else {
                upstream.write(bytes);
            }
        }

        synchronized boolean isHolding() {
            return held != null;
        }

        synchronized void release() {
            if (held != null) {
                upstream.write(held);
                held = null;
            }
        }
    }
}
