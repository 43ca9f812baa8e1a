package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.ResponseType;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A connection of its own through which one holder of a fencing number writes, everything or nothing: each write is
/// one
/// MULTI/EXEC in one round trip, and only while the number in Redis is the holder's. The fence is a WATCH: the pipeline
/// of
/// each write ends with WATCH and GET of the fence, which arms the next, so it costs nothing.
///
/// Whatever goes wrong closes the connection: then nobody knows what Redis holds, and [#open] begins anew. Owned by one
/// event loop.
public final class FencedConnection {
    /// What became of a write.
    public enum Outcome {
        /// All of it was applied.
        COMMITTED,
        /// Nothing was applied: somebody else holds the fence.
        FENCED_OFF
    }

    private static final long NONE = -1;

    private final Vertx vertx;
    private final RedisSettings settings;
    private final String fenceKey;
    private final InstantSource wall;
    private @Nullable Redis client;
    private @Nullable RedisConnection connection;
    private long fence = NONE;
    private boolean fencedOff;

    public FencedConnection(Vertx vertx, RedisSettings settings, String fenceKey, InstantSource wall) {
        this.vertx = vertx;
        this.settings = settings;
        this.fenceKey = fenceKey;
        this.wall = wall;
    }

    public boolean isOpen() {
        return connection != null;
    }

    /// Whether somebody else has taken the fence; then it stays theirs.
    public boolean isFencedOff() {
        return fencedOff;
    }

    /// The holder's fencing number, or -1 before it has taken one.
    public long fence() {
        return fence;
    }

    /// Connects, checks that the keys have the types that will be written, takes the fence if this holder has none that
    /// still counts, and arms it. A fence that somebody else has taken since is not taken back: the future fails.
    ///
    /// @param types what `TYPE` must answer for a key that exists
    public Future<Void> open(Map<String, String> types) {
        Redis opening = Redis.createClient(
                vertx, RedisLink.options(settings).setMaxPoolSize(1).setMaxWaitingHandlers(64 * 1024));
        client = opening;
        return limited(opening.connect())
                .compose(connected -> checkTypes(connected, types)
                        .compose(checked -> takeFence(connected))
                        .compose(taken -> limited(connected.batch(List.of(
                                Request.cmd(Command.WATCH).arg(fenceKey),
                                Request.cmd(Command.GET).arg(fenceKey)))))
                        .compose(armed -> {
                            if (number(armed.get(1)) != fence) {
                                return Future.failedFuture("The fence moved while it was taken");
                            }
                            connection = connected;
                            connected.endHandler(ended -> forget(connected));
                            return Future.<Void>succeededFuture();
                        }))
                .onFailure(e -> close());
    }

    private Future<Void> checkTypes(RedisConnection connected, Map<String, String> types) {
        List<String> keys = List.copyOf(types.keySet());
        List<Request> questions =
                keys.stream().map(key -> Request.cmd(Command.TYPE).arg(key)).toList();
        return limited(connected.batch(questions)).compose(answers -> {
            for (int i = 0; i < keys.size(); i++) {
                String type = answers.get(i).toString();
                String expected = types.getOrDefault(keys.get(i), "");
                if (!type.equals("none") && !type.equals(expected)) {
                    return Future.failedFuture("The key " + keys.get(i) + " holds a " + type + " where a " + expected
                            + " is written: delete or rename it");
                }
            }
            return Future.succeededFuture();
        });
    }

    /// Takes the next fencing number, unless this holder's still stands. A lower number than its own, or none, means
    /// that
    /// Redis has lost what it knew; a higher one, that somebody else took over.
    private Future<Void> takeFence(RedisConnection connected) {
        return limited(connected.send(Request.cmd(Command.GET).arg(fenceKey))).compose(answer -> {
            long current = number(answer);
            if (fence != NONE && current == fence) {
                return Future.succeededFuture();
            }
            if (fence != NONE && current > fence) {
                fencedOff = true;
                return Future.failedFuture(
                        "Another scanner has taken over with the fencing number " + current + ", ours was " + fence);
            }
            long first = Math.max(wall.millis(), fence);
            return limited(connected.batch(List.of(
                            Request.cmd(Command.SET).arg(fenceKey).arg(first).arg("NX"),
                            Request.cmd(Command.INCR).arg(fenceKey))))
                    .map(answers -> {
                        fence = number(answers.get(1));
                        return null;
                    });
        });
    }

    /// Reads over the same connection, outside any write.
    public Future<List<@Nullable Response>> read(List<Request> commands) {
        return limited(opened().batch(commands)).onFailure(e -> close());
    }

    /// Writes the commands as one transaction. A failed future means that the outcome is unknown, or that a part of it
    /// was
    /// applied; the connection is closed then.
    public Future<Outcome> write(List<Request> commands) {
        List<Request> pipeline = new ArrayList<>(commands.size() + 4);
        pipeline.add(Request.cmd(Command.MULTI));
        pipeline.addAll(commands);
        pipeline.add(Request.cmd(Command.EXEC));
        pipeline.add(Request.cmd(Command.WATCH).arg(fenceKey));
        pipeline.add(Request.cmd(Command.GET).arg(fenceKey));
        int exec = commands.size() + 1;
        return limited(opened().batch(pipeline))
                .compose(answers -> outcome(answers.get(exec), number(answers.get(exec + 2))))
                .onFailure(e -> close());
    }

    private Future<Outcome> outcome(@Nullable Response executed, long current) {
        if (executed == null) {
            if (current > fence) {
                fencedOff = true;
                close();
                return Future.succeededFuture(Outcome.FENCED_OFF);
            }
            return Future.failedFuture("The fence changed under a write, from " + fence + " to " + current);
        }
        for (Response answer : executed) {
            if (answer != null && answer.type() == ResponseType.ERROR) {
                return Future.failedFuture("A part of a write was refused: " + answer);
            }
        }
        return Future.succeededFuture(Outcome.COMMITTED);
    }

    /// Closes the connection; what is under way has an unknown outcome.
    public Future<Void> close() {
        Redis closing = client;
        client = null;
        connection = null;
        return closing == null ? Future.succeededFuture() : closing.close();
    }

    /// Redis closed the connection.
    private void forget(RedisConnection ended) {
        if (Objects.equals(connection, ended)) {
            close();
        }
    }

    private RedisConnection opened() {
        RedisConnection current = connection;
        if (current == null) {
            throw new IllegalStateException("The connection is not open");
        }
        return current;
    }

    private <T> Future<T> limited(Future<T> future) {
        return future.timeout(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    private static long number(@Nullable Response response) {
        return response == null ? NONE : response.toLong();
    }
}
