package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection of its own through which one holder of a fencing number writes, everything or nothing: each
/// write is one MULTI/EXEC in one round trip, and only while the number in Redis is the holder's. The fence is
/// a WATCH: the pipeline of each write ends with WATCH and GET of the fence, which arms the next, so it costs
/// nothing.
///
/// Whatever goes wrong closes the connection: then nobody knows what Redis holds, and [#open] begins anew.
/// Owned by one event loop.
public final class FencedConnection {
    /// What became of a write.
    public enum Outcome {
        /// All of it was applied.
        COMMITTED,
        /// Nothing was applied: somebody else holds the fence.
        FENCED_OFF
    }

    /// The number of a holder that has none yet.
    public static final long NONE = -1;

    private final RedisSockets sockets;
    private final String fenceKey;
    private final InstantSource wall;
    private @Nullable RedisSocket socket;
    private boolean armed;
    private long fence = NONE;
    private boolean fencedOff;

    public FencedConnection(Vertx vertx, RedisSettings settings, String fenceKey, InstantSource wall) {
        this(vertx, settings, fenceKey, NONE, wall);
    }

    /// @param fence the number that its holder has been given: if it is not the last any more, it cannot be opened
    public FencedConnection(Vertx vertx, RedisSettings settings, String fenceKey, long fence, InstantSource wall) {
        this.fence = fence;
        this.sockets = new RedisSockets(vertx, settings);
        this.fenceKey = fenceKey;
        this.wall = wall;
    }

    public boolean isOpen() {
        RedisSocket current = socket;
        return armed && current != null && !current.isClosed();
    }

    /// Whether somebody else has taken the fence; then it stays theirs.
    public boolean isFencedOff() {
        return fencedOff;
    }

    /// The holder's fencing number, or -1 before it has taken one.
    public long fence() {
        return fence;
    }

    /// Connects, checks that the keys have the types that will be written, takes the fence and arms it. A fence that
    /// somebody else has taken since is not taken back: the
    /// future fails.
    ///
    /// @param types what `TYPE` must answer for a key that exists
    public Future<Void> open(Map<String, String> types) {
        return sockets.open()
                .compose(opened -> {
                    armed = false;
                    socket = opened;
                    return checkTypes(opened, types)
                            .compose(checked -> takeFence(opened))
                            .compose(taken -> opened.send(this::arm));
                })
                .compose(answers -> {
                    if (answers.getLast().toLong(NONE) != fence) {
                        return Future.<Void>failedFuture("The fence moved while it was taken");
                    }
                    armed = true;
                    return Future.<Void>succeededFuture();
                })
                .onFailure(e -> close());
    }

    private void arm(CommandWriter commands) {
        commands.command("WATCH", 1).arg(fenceKey);
        commands.command("GET", 1).arg(fenceKey);
    }

    private static Future<Void> checkTypes(RedisSocket opened, Map<String, String> types) {
        List<String> keys = List.copyOf(types.keySet());
        return opened.send(commands ->
                        keys.forEach(key -> commands.command("TYPE", 1).arg(key)))
                .compose(answers -> {
                    for (int i = 0; i < keys.size(); i++) {
                        String type = answers.get(i).toString();
                        String expected = types.getOrDefault(keys.get(i), "");
                        if (!type.equals("none") && !type.equals(expected)) {
                            return Future.failedFuture("The key " + keys.get(i) + " holds a " + type + " where a "
                                    + expected + " is written: delete or rename it");
                        }
                    }
                    return Future.succeededFuture();
                });
    }

    /// Takes the next fencing number. A lower number than this holder's own, or none, means that Redis has lost
    /// what it knew; a higher one, that somebody else took over. Its own is taken anew, too: a write of the last
    /// connection that is still on its way must not be applied after what is read now.
    private Future<Void> takeFence(RedisSocket opened) {
        return opened.send(this::arm).compose(answers -> {
            long current = answers.getLast().toLong(NONE);
            if (fence != NONE && current > fence) {
                fencedOff = true;
                return Future.failedFuture(
                        "Another scanner has taken over with the fencing number " + current + ", ours was " + fence);
            }
            long step = current == NONE ? Math.max(wall.millis(), fence) + 1 : Math.max(1, fence - current + 1);
            return opened.send(commands -> {
                        commands.command("MULTI", 0);
                        commands.command("INCRBY", 2).arg(fenceKey).arg(step);
                        commands.command("EXEC", 0);
                    })
                    .compose(taken -> {
                        if (taken.getLast().isNil()) {
                            return Future.failedFuture("The fence moved while it was taken");
                        }
                        fence = taken.getLast().parts().getFirst().toLong();
                        return Future.succeededFuture();
                    });
        });
    }

    /// Reads over the same connection, outside any write.
    public Future<List<Reply>> read(Consumer<CommandWriter> commands) {
        return opened().send(commands).onFailure(e -> close());
    }

    /// Writes the commands as one transaction. A failed future means that the outcome is unknown, or that a
    /// part of it was applied; the connection is closed then.
    public Future<Outcome> write(Consumer<CommandWriter> commands) {
        return write(commands, answers -> {});
    }

    /// The same, for whoever wants to know what Redis answered.
    ///
    /// @param committed gets the answers to the commands if all of them were applied
    public Future<Outcome> write(Consumer<CommandWriter> commands, Consumer<List<Reply>> committed) {
        return opened().send(pipeline -> {
                    pipeline.command("MULTI", 0);
                    commands.accept(pipeline);
                    pipeline.command("EXEC", 0);
                    arm(pipeline);
                })
                .compose(answers -> outcome(
                        answers.get(answers.size() - 3), answers.getLast().toLong(NONE), committed))
                .onFailure(e -> close());
    }

    private Future<Outcome> outcome(Reply executed, long current, Consumer<List<Reply>> committed) {
        if (executed.isNil()) {
            if (current > fence) {
                fencedOff = true;
                close();
                return Future.succeededFuture(Outcome.FENCED_OFF);
            }
            return Future.failedFuture("The fence changed under a write, from " + fence + " to " + current);
        }
        for (Reply answer : executed.parts()) {
            if (answer.isError()) {
                return Future.failedFuture("A part of a write was refused: " + answer);
            }
        }
        committed.accept(executed.parts());
        if (current != fence) { // moved after this write and before the next was armed: that one would not notice
            fencedOff = current > fence;
            close();
        }
        return Future.succeededFuture(Outcome.COMMITTED);
    }

    /// Closes the connection; what is under way has an unknown outcome.
    public Future<Void> close() {
        RedisSocket closing = socket;
        socket = null;
        armed = false;
        return closing == null ? Future.succeededFuture() : closing.close();
    }

    private RedisSocket opened() {
        RedisSocket current = socket;
        if (current == null || !armed) {
            throw new IllegalStateException("The connection is not open");
        }
        return current;
    }
}
