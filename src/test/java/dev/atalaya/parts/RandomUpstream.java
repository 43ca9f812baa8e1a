package dev.atalaya.parts;

import dev.atalaya.config.RedisSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// An upstream that writes what tries a market in parts: ties, unknown values, repeated and impossible symbols, symbols
/// of every length, now in this order and now in another.
final class RandomUpstream {
    private static final String CHARACTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcz019.^/-";
    private static final List<String> NO_TICKERS =
            List.of("{\"ticker\":\"?!\"}", "{\"ticker\":null}", "{}", "7", "{\"ticker\":\"" + "X".repeat(33) + "\"}");

    private final Random random;
    private final RedisLink redis;
    private final Keys keys;
    private final List<String> symbols;

    RandomUpstream(Vertx vertx, RedisSettings redis, Keys keys, Random random) throws Exception {
        this.random = random;
        this.redis = new RedisLink(vertx, redis);
        this.keys = keys;
        Set<String> some = new LinkedHashSet<>();
        while (some.size() < 400) {
            some.add(symbol());
        }
        symbols = List.copyOf(some);
        for (String symbol : symbols) {
            if (random.nextInt(4) > 0) {
                send(Request.cmd(Command.SET).arg(keys.reference(symbol)).arg(reference()));
            }
        }
    }

    private String symbol() {
        int length = random.nextInt(10) == 0 ? 32 : 1 + random.nextInt(6);
        StringBuilder symbol = new StringBuilder();
        for (int i = 0; i < length; i++) {
            symbol.append(CHARACTERS.charAt(random.nextInt(CHARACTERS.length())));
        }
        return symbol.toString();
    }

    private String reference() {
        return "{\"company_name\":\"Ñandú " + random.nextInt(9) + "\",\"sector\":"
                + (random.nextBoolean() ? "null" : "\"S" + random.nextInt(3) + "\"")
                + ",\"avg_volume_30d\":" + (1 + random.nextInt(4)) * 100_000 + ",\"market_cap\":" + random.nextDouble()
                + "}";
    }

    /// Writes a snapshot, as a text or as a hash.
    void write(Instant time, boolean isHash) throws Exception {
        int from = random.nextInt(symbols.size());
        int count = random.nextInt(symbols.size());
        StringBuilder text = new StringBuilder();
        Request hash = Request.cmd(Command.HSET).arg(keys.snapshot());
        hash.arg("__meta__").arg("{\"timestamp\":\"" + time + "\"}");
        for (int i = 0; i < count; i++) {
            boolean isRepeated = random.nextInt(20) == 0;
            String symbol = symbols.get(isRepeated ? random.nextInt(symbols.size()) : (from + i) % symbols.size());
            boolean isNone = random.nextInt(30) == 0;
            String ticker = isNone ? NO_TICKERS.get(random.nextInt(NO_TICKERS.size())) : ticker(symbol);
            text.append(i == 0 ? "" : ",").append(ticker);
            // a symbol once: a hash has no order, so none is the first
            hash.arg(isNone ? "f" + i : symbol).arg(random.nextInt(40) == 0 ? ticker + "}" : ticker);
        }
        send(Request.cmd(Command.DEL).arg(keys.snapshot()));
        send(
                isHash
                        ? hash
                        : Request.cmd(Command.SET)
                                .arg(keys.snapshot())
                                .arg("{\"timestamp\":\"" + time + "\",\"tickers\":[" + text + "]}"));
    }

    private String ticker(String symbol) {
        double price = (1 + random.nextInt(8)) / 2.0;
        String more = random.nextInt(3) == 0 ? "" : ",\"rvol\":" + random.nextInt(6) / 2.0;
        String previous = random.nextInt(5) == 0 ? "null" : "{\"c\":" + (1 + random.nextInt(4)) + ",\"v\":100}";
        return "{\"ticker\":\"" + symbol + "\",\"day\":{\"o\":2,\"h\":4.5,\"l\":0.5,\"c\":" + price
                + ",\"v\":100},\"lastTrade\":{\"p\":" + price + ",\"t\":17000000000000000" + random.nextInt(100)
                + "},\"min\":{\"av\":" + random.nextInt(4) * 100_000 + "},\"prevDay\":" + previous + more + "}";
    }

    private void send(Request request) throws Exception {
        Waiting.await(redis.send(request));
    }

    void close() throws Exception {
        for (String symbol : symbols) {
            send(Request.cmd(Command.DEL).arg(keys.reference(symbol)));
        }
        send(Request.cmd(Command.DEL).arg(keys.snapshot()));
        Waiting.await(redis.close());
    }
}
