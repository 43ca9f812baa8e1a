package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Commands to Redis over a small pool that reconnects by itself. Every command fails after the settings'
/// timeout; so many wait for a connection at most, then commands fail at once. Safe for any thread.
public final class RedisLink {
    private static final int CONNECTIONS = 4;
    private static final int WAITING = 64;

    private final Vertx vertx;
    private final RedisOptions options;
    private final long timeoutMillis;
    private volatile Redis client;
    private boolean closed;

    public RedisLink(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.options = options(settings).setMaxPoolSize(CONNECTIONS).setMaxPoolWaiting(WAITING);
        this.timeoutMillis = settings.timeout().toMillis();
        this.client = Redis.createClient(vertx, options);
    }

    private static RedisOptions options(RedisSettings settings) {
        RedisOptions options =
                new RedisOptions().setConnectionString(settings.uri()).setNetClientOptions(netOptions(settings));
        String password = settings.password().value();
        String user = settings.user();
        return password.isEmpty() ? options : options.setPassword(password).setUser(user.isEmpty() ? null : user);
    }

    static NetClientOptions netOptions(RedisSettings settings) {
        return new NetClientOptions()
                .setConnectTimeout((int) settings.timeout().toMillis())
                .setTcpNoDelay(true)
                .setHostnameVerificationAlgorithm("HTTPS");
    }

    /// Sends one command; nil is answered as null.
    public Future<@Nullable Response> send(Request command) {
        Redis used = client;
        return used.send(command).timeout(timeoutMillis, TimeUnit.MILLISECONDS).onFailure(failure -> {
            if (failure instanceof TimeoutException) {
                giveUp(used);
            }
        });
    }

    /// A connection whose server fell silent keeps its place in the pool for ever: its commands are closed with
    /// it, and with all others, which have the same server.
    @SuppressWarnings("ReferenceEquality")
    private synchronized void giveUp(Redis silent) {
        if (client == silent && !closed) {
            client = Redis.createClient(vertx, options);
            silent.close();
        }
    }

    public synchronized Future<Void> close() {
        closed = true;
        return client.close();
    }
}
