package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.net.NetClient;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Opens sockets to one Redis, all with one client: a verticle keeps each client that it made until it ends, and
/// a Redis that is away is tried at every cycle. Owned by one event loop, whose verticle closes the client.
final class RedisSockets {
    private static final int DEFAULT_PORT = 6379;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final URI uri;
    private @Nullable NetClient client;

    RedisSockets(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.uri = URI.create(settings.uri());
    }

    /// Connects, with the settings' password and database.
    Future<RedisSocket> open() {
        int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
        return RedisSocket.open(
                (ContextInternal) vertx.getOrCreateContext(), client().connect(port, uri.getHost()), settings);
    }

    private NetClient client() {
        NetClient made = client;
        if (made == null) {
            made = vertx.createNetClient(RedisLink.netOptions(settings).setSsl("rediss".equals(uri.getScheme())));
            client = made;
        }
        return made;
    }
}
