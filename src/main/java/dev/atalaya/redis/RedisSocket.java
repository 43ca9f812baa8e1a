package dev.atalaya.redis;

import dev.atalaya.config.RedisSettings;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.NetSocket;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A connection of our own to Redis, for the two that carry megabytes every cycle: reading the snapshot and
/// publishing. The Redis client puts each request and each answer together in one buffer, which takes two to
/// three times as long, blocks the event loop and leaves garbage that some collectors treat as huge
/// (docs/decisions/0006). Everything else goes through [RedisLink].
///
/// Answers come in the order of the commands. Whatever goes wrong, a timeout above all, closes the socket: then
/// what has become of the commands is not known. Owned by the event loop that opened it.
final class RedisSocket {
    /// A timeout is to end an exchange on the event loop, too: a promise without a context would elsewhere.
    private final ContextInternal context;

    private final NetSocket socket;
    private final long timeoutMillis;
    private final CommandWriter writer;
    private final Deque<Exchange> waiting = new ArrayDeque<>();
    private boolean closed;

    /// Commands that were sent together, and what they have been answered so far.
    private static final class Exchange {
        final Promise<List<Reply>> done;
        final List<Reply> replies = new ArrayList<>();
        final @Nullable TextPieces pieces;
        int expected;

        Exchange(Promise<List<Reply>> done, @Nullable TextPieces pieces) {
            this.done = done;
            this.pieces = pieces;
        }
    }

    private RedisSocket(ContextInternal context, NetSocket socket, long timeoutMillis) {
        this.context = context;
        this.socket = socket;
        this.timeoutMillis = timeoutMillis;
        this.writer = new CommandWriter(this::write);
    }

    /// Past [NetSocket#write], which takes a buffer that is never released. The socket releases what it has
    /// written or given up, but not what it still keeps when it is closed.
    private void write(ByteBuf bytes) {
        ((NetSocketInternal) socket).writeMessage(bytes).onFailure(e -> {
            if (bytes.refCnt() > 0) {
                bytes.release();
            }
        });
    }

    /// Greets Redis, with the settings' password and database, once there is a connection. All of it together
    /// may take the settings' timeout; one that comes later is closed.
    ///
    /// @param context of the event loop that opens it
    static Future<RedisSocket> open(ContextInternal context, Future<NetSocket> connection, RedisSettings settings) {
        long timeoutMillis = settings.timeout().toMillis();
        Future<RedisSocket> connecting =
                connection.map(connected -> new RedisSocket(context, connected, timeoutMillis));
        Future<RedisSocket> greeted = connecting.compose(opened -> {
            opened.listen();
            return opened.greet(settings).map(opened);
        });
        return inTime(greeted, timeoutMillis).onFailure(e -> connecting.onSuccess(RedisSocket::close));
    }

    private static <T> Future<T> inTime(Future<T> answer, long millis) {
        return answer.timeout(millis, TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(
                        answer.isComplete()
                                ? e
                                : new TimeoutException("Redis has not answered within " + millis + " ms")));
    }

    private void listen() {
        ReplyReader reader = new ReplyReader(new ReplyReader.Receiver() {
            @Override
            public @Nullable TextPieces pieces() {
                Exchange first = waiting.peek();
                return first == null ? null : first.pieces;
            }

            @Override
            public void accept(Reply reply) {
                answered(reply);
            }
        });
        // past NetSocket#handler, which takes the bytes over into memory of their own first
        ((NetSocketInternal) socket).messageHandler(message -> {
            ByteBuf bytes = (ByteBuf) message;
            try {
                if (!closed) {
                    reader.read(bytes);
                }
            } catch (RuntimeException e) {
                close(e);
            } finally {
                bytes.release();
            }
        });
        socket.exceptionHandler(this::close);
        socket.closeHandler(ended -> close(new IllegalStateException("Redis closed the connection")));
    }

    private Future<?> greet(RedisSettings settings) {
        URI uri = URI.create(settings.uri());
        String password = settings.password().value();
        String database = uri.getPath() == null || uri.getPath().length() < 2
                ? ""
                : uri.getPath().substring(1);
        return send(commands -> {
            if (!password.isEmpty() && settings.user().isEmpty()) {
                commands.command("AUTH", 1).arg(password);
            } else if (!password.isEmpty()) {
                commands.command("AUTH", 2).arg(settings.user()).arg(password);
            }
            if (!database.isEmpty()) {
                commands.command("SELECT", 1).arg(database);
            }
            commands.command("PING", 0);
        });
    }

    boolean isClosed() {
        return closed;
    }

    /// Sends commands in one go and answers their replies. Fails with the first error among them when all are
    /// there.
    Future<List<Reply>> send(Consumer<CommandWriter> commands) {
        return send(commands, null);
    }

    /// Sends a command whose answer is a text or a list of texts, and hands their bytes on as they come.
    /// Answers how many bytes or texts there were, or nil.
    Future<Reply> read(Consumer<CommandWriter> command, TextPieces pieces) {
        return send(command, pieces).map(List::getFirst);
    }

    private Future<List<Reply>> send(Consumer<CommandWriter> commands, @Nullable TextPieces pieces) {
        if (closed) {
            return Future.failedFuture("The connection to Redis is closed");
        }
        Exchange exchange = new Exchange(context.promise(), pieces);
        try {
            commands.accept(writer);
        } catch (RuntimeException e) {
            writer.abandon();
            close(e); // a part may be on its way
            return Future.failedFuture(e);
        }
        exchange.expected = writer.finish();
        if (exchange.expected == 0) {
            return Future.succeededFuture(List.of());
        }
        waiting.add(exchange);
        return inTime(exchange.done.future(), timeoutMillis).onFailure(e -> {
            if (!exchange.done.future().isComplete()) {
                close(e);
            }
        });
    }

    private void answered(Reply reply) {
        Exchange first = waiting.peek();
        if (first == null) {
            throw new IllegalStateException("Redis answered what nobody asked: " + reply);
        }
        first.replies.add(reply);
        if (first.replies.size() == first.expected) {
            waiting.remove();
            first.replies.stream()
                    .filter(Reply::isError)
                    .findFirst()
                    .ifPresentOrElse(
                            error -> first.done.fail(error.toString()), () -> first.done.complete(first.replies));
        }
    }

    Future<Void> close() {
        return close(new IllegalStateException("The connection to Redis was closed"));
    }

    private Future<Void> close(Throwable why) {
        if (closed) {
            return Future.succeededFuture();
        }
        closed = true;
        for (Exchange exchange : waiting) {
            exchange.done.tryFail(why);
        }
        waiting.clear();
        return socket.close();
    }
}
