package dev.atalaya.bench;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;

/// The upstream of a market: it makes snapshots beforehand and puts them into Redis, and shows one after the
/// other with the present time in it, which is a matter of Redis alone. They are shown forth and back, so that from
/// each to the next no more has changed than was made to.
final class Upstream implements AutoCloseable {
    private static final int CHUNK = 1_000;
    private static final String PREFIX = "{\"timestamp\":\"";
    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final RedisLink redis;
    private final Keys keys;
    private boolean hash;
    private int snapshots;
    private long bytes;

    Upstream(Vertx vertx, RedisSettings redis, String prefix) {
        this.redis = new RedisLink(vertx, redis);
        this.keys = new Keys(prefix);
    }

    Keys keys() {
        return keys;
    }

    /// Makes snapshots of the market, each a second later than the last.
    ///
    /// @param share of the tickers that trade from one to the next
    /// @param asHash a field a ticker, instead of one text
    void make(VendorMarket market, int count, double share, boolean asHash) throws Exception {
        hash = asHash;
        snapshots = count;
        for (int i = 0; i < count; i++) {
            put(i, market, market.next(madeAt(i), share));
        }
    }

    /// Makes snapshots of the opening bell, each of another cohort of tickers that gap.
    void makeBell(VendorMarket market, int count) throws Exception {
        hash = false;
        snapshots = count;
        for (int i = 0; i < count; i++) {
            put(i, market, market.bell(madeAt(i), i));
        }
    }

    /// Takes over snapshots that another upstream with the same prefix has made.
    void takeOver(int count) {
        snapshots = count;
    }

    private static Instant madeAt(int i) {
        return InstantSource.system()
                .instant()
                .truncatedTo(ChronoUnit.DAYS)
                .plusSeconds(i)
                .plusMillis(123);
    }

    private void put(int i, VendorMarket market, byte[] snapshot) throws Exception {
        bytes = snapshot.length;
        if (!hash) {
            send(Request.cmd(Command.SET).arg(made(i)).arg(snapshot));
            return;
        }
        send(Request.cmd(Command.DEL).arg(made(i)));
        Iterator<Map.Entry<String, String>> tickers =
                market.tickers().entrySet().iterator();
        while (tickers.hasNext()) {
            Request request = Request.cmd(Command.HSET).arg(made(i));
            for (int field = 0; field < CHUNK && tickers.hasNext(); field++) {
                Map.Entry<String, String> ticker = tickers.next();
                request.arg(ticker.getKey()).arg(ticker.getValue());
            }
            send(request);
        }
    }

    private String made(int i) {
        return keys.prefix() + "made:" + i;
    }

    void putReferences(VendorMarket market) throws Exception {
        for (int from = 0; from < market.size(); from += CHUNK) {
            Request request = Request.cmd(Command.MSET);
            for (int i = from; i < Math.min(market.size(), from + CHUNK); i++) {
                request.arg(keys.reference(market.symbol(i))).arg(market.reference(i));
            }
            send(request);
        }
    }

    /// Which Redis it is, and what it takes its memory with.
    String redis() throws Exception {
        return "Redis " + info("server", "redis_version") + " with " + info("memory", "mem_allocator");
    }

    private String info(String section, String name) throws Exception {
        return send(Request.cmd(Command.INFO).arg(section))
                .toString()
                .lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1))
                .findFirst()
                .orElse("?");
    }

    /// How large the last snapshot is.
    long bytes() {
        return bytes;
    }

    /// After so many steps they come again as they came before.
    int period() {
        return Math.max(1, 2 * (snapshots - 1));
    }

    private int place(int step) {
        int turn = Math.floorMod(step, period());
        return turn < snapshots ? turn : period() - turn;
    }

    /// Where the snapshot of a step stands.
    String key(int step) {
        return made(place(step));
    }

    /// Shows the snapshot of a step, as of now.
    void show(int step) throws Exception {
        String now = TIMESTAMP.format(InstantSource.system().instant());
        send(Request.cmd(Command.COPY).arg(key(step)).arg(keys.snapshot()).arg("REPLACE"));
        if (hash) {
            send(Request.cmd(Command.HSET).arg(keys.snapshot()).arg("__meta__").arg(PREFIX + now + "\"}"));
        } else {
            send(Request.cmd(Command.SETRANGE)
                    .arg(keys.snapshot())
                    .arg(PREFIX.length())
                    .arg(now));
        }
    }

    /// Shows what another upstream shows.
    void showThatOf(Upstream other) throws Exception {
        send(Request.cmd(Command.COPY)
                .arg(other.keys.snapshot())
                .arg(keys.snapshot())
                .arg("REPLACE"));
    }

    Response send(Request request) throws Exception {
        return Waiting.await(redis.send(request));
    }

    @Override
    public void close() {
        redis.close().toCompletionStage().toCompletableFuture().join();
    }
}
