package dev.atalaya.parts;

import static dev.atalaya.testing.Waiting.await;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scanner.Rules;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// A market in parts on the tests' Redis, on several nodes that share an event bus, and the same market undivided.
final class PartsBed {
    static final Instant TIME = Instant.parse("2026-01-05T15:00:00Z");
    static final TradingCalendar CALENDAR = new SimulatedCalendar(TIME, LocalTime.of(10, 0), LocalDate.of(2026, 1, 5));
    private static final InstantSource WALL = InstantSource.system();

    final Vertx vertx;
    final Keys keys = new Keys(TestServers.uniquePrefix());
    final MarketAddresses addresses = new MarketAddresses("us");
    final MarketSettings market;
    final PartRules rules;
    final RandomUpstream upstream;
    private final Context loop;
    private final Feed whole;

    PartsBed(Vertx vertx, int parts, int keep, long seed) throws Exception {
        this.vertx = vertx;
        loop = vertx.getOrCreateContext();
        market = market(parts, keep);
        rules = new PartRules(market, Rules::of);
        upstream = new RandomUpstream(vertx, TestServers.redis(), keys, new Random(seed));
        whole = feed(vertx);
    }

    MarketSettings market(int parts, int keep) throws Exception {
        JsonObject settings = new JsonObject()
                .put("name", "us")
                .put("parts", parts)
                .put("scan", new JsonObject().put("keep", keep).put("interval", "1s"))
                .put("feed", new JsonObject().put("type", "redis"));
        return await(new SettingsLoader(vertx, Map.of()).fromObject(new JsonObject().put("market", settings)))
                .market();
    }

    private RedisFeed feed(Vertx where) {
        return new RedisFeed(where, TestServers.redis(), keys, market.feed(), WALL);
    }

    static PartNode node(String id) {
        return new PartNode(id, id);
    }

    /// Lets a node scan parts. Answers its deployment.
    String deploy(String id) throws Exception {
        return deploy(id, rules);
    }

    String deploy(String id, PartRules by) throws Exception {
        return await(vertx.deployVerticle(new PartsVerticle(addresses.scannerParts(id), CALENDAR, by, this::feed)));
    }

    PartsFeed merging(String own, String... others) {
        List<PartNode> nodes = Arrays.stream(others).map(PartsBed::node).toList();
        return new PartsFeed(vertx, market, rules, node(own), () -> nodes, WALL);
    }

    /// What a scan of the next snapshot says, to the bit; empty if there is none.
    Optional<String> scan(Feed feed) throws Exception {
        return Waiting.on(loop, feed::next).map(this::told);
    }

    Optional<String> rehearse(Feed feed) throws Exception {
        return Waiting.on(loop, feed::rehearse).map(this::told);
    }

    Optional<String> scanWhole() throws Exception {
        return scan(whole);
    }

    private String told(Snapshot snapshot) {
        ToldScan told = new ToldScan(snapshot.tickers());
        MarketSession session = CALENDAR.sessionAt(snapshot.time());
        new ScanEngine(rules.current().rules()).scan(snapshot.tickers(), session, told);
        return snapshot.time() + "\n" + told.text();
    }

    void close() throws Exception {
        upstream.close();
        Waiting.on(loop, whole::close);
    }
}
