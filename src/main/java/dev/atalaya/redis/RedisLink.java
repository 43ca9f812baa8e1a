package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Commands to Redis over a small pool that reconnects by itself. Every command fails after the settings' timeout;
/// so many wait for a connection at most, then commands fail at once. Safe for any thread.
public final class RedisLink {
    private static final int CONNECTIONS = 4;
    private static final int WAITING = 64;

    private final Redis client;
    private final long timeoutMillis;

    public RedisLink(Vertx vertx, RedisSettings settings) {
        this.client = Redis.createClient(
                vertx, options(settings).setMaxPoolSize(CONNECTIONS).setMaxPoolWaiting(WAITING));
        this.timeoutMillis = settings.timeout().toMillis();
    }

    static RedisOptions options(RedisSettings settings) {
        RedisOptions options = new RedisOptions().setConnectionString(settings.uri());
        options.getNetClientOptions()
                .setConnectTimeout((int) settings.timeout().toMillis())
                .setTcpNoDelay(true);
        String password = settings.password().value();
        return password.isEmpty() ? options : options.setPassword(password);
    }

    /// Sends one command; nil is answered as null.
    public Future<@Nullable Response> send(Request command) {
        return client.send(command).timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /// Sends commands in one round trip, not as a transaction; fails if one of them fails.
    public Future<List<@Nullable Response>> batch(List<Request> commands) {
        return client.batch(commands).timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    /// Reads a long string in pieces of one moment, each given on, in their order, as soon as it is there; answers how
    /// many bytes they have in all, 0 if there is no such string. Fails if the string was written meanwhile.
    public Future<Long> readPieces(String key, Handler<Buffer> piece) {
        return client.connect()
                .compose(connection ->
                        new StringPieces(connection, key).read(piece).eventually(connection::close))
                .timeout(timeoutMillis, TimeUnit.MILLISECONDS);
    }

    public Future<Void> close() {
        return client.close();
    }
}
