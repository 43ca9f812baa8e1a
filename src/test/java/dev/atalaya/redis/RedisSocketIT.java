package dev.atalaya.redis;

import static dev.atalaya.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.redis.BulkReader.Kind;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetric;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.ByteBufUtil;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class RedisSocketIT {
    private static final long MOST = 100_000_000;
    private final String key = TestServers.uniquePrefix();
    private Vertx vertx;
    private Context loop;

    @BeforeEach
    void takeAnEventLoop(Vertx vertx) {
        this.vertx = vertx;
        loop = vertx.getOrCreateContext();
    }

    private <T> T on(Supplier<Future<T>> call) throws Exception {
        return Waiting.on(loop, call);
    }

    private RedisSocket open(RedisSettings settings) throws Exception {
        return on(() -> new RedisSockets(vertx, settings).open());
    }

    private static List<String> texts(List<Reply> replies) {
        return replies.stream().map(Reply::toString).toList();
    }

    private static void get(CommandWriter commands, String key) {
        commands.command("GET", 1).arg(key);
    }

    private static void set(CommandWriter commands, String key, String value) {
        commands.command("SET", 2).arg(key).arg(value);
    }

    @Test
    void repliesComeInTheOrderOfTheCommandsOfSeveralPipelines() throws Exception {
        RedisSocket socket = open(TestServers.redis());
        List<List<Reply>> replies = on(() -> {
            Future<List<Reply>> first = socket.send(commands -> {
                for (int i = 0; i < 1_000; i++) {
                    commands.command("ECHO", 1).arg(i);
                }
            });
            Future<List<Reply>> second = socket.send(commands -> {
                set(commands, key, "Ñandú €");
                get(commands, key);
                commands.command("DEL", 1).arg(key);
                get(commands, key);
            });
            return Future.all(first, second).map(done -> List.of(first.result(), second.result()));
        });
        assertThat(replies.getFirst()).hasSize(1_000);
        for (int i = 0; i < 1_000; i++) {
            assertThat(replies.getFirst().get(i).toLong()).isEqualTo(i);
        }
        assertThat(texts(replies.getLast())).containsExactly("OK", "Ñandú €", "1", "nil");
        on(socket::close);
    }

    /// The memory that it is written from is outside the heap: what was not given back would never come back.
    @Test
    void aGigabyteIsWrittenFromFewMegabytesOfMemory() throws Exception {
        RedisSocket socket = open(TestServers.redis());
        ByteBufAllocatorMetric memory = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        byte[] text = new byte[8 << 20];
        long before = memory.usedDirectMemory();
        for (int i = 0; i < 128; i++) {
            on(() -> socket.send(commands -> commands.command("EXISTS", 1).arg(text, 0, text.length)));
        }
        assertThat(memory.usedDirectMemory() - before).isLessThan(64 << 20);
        on(socket::close);
    }

    @Test
    void aTextOfNineMegabytesReadsBackAsItWasWritten() throws Exception {
        byte[] text = new byte[9_000_001];
        new Random(9).nextBytes(text);
        RedisSocket socket = open(TestServers.redis());
        on(() -> socket.send(
                commands -> commands.command("SETEX", 3).arg(key).arg(60).arg(text, 0, text.length)));
        on(socket::close);

        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        for (int i = 0; i < 3; i++) {
            Buffer read = Buffer.buffer(text.length);
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, into(read)))).isEqualTo(Kind.TEXT);
            assertThat(read.getBytes()).isEqualTo(text);
        }
        on(reader::close);
    }

    @Test
    void whatIsNotThereIsNothingAndAnEmptyTextHasNoPieces() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        assertThat(on(() -> reader.read(key, MOST, kind -> {}, RedisSocketIT::refuse)))
                .isEqualTo(Kind.NOTHING);
        try (Writer writer = new Writer(TestServers.redis())) {
            writer.send(Command.SETEX, key, "60", "");
        }
        assertThat(on(() -> reader.read(key, MOST, kind -> {}, RedisSocketIT::refuse)))
                .isEqualTo(Kind.TEXT);
        on(reader::close);
    }

    @Test
    void aTextThatIsWrittenWhileItIsReadCountsForNothingAndIsThenReadAtOnce() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        int length = 3_000_000;
        try (Writer writer = new Writer(TestServers.redis())) {
            writer.send(Command.SETEX, key, "60", "a".repeat(length));
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, (piece, from, to) -> {})))
                    .isEqualTo(Kind.TEXT);
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, once(() -> writeNow("APPEND " + key + " b")))))
                    .isEqualTo(Kind.CHANGED);
            Buffer read = Buffer.buffer();
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, into(read)))).isEqualTo(Kind.TEXT);
            assertThat(read).hasToString("a".repeat(length) + "b");
        }
        on(reader::close);
    }

    /// Does something when the first piece has come.
    private static TextPieces once(Runnable action) {
        boolean[] done = {false};
        return (piece, from, to) -> {
            if (!done[0]) {
                done[0] = true;
                action.run();
            }
        };
    }

    /// Writes before it returns, while the event loop stands still: what has not been asked for yet is the new.
    private static void writeNow(String command) {
        URI uri = URI.create(TestServers.redis().uri());
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
            assertThat(socket.getInputStream().read()).isEqualTo(':');
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Its names and values in turn.
    private static final class Fields implements TextPieces {
        private final List<Buffer> texts = new ArrayList<>();

        @Override
        public void begin(long bytes) {
            texts.add(Buffer.buffer());
        }

        @Override
        public void piece(ByteBuf bytes, int from, int to) {
            texts.getLast().appendBytes(ByteBufUtil.getBytes(bytes, from, to - from));
        }

        Map<String, String> map() {
            Map<String, String> map = new HashMap<>();
            for (int i = 0; i < texts.size(); i += 2) {
                map.put(texts.get(i).toString(), texts.get(i + 1).toString());
            }
            return map;
        }
    }

    private Map<String, String> assertHash(BulkReader reader, Kind kind) throws Exception {
        Fields fields = new Fields();
        assertThat(on(() -> reader.read(key, 1, begun -> {}, fields))).isEqualTo(kind);
        return kind == Kind.HASH ? fields.map() : Map.of();
    }

    @Test
    void aHashIsReadAsNamesAndValuesInTurnHoweverItChangesBetweenTheReads() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        Map<String, String> fields = new HashMap<>();
        try (Writer writer = new Writer(TestServers.redis())) {
            for (int i = 0; i < 1_501; i++) {
                fields.put("field " + i, "ñ".repeat(i % 70));
            }
            writer.put(key, fields);
            writer.send(Command.EXPIRE, key, "60");
            for (int i = 0; i < 3; i++) {
                assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
            }
            fields.put("field 700", "other");
            writer.send(Command.HSET, key, "field 700", "other");
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);

            fields.put("one more", "1");
            writer.send(Command.HSET, key, "one more", "1");
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);

            fields.remove("field 3");
            fields.put("in its place", "2");
            writer.send(Command.HDEL, key, "field 3");
            writer.send(Command.HSET, key, "in its place", "2");
            assertHash(reader, Kind.CHANGED); // as many as there were, and one that is not known
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
        }
        on(reader::close);
    }

    @Test
    void aHashThatIsWrittenWhileItIsReadCountsForNothingAndIsThenReadAtOnce() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        Map<String, String> fields = new HashMap<>();
        try (Writer writer = new Writer(TestServers.redis())) {
            for (int i = 0; i < 3_000; i++) {
                fields.put("field " + i, "value " + i);
            }
            writer.put(key, fields);
            writer.send(Command.EXPIRE, key, "60");
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
            fields.put("field 2999", "another");
            String change = "HSET " + key + " \"field 2999\" another";
            assertThat(on(() -> reader.read(key, 1, kind -> {}, once(() -> writeNow(change)))))
                    .isEqualTo(Kind.CHANGED);
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
        }
        on(reader::close);
    }

    @Test
    void aKeyThatBecomesAnotherKindWhileItIsReadCountsForNothingAndIsThenReadAsThat() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i < 3_000; i++) {
            fields.put("field " + i, "value " + i);
        }
        String text = "a".repeat(3_000_000);
        try (Writer writer = new Writer(TestServers.redis())) {
            writer.put(key + "hash", fields);
            writer.send(Command.EXPIRE, key + "hash", "60");
            writer.send(Command.SETEX, key + "text", "60", text);
            writer.send(Command.SETEX, key, "60", text);
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, once(() -> writeNow(copy("hash"))))))
                    .isEqualTo(Kind.CHANGED);
            assertThat(assertHash(reader, Kind.HASH)).isEqualTo(fields);
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, once(() -> writeNow(copy("text"))))))
                    .isEqualTo(Kind.CHANGED);
            Buffer read = Buffer.buffer();
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, into(read)))).isEqualTo(Kind.TEXT);
            assertThat(read).hasToString(text);
        }
        on(reader::close);
    }

    private String copy(String kind) {
        return "COPY " + key + kind + " " + key + " REPLACE";
    }

    @Test
    void aTextThatIsTooLongIsRefusedBeforeItIsRead() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        try (Writer writer = new Writer(TestServers.redis())) {
            writer.send(Command.SETEX, key, "60", "12345");
        }
        assertThatThrownBy(() -> on(() -> reader.read(key, 4, kind -> {}, RedisSocketIT::refuse)))
                .hasMessageContaining("has 5 bytes, at most 4 are read");
        assertThat(on(() -> reader.read(key, 5, kind -> {}, (piece, from, to) -> {})))
                .isEqualTo(Kind.TEXT);
        on(reader::close);
    }

    private static void refuse(ByteBuf bytes, int from, int to) {
        throw new AssertionError("a piece came: " + bytes);
    }

    private static TextPieces into(Buffer read) {
        return (bytes, from, to) -> read.appendBytes(ByteBufUtil.getBytes(bytes, from, to - from));
    }

    /// Sends single commands past the code under test.
    private final class Writer implements AutoCloseable {
        private final RedisLink link;

        Writer(RedisSettings settings) {
            link = new RedisLink(vertx, settings);
        }

        void send(Command command, String... args) throws Exception {
            Request request = Request.cmd(command);
            for (String arg : args) {
                request.arg(arg);
            }
            await(link.send(request));
        }

        void put(String hash, Map<String, String> fields) throws Exception {
            send(
                    Command.HSET,
                    Stream.concat(
                                    Stream.of(hash),
                                    fields.entrySet().stream()
                                            .flatMap(field -> Stream.of(field.getKey(), field.getValue())))
                            .toArray(String[]::new));
        }

        @Override
        public void close() {
            link.close().timeout(10, TimeUnit.SECONDS).await();
        }
    }

    @Test
    void aKeyOfAnotherTypeFailsAndTheNextReadWorks() throws Exception {
        BulkReader reader = new BulkReader(vertx, TestServers.redis());
        try (Writer writer = new Writer(TestServers.redis())) {
            writer.send(Command.LPUSH, key, "value");
            assertThatThrownBy(() -> on(() -> reader.read(key, MOST, kind -> {}, RedisSocketIT::refuse)))
                    .hasMessageContaining("holds a list where a string or a hash is read");
            writer.send(Command.DEL, key);
            writer.send(Command.SETEX, key, "60", "text");
        }
        Buffer read = Buffer.buffer();
        assertThat(on(() -> reader.read(key, MOST, kind -> {}, into(read)))).isEqualTo(Kind.TEXT);
        assertThat(read).hasToString("text");
        on(reader::close);
    }

    @Test
    void anErrorAmongRepliesFailsThemWithItsSentenceAndTheConnectionGoesOn() throws Exception {
        RedisSocket socket = open(TestServers.redis());
        assertThatThrownBy(() -> on(() -> socket.send(commands -> {
                    set(commands, key, "text");
                    commands.command("INCR", 1).arg(key);
                    commands.command("LPOP", 1).arg(key);
                    get(commands, key);
                })))
                .hasMessageContaining("ERR value is not an integer or out of range");
        assertThat(socket.isClosed()).isFalse();
        assertThat(texts(on(() -> socket.send(commands -> get(commands, key))))).containsExactly("text");
        on(socket::close);
    }

    @Test
    void aCommandThatCannotBeWrittenClosesTheConnection() throws Exception {
        RedisSocket socket = open(TestServers.redis());
        assertThatThrownBy(() -> on(() -> socket.send(commands -> {
                    throw new IllegalArgumentException("no such list");
                })))
                .hasMessageContaining("no such list");
        assertThat(socket.isClosed()).isTrue();
        assertThatThrownBy(() -> on(() -> socket.send(commands -> get(commands, key))))
                .hasMessageContaining("The connection to Redis is closed");
    }

    @Test
    void userPasswordAndDatabaseAreThoseOfTheSettings() throws Exception {
        try (ThrowawayRedis redis = TestServers.startRedis();
                Writer writer = new Writer(TestServers.redisAt(redis.uri()))) {
            writer.send(Command.SET, key, "in database 0");
            writer.send(Command.ACL, "SETUSER", "scanner", "on", ">scanners", "~*", "+@all");
            writer.send(Command.CONFIG, "SET", "requirepass", "secret");
            try {
                assertThat(whoAmI(as(redis.uri(), "", "secret"))).containsExactly("default", "in database 0");
                assertThat(whoAmI(as(redis.uri() + "/3", "scanner", "scanners")))
                        .containsExactly("scanner", "nil");
                assertThatThrownBy(() -> open(as(redis.uri(), "", ""))).hasMessageContaining("NOAUTH");
                assertThatThrownBy(() -> open(as(redis.uri(), "", "wrong"))).hasMessageContaining("WRONGPASS");
                assertThatThrownBy(() -> open(as(redis.uri() + "/99", "", "secret")))
                        .hasMessageContaining("DB index is out of range");
            } finally {
                writer.send(Command.CONFIG, "SET", "requirepass", ""); // else it cannot be stopped
            }
        }
    }

    private static RedisSettings as(String uri, String user, String password) {
        return new RedisSettings(uri, user, new Secret(password), Duration.ofSeconds(5));
    }

    private List<String> whoAmI(RedisSettings settings) throws Exception {
        RedisSocket socket = open(settings);
        List<String> replies = texts(on(() -> socket.send(commands -> {
            commands.command("ACL", 1).arg("WHOAMI");
            get(commands, key);
        })));
        on(socket::close);
        return replies;
    }

    /// A server whose connections are each handled in their own way, the last way for all that follow.
    private String serverThat(List<Handler<NetSocket>> ways) throws Exception {
        int[] connections = {0};
        NetServer server = vertx.createNetServer().connectHandler(connection -> {
            ways.get(Math.min(connections[0]++, ways.size() - 1)).handle(connection);
        });
        await(server.listen(0, "127.0.0.1"));
        return "redis://127.0.0.1:" + server.actualPort();
    }

    /// Answers the greeting, and each command that comes then in some way; several may come together.
    private static Handler<NetSocket> greetedThen(Consumer<NetSocket> way) {
        return connection -> connection.handler(greeting -> {
            connection.handler(commands ->
                    commands.toString().chars().filter(c -> c == '*').forEach(command -> way.accept(connection)));
            connection.write("+PONG\r\n");
        });
    }

    /// Answers what comes one after the other with these, and what follows in some way.
    private static Consumer<NetSocket> inTurn(List<String> answers, Consumer<NetSocket> then) {
        Iterator<String> next = answers.iterator();
        return connection -> {
            if (next.hasNext()) {
                connection.write(next.next());
            } else {
                then.accept(connection);
            }
        };
    }

    /// What the questions before a text are answered: not watched, watched, its type, its length, no fields.
    private static List<String> string(int length) {
        return List.of(
                "+OK\r\n",
                "+OK\r\n",
                "+string\r\n",
                ":" + length + "\r\n",
                "-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
    }

    private static RedisSettings impatientAt(String uri) {
        return new RedisSettings(uri, "", new Secret(""), Duration.ofMillis(300));
    }

    @Test
    void aServerThatTakesConnectionsAndNeverAnswersFailsWithinTheTimeout() throws Exception {
        RedisSettings settings = impatientAt(serverThat(List.of(connection -> {})));
        long begin = System.nanoTime();
        assertThatThrownBy(() -> open(settings)).hasMessageContaining("300");
        BulkReader reader = new BulkReader(vertx, settings);
        assertThatThrownBy(() -> on(() -> reader.read(key, MOST, kind -> {}, RedisSocketIT::refuse)))
                .hasMessageContaining("300");
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
                .isBetween(Duration.ofMillis(590), Duration.ofSeconds(5));
    }

    @Test
    void noPieceComesAfterTheTimeoutAndTheNextReadIsOverANewConnection() throws Exception {
        String uri = serverThat(List.of(
                greetedThen(inTurn(string(10), connection -> {
                    connection.write("$10\r\n12345");
                    vertx.setTimer(400, late -> connection.write("67890\r\n"));
                })),
                greetedThen(inTurn(string(4), connection -> connection.write("$4\r\ntext\r\n")))));
        BulkReader reader = new BulkReader(vertx, impatientAt(uri));
        Buffer first = Buffer.buffer();
        assertThatThrownBy(() -> on(() -> reader.read(key, MOST, kind -> {}, into(first))))
                .hasMessageContaining("300");
        await(vertx.timer(300, TimeUnit.MILLISECONDS));
        assertThat(first).hasToString("12345");

        Buffer second = Buffer.buffer();
        assertThat(on(() -> reader.read(key, MOST, kind -> {}, into(second)))).isEqualTo(Kind.TEXT);
        assertThat(second).hasToString("text");
        assertThat(first).hasToString("12345");
        on(reader::close);
    }

    @Test
    void whatIsNoAnswerOfRedisClosesTheConnection() throws Exception {
        String uri =
                serverThat(List.of(greetedThen(connection -> connection.write("HTTP/1.1 400 Bad Request\r\n\r\n"))));
        RedisSocket socket = open(TestServers.redisAt(uri));
        assertThatThrownBy(() -> on(() -> socket.send(commands -> get(commands, key))))
                .hasMessageContaining("Redis answered a line that begins with the byte 72");
        assertThat(socket.isClosed()).isTrue();
    }

    @Test
    void anAnswerThatNobodyAskedForClosesTheConnection() throws Exception {
        String uri = serverThat(List.of(greetedThen(connection -> connection.write("+OK\r\n+OK\r\n"))));
        RedisSocket socket = open(TestServers.redisAt(uri));
        assertThat(texts(on(() -> socket.send(commands -> get(commands, key))))).containsExactly("OK");
        Waiting.until(socket::isClosed, () -> "the connection is open");
    }

    @Test
    void aRedisThatEndsInTheMiddleOfATextFailsTheReadAndIsReadAgainWhenItIsBack() throws Exception {
        int size = 64 << 20; // more than the sockets' buffers hold
        try (ThrowawayRedis redis = TestServers.startRedis()) {
            RedisSettings settings = TestServers.redisAt(redis.uri());
            try (Writer writer = new Writer(settings)) {
                writer.send(Command.SETRANGE, key, Integer.toString(size - 1), "x");
            }
            BulkReader reader = new BulkReader(vertx, settings);
            long[] bytes = {0};
            assertThatThrownBy(() -> on(() -> reader.read(key, MOST, kind -> {}, (piece, from, to) -> {
                        if (bytes[0] == 0) {
                            stop(redis);
                        }
                        bytes[0] += to - from;
                    })))
                    .hasMessageMatching("(?s).*(Redis closed the connection|Connection reset).*");
            assertThat(bytes[0]).isBetween(1L, size - 1L);
            assertThatThrownBy(() -> on(() -> reader.read(key, MOST, kind -> {}, RedisSocketIT::refuse)))
                    .hasMessageContaining("Connection refused");

            redis.restart();
            bytes[0] = 0;
            assertThat(on(() -> reader.read(key, MOST, kind -> {}, (piece, from, to) -> bytes[0] += to - from)))
                    .isEqualTo(Kind.TEXT);
            assertThat(bytes[0]).isEqualTo(size);
            on(reader::close);
        }
    }

    private static void stop(ThrowawayRedis redis) {
        try {
            redis.stop();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
