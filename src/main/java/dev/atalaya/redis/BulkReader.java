package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads megabytes over a connection of its own, which is opened when it is needed and again after a
/// failure. One read at a time; owned by one event loop.
public final class BulkReader {
    private final RedisSockets sockets;
    private @Nullable RedisSocket socket;
    private boolean closed;

    public BulkReader(Vertx vertx, RedisSettings settings) {
        this.sockets = new RedisSockets(vertx, settings);
    }

    /// What a key holds.
    public enum Kind {
        NOTHING,
        TEXT,
        HASH
    }

    /// Reads what a key holds, all of one moment: a text, or the names and values of a hash in turn. When the
    /// future is complete no piece comes any more. Fails if the key holds something else, and if it holds a text
    /// of more bytes than `most`, before any of them is read; a hash does not tell.
    ///
    /// @param begins is told what it is, if it is something, before the first piece
    public Future<Kind> read(String key, long most, Consumer<Kind> begins, TextPieces pieces) {
        return connected().compose(open -> {
            Future<List<Reply>> type =
                    open.send(commands -> commands.command("TYPE", 1).arg(key));
            Future<List<Reply>> length = // at once: if it is no text, nobody minds the error
                    open.send(commands -> commands.command("STRLEN", 1).arg(key));
            return type.map(List::getFirst).compose(kind -> switch (kind.toString()) {
                case "none" -> Future.succeededFuture(Kind.NOTHING);
                case "string" ->
                    length.compose(known -> text(open, key, known.getFirst().toLong(), most, begins, pieces));
                case "hash" -> {
                    begins.accept(Kind.HASH);
                    yield open.read(commands -> commands.command("HGETALL", 1).arg(key), pieces)
                            .map(Kind.HASH);
                }
                default ->
                    Future.failedFuture("The key " + key + " holds a " + kind + " where a string or a hash is read");
            });
        });
    }

    private static Future<Kind> text(
            RedisSocket open, String key, long length, long most, Consumer<Kind> begins, TextPieces pieces) {
        if (length > most) {
            return Future.failedFuture(
                    "The text in " + key + " has " + length + " bytes, at most " + most + " are read");
        }
        begins.accept(Kind.TEXT);
        return open.read(commands -> commands.command("GET", 1).arg(key), pieces)
                .map(read -> read.isNil() ? Kind.NOTHING : Kind.TEXT);
    }

    private Future<RedisSocket> connected() {
        RedisSocket current = socket;
        return current != null && !current.isClosed()
                ? Future.succeededFuture(current)
                : sockets.open().onSuccess(opened -> {
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
