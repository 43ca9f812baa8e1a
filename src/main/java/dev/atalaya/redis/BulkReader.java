package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Reads megabytes over a connection of its own, which is opened when it is needed and again after a
/// failure. One read at a time; owned by one event loop.
///
/// Redis puts a whole answer together before it sends the first byte: of megabytes that takes longer than sending
/// them. So they are asked for in parts, and Redis prepares the next while one comes. That all are of one moment is
/// known at the end, by a `WATCH` from before the first; if they are not, the next read asks for all at once
/// (docs/decisions/0012).
public final class BulkReader {
    private static final int PART_BYTES = 512 << 10;
    /// Of a hash.
    private static final int PART_FIELDS = 500;

    private static final String OTHER_KIND = "WRONGTYPE";

    private final RedisSockets sockets;
    private final FieldNames names = new FieldNames();
    private @Nullable RedisSocket socket;
    private boolean isAtOnce;
    private boolean closed;

    public BulkReader(Vertx vertx, RedisSettings settings) {
        this.sockets = new RedisSockets(vertx, settings);
    }

    /// What a key holds.
    public enum Kind {
        NOTHING,
        TEXT,
        HASH,
        /// Something that was written while it was read: what came counts for nothing. The next read meets that only
        /// if the key becomes something of another kind in the middle of it.
        CHANGED
    }

    /// Reads what a key holds, all of one moment: a text, or the names and values of a hash in turn. When the
    /// future is complete no piece comes any more. Fails if the key holds something else, and if it holds a text
    /// of more bytes than `most`, before any of them is read; a hash does not tell.
    ///
    /// @param begins is told what it is, if it is something, before the first piece
    public Future<Kind> read(String key, long most, Consumer<Kind> begins, TextPieces pieces) {
        return connected().compose(open -> {
            Future<List<Reply>> type = open.send(commands -> commands.command("UNWATCH", 0)
                    .command("WATCH", 1)
                    .arg(key)
                    .command("TYPE", 1)
                    .arg(key));
            // at once: if it is the other kind, nobody minds the error
            Future<List<Reply>> length =
                    open.send(commands -> commands.command("STRLEN", 1).arg(key));
            Future<List<Reply>> fields =
                    open.send(commands -> commands.command("HLEN", 1).arg(key));
            return type.map(List::getLast)
                    .compose(kind -> switch (kind.toString()) {
                        case "none" -> Future.succeededFuture(Kind.NOTHING);
                        case "string" ->
                            length.compose(
                                    known -> text(open, key, known.getFirst().toLong(), most, begins, pieces));
                        case "hash" ->
                            fields.compose(
                                    known -> hash(open, key, known.getFirst().toLong(), begins, pieces));
                        default ->
                            Future.failedFuture(
                                    "The key " + key + " holds a " + kind + " where a string or a hash is read");
                    })
                    .recover(e -> String.valueOf(e.getMessage()).startsWith(OTHER_KIND)
                            ? Future.succeededFuture(changed())
                            : Future.failedFuture(e));
        });
    }

    private Future<Kind> text(
            RedisSocket open, String key, long length, long most, Consumer<Kind> begins, TextPieces pieces) {
        if (length > most) {
            return Future.failedFuture(
                    "The text in " + key + " has " + length + " bytes, at most " + most + " are read");
        }
        begins.accept(Kind.TEXT);
        if (isAtOnce || length <= PART_BYTES) {
            isAtOnce = false;
            return open.read(commands -> commands.command("GET", 1).arg(key), pieces)
                    .map(read -> read.isNil() ? Kind.NOTHING : Kind.TEXT);
        }
        pieces.begin(length);
        TextPieces whole = (bytes, from, to) -> pieces.piece(bytes, from, to); // begins once
        int parts = (int) ((length + PART_BYTES - 1) / PART_BYTES);
        return inParts(open, parts, Kind.TEXT, part -> {
            long from = (long) part * PART_BYTES;
            long last = Math.min(length, from + PART_BYTES) - 1;
            return open.read(
                    commands ->
                            commands.command("GETRANGE", 3).arg(key).arg(from).arg(last),
                    whole);
        });
    }

    private Future<Kind> hash(RedisSocket open, String key, long fields, Consumer<Kind> begins, TextPieces pieces) {
        begins.accept(Kind.HASH);
        if (isAtOnce || fields != names.size()) {
            isAtOnce = false;
            return open.read(commands -> commands.command("HGETALL", 1).arg(key), names.learning(pieces))
                    .map(Kind.HASH)
                    .onFailure(e -> names.clear());
        }
        FieldNames.Values values = names.before(pieces);
        int parts = (names.size() + PART_FIELDS - 1) / PART_FIELDS;
        return inParts(open, parts, Kind.HASH, part -> {
                    int from = part * PART_FIELDS;
                    int to = Math.min(names.size(), from + PART_FIELDS);
                    return open.read(commands -> names.ask(commands, key, from, to), values);
                })
                .map(kind -> values.count() == names.size() ? kind : changed());
    }

    /// Asks for so many parts, two at a time, and then whether all were of one moment.
    private Future<Kind> inParts(RedisSocket open, int count, Kind kind, IntFunction<Future<Reply>> read) {
        return Future.join(everySecond(0, count, read), everySecond(1, count, read))
                .compose(done ->
                        open.send(commands -> commands.command("MULTI", 0).command("EXEC", 0)))
                .map(replies -> replies.getLast().isNil() ? changed() : kind);
    }

    private static Future<Reply> everySecond(int part, int count, IntFunction<Future<Reply>> read) {
        return part < count
                ? read.apply(part).compose(done -> everySecond(part + 2, count, read))
                : Future.succeededFuture(Reply.NIL);
    }

    private Kind changed() {
        isAtOnce = true;
        return Kind.CHANGED;
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
