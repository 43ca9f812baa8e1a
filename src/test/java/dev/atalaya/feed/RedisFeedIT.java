package dev.atalaya.feed;

import static dev.atalaya.testing.Waiting.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.market.Column;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
@Timeout(60)
class RedisFeedIT {
    private static final Instant TIME = Instant.parse("2026-01-05T15:00:00Z");
    private static final int TICKERS = 3_000;
    private static final int VERSIONS = 5;
    private static final int READS = 60;

    private final String prefix = TestServers.uniquePrefix();
    private final Keys keys = new Keys(prefix);

    private static String ticker(int ticker, int version) {
        return "{\"ticker\":\"S" + ticker + "\",\"filler\":\"" + "x".repeat(500) + "\",\"lastTrade\":{\"p\":"
                + (version + 1) + "},\"min\":{\"av\":" + (version + 1) + "}}";
    }

    private static String text(int version) {
        StringBuilder json = new StringBuilder("{\"timestamp\":\"" + TIME.plusSeconds(version) + "\",\"tickers\":[");
        for (int i = 0; i < TICKERS; i++) {
            json.append(i == 0 ? "" : ",").append(ticker(i, version));
        }
        return json.append("]}").toString();
    }

    private Request made(int version, boolean isHash) {
        String key = prefix + "made:" + version;
        if (!isHash) {
            return Request.cmd(Command.SETEX).arg(key).arg(60).arg(text(version));
        }
        Request request = Request.cmd(Command.HSET).arg(key);
        request.arg("__meta__").arg("{\"timestamp\":\"" + TIME.plusSeconds(version) + "\"}");
        for (int i = 0; i < TICKERS; i++) {
            request.arg("S" + i).arg(ticker(i, version));
        }
        return request;
    }

    private Request shown(int version) {
        return Request.cmd(Command.COPY)
                .arg(prefix + "made:" + version)
                .arg(keys.snapshot())
                .arg("REPLACE");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aSnapshotIsOfOneMomentHoweverOftenItIsWrittenAnew(boolean isHash, Vertx vertx) throws Exception {
        RedisLink upstream = new RedisLink(vertx, TestServers.redis());
        for (int version = 0; version < VERSIONS; version++) {
            await(upstream.send(made(version, isHash)));
        }
        await(upstream.send(shown(0)));
        MarketSettings market = await(new SettingsLoader(vertx, Map.of())
                        .fromObject(new JsonObject()
                                .put("market", new JsonObject().put("feed", new JsonObject().put("type", "redis")))))
                .market();
        Context loop = vertx.getOrCreateContext();
        RedisFeed feed = new RedisFeed(vertx, TestServers.redis(), keys, market.feed(), InstantSource.system());

        AtomicBoolean ended = new AtomicBoolean();
        Thread writer = Thread.ofVirtual().start(() -> {
            for (int i = 0; !ended.get(); i++) {
                upstream.send(shown(i % VERSIONS)).await();
            }
        });
        Set<Instant> times = new HashSet<>();
        for (int i = 0; i < READS; i++) {
            Optional<Snapshot> snapshot = Waiting.on(loop, feed::next);
            if (snapshot.isPresent()) { // else the same as the last time
                assertOfOneMoment(snapshot.get());
                times.add(snapshot.get().time());
            }
        }
        ended.set(true);
        writer.join();
        assertThat(times).hasSizeGreaterThan(1);
        for (int version = 0; version < VERSIONS; version++) {
            await(upstream.send(Request.cmd(Command.DEL).arg(prefix + "made:" + version)));
        }
        await(upstream.send(Request.cmd(Command.DEL).arg(keys.snapshot())));
        await(upstream.close());
        Waiting.on(loop, feed::close);
    }

    private static void assertOfOneMoment(Snapshot snapshot) {
        TickerColumns tickers = snapshot.tickers();
        double version = snapshot.time().getEpochSecond() - TIME.getEpochSecond() + 1.0;
        assertThat(tickers.size()).isEqualTo(TICKERS);
        for (int row = 0; row < tickers.size(); row++) {
            assertThat(tickers.get(Column.PRICE, row)).as(tickers.symbol(row)).isEqualTo(version);
            assertThat(tickers.get(Column.VOLUME_TODAY, row))
                    .as(tickers.symbol(row))
                    .isEqualTo(version);
        }
    }
}
