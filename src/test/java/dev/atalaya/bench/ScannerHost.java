package dev.atalaya.bench;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The scanner as it is deployed in the service, fed from Redis, which scans when it is told.
final class ScannerHost implements AutoCloseable {
    private final Vertx vertx;
    private final MarketAddresses addresses;
    private final String deployment;

    /// @param name of the market; one scanner a name
    /// @param prefix before all its keys
    ScannerHost(Vertx vertx, RedisSettings redis, String name, String prefix, String mode) throws Exception {
        this(
                vertx,
                redis,
                settings(vertx, name, prefix, mode),
                market ->
                        where -> new RedisFeed(where, redis, new Keys(prefix), market.feed(), InstantSource.system()));
    }

    /// @param feeds makes the market's feed
    ScannerHost(
            Vertx vertx, RedisSettings redis, Settings settings, Function<MarketSettings, Function<Vertx, Feed>> feeds)
            throws Exception {
        this.vertx = vertx;
        this.addresses = new MarketAddresses(settings.market().name());
        Instant now = InstantSource.system().instant();
        ScannerSetup setup = new ScannerSetup(
                settings.market(),
                redis,
                settings.persistence(),
                new SimulatedCalendar(now, LocalTime.of(10, 0), LocalDate.EPOCH),
                MarketClock.live(InstantSource.system()),
                InstantSource.system(),
                feeds.apply(settings.market()),
                new PublishedLists(),
                new SimpleMeterRegistry(),
                Optional.empty());
        deployment = Waiting.await(vertx.deployVerticle(new ScannerVerticle(vertx, setup)));
        awaitFirst(vertx, addresses);
    }

    /// It scans once by itself when it starts, if there is anything.
    static void awaitFirst(Vertx vertx, MarketAddresses addresses) throws Exception {
        Waiting.until(
                () -> Waiting.await(vertx.eventBus()
                        .request(addresses.scannerScan(), null)
                        .map(scanned -> true)
                        .otherwise(e -> !String.valueOf(e.getMessage()).contains("under way"))),
                () -> "the first scan");
    }

    static Settings settings(Vertx vertx, String name, String prefix, String mode) throws Exception {
        return settings(vertx, name, prefix, mode, 1);
    }

    static Settings settings(Vertx vertx, String name, String prefix, String mode, int parts) throws Exception {
        return Waiting.await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put("name", name)
                                        .put("key_prefix", prefix)
                                        .put("parts", parts)
                                        .put("scan", new JsonObject().put("interval", "1h"))
                                        .put("publish", new JsonObject().put("session_ttl", "2h"))
                                        .put("feed", new JsonObject().put("type", "redis")))
                        .put("persistence", new JsonObject().put("mode", mode))));
    }

    CycleSummary scan() throws Exception {
        return scan(vertx, addresses);
    }

    static CycleSummary scan(Vertx vertx, MarketAddresses addresses) throws Exception {
        return CycleSummary.fromJson(Waiting.await(vertx.eventBus().<JsonObject>request(addresses.scannerScan(), null))
                .body());
    }

    @Override
    public void close() {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }
}
