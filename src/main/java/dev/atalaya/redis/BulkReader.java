package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/// Reads texts of megabytes over a connection of its own, which is opened when it is needed and again after a
/// failure. One read at a time; owned by one event loop.
public final class BulkReader {
    private final Vertx vertx;
    private final RedisSettings settings;
    private @Nullable RedisSocket socket;
    private boolean closed;

    public BulkReader(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /// Reads a text and hands its bytes on as they come; a piece counts only while it is handed on. Answers how
    /// many bytes there were, or -1 if there is no such text. When the future is complete no piece comes any
    /// more.
    public Future<Long> read(String key, Handler<Buffer> piece) {
        return connected().compose(open -> open.get(key, piece)).map(reply -> reply.toLong(-1));
    }

    private Future<RedisSocket> connected() {
        RedisSocket current = socket;
        return current != null && !current.isClosed()
                ? Future.succeededFuture(current)
                : RedisSocket.open(vertx, settings).onSuccess(opened -> {
                    socket = opened;
                    if (closed) {
                        opened.close();
                    }
                });
    }

    public Future<Void> close() {
        closed = true;
        RedisSocket current = socket;
        return current == null ? Future.succeededFuture() : current.close();
    }
}
