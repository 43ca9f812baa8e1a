package dev.atalaya.bridge;

import dev.atalaya.bus.AddressCatalogue;
import dev.atalaya.config.BridgeSettings;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The event bus over TCP, in the frames of Vert.x's own TCP bridge, so that its clients in any language can
/// ask. It lets through what the catalogue names and nothing else. Runs on an event loop.
public final class BridgeVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(BridgeVerticle.class);
    private static final int MAX_CONNECTIONS = 100;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BridgeSettings settings;
    private final AddressCatalogue catalogue;
    private final Duration patience;
    private int connections;
    private volatile int actualPort;

    public BridgeVerticle(BridgeSettings settings, AddressCatalogue catalogue) {
        this(settings, catalogue, PATIENCE);
    }

    /// @param patience with a client that does not finish a frame, or does not say its token
    BridgeVerticle(BridgeSettings settings, AddressCatalogue catalogue, Duration patience) {
        this.settings = settings;
        this.catalogue = catalogue;
        this.patience = patience;
    }

    /// Where it listens. Safe for any thread; 0 before it is deployed.
    public int actualPort() {
        return actualPort;
    }

    /// Fails if the port cannot be taken.
    @Override
    public Future<?> start() {
        return vertx.createNetServer(new NetServerOptions().setTcpKeepAlive(true))
                .connectHandler(this::connected)
                .listen(settings.port(), settings.host())
                .onSuccess(server -> {
                    actualPort = server.actualPort();
                    LOG.info("The event bus is bridged at {}, port {}", settings.host(), actualPort);
                })
                .recover(cause -> Future.failedFuture(new IllegalStateException(
                        "bridge.port: port " + settings.port() + " of " + settings.host()
                                + " cannot be taken; give each node on a machine its own, or 0 for a free one: "
                                + cause.getMessage(),
                        cause)));
    }

    private void connected(NetSocket socket) {
        BridgeConnection connection = new BridgeConnection(vertx, socket, catalogue, settings.token(), patience);
        connections++;
        connection.begin(() -> connections--);
        if (connections > MAX_CONNECTIONS) {
            connection.refuse("too_many_connections: there are " + MAX_CONNECTIONS + " already");
        }
    }
}
