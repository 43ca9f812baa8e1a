package dev.atalaya.scanner;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/// A scanner on a real Redis, with an upstream that writes snapshots of a small market whenever a test wants
/// one. The market is open for hours, and scanned when a test asks for it, unless the test says otherwise.
final class ScannerBed {
    static final int TICKERS = 400;
    private static final InstantSource WALL = InstantSource.system();

    final Vertx vertx;
    final Keys keys;
    final RedisLink redis;
    final PublishedLists lists = new PublishedLists();
    final MarketAddresses addresses = new MarketAddresses("us");
    final VendorMarket market = new VendorMarket(TICKERS, 7);
    final JsonObject publish = new JsonObject().put("session_ttl", "2h"); // outlives the interval
    final JsonObject scan = new JsonObject();
    final JsonObject persistence = new JsonObject();
    /// Of the scanner made last.
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();

    final JsonObject feed = new JsonObject().put("type", "redis");
    String interval = "1h";
    TradingCalendar calendar = new SimulatedCalendar(WALL.instant(), LocalTime.of(10, 0), LocalDate.EPOCH);
    MarketClock clock = MarketClock.live(WALL);
    BiFunction<Vertx, FeedSettings, Feed> feeds;
    private final RedisSettings redisSettings;
    private @Nullable String deployment;

    ScannerBed(Vertx vertx, RedisSettings redisSettings, String prefix) {
        this.vertx = vertx;
        this.redisSettings = redisSettings;
        this.keys = new Keys(prefix);
        this.redis = new RedisLink(vertx, redisSettings);
        this.feeds = (where, settings) -> new RedisFeed(where, redisSettings, keys, settings, WALL);
    }

    static ScannerBed create(Vertx vertx) {
        return new ScannerBed(vertx, TestServers.redis(), TestServers.uniquePrefix());
    }

    ScannerVerticle scanner() throws Exception {
        metrics = new SimpleMeterRegistry();
        Settings settings = await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put("key_prefix", keys.prefix())
                                        .put("scan", scan.copy().put("interval", interval))
                                        .put("publish", publish)
                                        .put("feed", feed))
                        .put("persistence", persistence)));
        return new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        settings.market(),
                        redisSettings,
                        settings.persistence(),
                        calendar,
                        clock,
                        WALL,
                        where -> feeds.apply(where, settings.market().feed()),
                        lists,
                        metrics,
                        Optional.empty()));
    }

    void start() throws Exception {
        deployment = await(vertx.deployVerticle(scanner()));
    }

    /// Starts the scanner and waits until its first cycle failed or scanned what was there.
    void deploy() throws Exception {
        for (int i = 0; i < TICKERS; i++) {
            send(Request.cmd(Command.SET).arg(keys.reference(market.symbol(i))).arg(market.reference(i)));
        }
        start();
        firstCycle();
    }

    /// Waits until the first cycle failed or scanned what was there.
    void firstCycle() throws Exception {
        Waiting.until(
                () -> stats().getLong("cycles_failed") + stats().getLong("total_scans") > 0,
                () -> "the first cycle neither failed nor scanned what was there");
    }

    /// The upstream writes a snapshot as one text.
    void text(Instant time, Collection<String> tickers) throws Exception {
        send(Request.cmd(Command.SET)
                .arg(keys.snapshot())
                .arg("{\"timestamp\":\"" + time + "\",\"count\":" + tickers.size() + ",\"tickers\":["
                        + String.join(",", tickers) + "]}"));
    }

    /// The upstream writes a snapshot as a hash.
    ///
    /// @param meta the field with the timestamp
    /// @param tickers by their symbols
    void hash(String meta, Map<String, String> tickers) throws Exception {
        send(Request.cmd(Command.DEL).arg(keys.snapshot()));
        Request request = Request.cmd(Command.HSET).arg(keys.snapshot());
        tickers.forEach((symbol, ticker) -> request.arg(symbol).arg(ticker));
        send(request.arg("__meta__").arg(meta));
    }

    void hash(Instant time, Map<String, String> tickers) throws Exception {
        hash("{\"timestamp\":\"" + time + "\",\"count\":" + tickers.size() + "}", tickers);
    }

    /// What Redis holds: the session's list and the categories', each under its key.
    Map<String, String> published(String session) throws Exception {
        Map<String, String> published = new TreeMap<>();
        published.put(keys.session(session), text(keys.session(session)));
        for (String category : stats().getJsonObject("lists").fieldNames()) {
            published.put(keys.category(category), text(keys.category(category)));
        }
        return published;
    }

    void undeploy() throws Exception {
        await(vertx.undeploy(Objects.requireNonNull(deployment)));
    }

    /// The upstream writes the next snapshot.
    void upstream() throws Exception {
        upstream(WALL.instant());
    }

    void upstream(Instant time) throws Exception {
        send(Request.cmd(Command.SET).arg(keys.snapshot()).arg(market.next(time, 0.5)));
    }

    /// Scans now, after the scan that is under way; fails if there is nothing to scan.
    CycleSummary scan() throws Exception {
        List<CycleSummary> scanned = new ArrayList<>();
        Waiting.until(
                () -> {
                    try {
                        scanned.add(CycleSummary.fromJson(
                                await(vertx.eventBus().<JsonObject>request(addresses.scannerScan(), null))
                                        .body()));
                        return true;
                    } catch (ExecutionException e) {
                        if (!String.valueOf(e.getMessage()).contains("under way")) {
                            throw e;
                        }
                        return false;
                    }
                },
                () -> "a scan is under way all the time");
        return scanned.getFirst();
    }

    CycleSummary next() throws Exception {
        upstream();
        return scan();
    }

    /// The upstream after an outage: its first command may find the old connection.
    void upstreamUntilItWorks() throws Exception {
        try {
            upstream();
        } catch (ExecutionException e) {
            upstream();
        }
    }

    /// Scans after an outage, which may take a cycle to be noticed as over.
    CycleSummary scanWithinTwoCycles() throws Exception {
        try {
            return scan();
        } catch (ExecutionException e) {
            return scan();
        }
    }

    JsonObject stats() throws Exception {
        return await(vertx.eventBus().<JsonObject>request(addresses.scannerStats(), null))
                .body();
    }

    @Nullable
    Response send(Request request) throws Exception {
        return await(redis.send(request));
    }

    String text(String key) throws Exception {
        return Objects.requireNonNull(send(Request.cmd(Command.GET).arg(key)), key)
                .toString();
    }

    List<String> symbols(String key) throws Exception {
        List<String> symbols = new ArrayList<>();
        for (Object row : new JsonArray(text(key))) {
            symbols.add(((JsonObject) row).getString("symbol"));
        }
        return symbols;
    }

    static <T> T await(Future<T> future) throws Exception {
        return Waiting.await(future);
    }
}
