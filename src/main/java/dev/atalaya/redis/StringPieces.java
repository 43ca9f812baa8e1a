package dev.atalaya.redis;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/// Reads a long string in pieces, each given on as soon as it is there, all of the same moment. One large answer would
/// be
/// put together on the event loop, block it for many milliseconds, and could not be worked on before its end has come.
final class StringPieces {
    /// Small enough that none is copied for long, and that the garbage collector does not treat it as huge.
    private static final int PIECE = 128 * 1024;

    private final RedisConnection connection;
    private final String key;

    StringPieces(RedisConnection connection, String key) {
        this.connection = connection;
        this.key = key;
    }

    /// Gives the pieces in their order. The string is watched meanwhile: if somebody else wrote it, the future fails
    /// and
    /// the pieces are not of one moment. Answers how many bytes they have in all; 0 if there is no such string.
    Future<Long> read(Handler<Buffer> piece) {
        Request watch = Request.cmd(Command.WATCH).arg(key);
        Request length = Request.cmd(Command.STRLEN).arg(key);
        return connection.batch(List.of(watch, length)).compose(answers -> {
            long bytes = answers.get(1).toLong();
            List<Future<Void>> reads = new ArrayList<>();
            for (long start = 0; start < bytes; start += PIECE) {
                reads.add(connection
                        .send(Request.cmd(Command.GETRANGE).arg(key).arg(start).arg(start + PIECE - 1))
                        .map(answer -> {
                            piece.handle(answer.toBuffer());
                            return null;
                        }));
            }
            Request unchanged = Request.cmd(Command.STRLEN).arg(key);
            Future<Void> verified = connection
                    .batch(List.of(Request.cmd(Command.MULTI), unchanged, Request.cmd(Command.EXEC)))
                    .compose(done -> done.get(2) == null
                            ? Future.failedFuture(key + " was written while it was read")
                            : Future.succeededFuture());
            return Future.all(reads).compose(read -> verified).map(bytes);
        });
    }
}
