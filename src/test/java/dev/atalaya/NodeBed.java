package dev.atalaya;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.sql.Connection;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/// A whole node on a real Redis and a real PostgreSQL, as `Main` would start it, and what it said of its cycles
/// and runs.
final class NodeBed {
    final Vertx vertx;
    final Settings settings;
    final Keys keys;
    final RedisLink redis;
    final MarketAddresses addresses;
    final List<CycleSummary> cycles = new CopyOnWriteArrayList<>();
    final List<RunSummary> runs = new CopyOnWriteArrayList<>();
    private final DatabaseSettings database;
    private final AtomicLong scans = new AtomicLong();
    private volatile boolean keepsCycles = true;

    /// @param market what differs from the defaults in the section `market`
    NodeBed(Vertx vertx, JsonObject market, JsonObject persistence) throws Exception {
        this(vertx, market, persistence, "");
    }

    /// @param token that the bridge wants
    NodeBed(Vertx vertx, JsonObject market, JsonObject persistence, String token) throws Exception {
        this(vertx, TestServers.redis(), market, persistence, new JsonObject(), uri -> uri, token);
    }

    /// On a Redis of the test's own.
    NodeBed(Vertx vertx, RedisSettings redis, JsonObject market, JsonObject persistence) throws Exception {
        this(vertx, redis, market, persistence, new JsonObject(), uri -> uri, "");
    }

    /// @param databaseSettings what differs in the section `database`
    /// @param reached gives the address under which the node reaches the database at an address
    NodeBed(
            Vertx vertx,
            JsonObject market,
            JsonObject persistence,
            JsonObject databaseSettings,
            UnaryOperator<String> reached)
            throws Exception {
        this(vertx, TestServers.redis(), market, persistence, databaseSettings, reached, "");
    }

    private NodeBed(
            Vertx vertx,
            RedisSettings redisSettings,
            JsonObject market,
            JsonObject persistence,
            JsonObject databaseSettings,
            UnaryOperator<String> reached,
            String token)
            throws Exception {
        this.vertx = vertx;
        database = TestServers.freshDatabase();
        settings = await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put("market", market.copy().put("key_prefix", TestServers.uniquePrefix()))
                        .put("persistence", persistence)
                        .put(
                                "redis",
                                new JsonObject()
                                        .put("uri", redisSettings.uri())
                                        .put("timeout", redisSettings.timeout().toMillis() + "ms"))
                        .put(
                                "database",
                                new JsonObject()
                                        .put("uri", reached.apply(database.uri()))
                                        .put("user", database.user())
                                        .put("password", database.password().value())
                                        .put("retry", "200ms")
                                        .mergeIn(databaseSettings))
                        .put("http", new JsonObject().put("ports", new JsonArray().add(0)))
                        .put("bridge", new JsonObject().put("port", 0).put("token", token))));
        keys = new Keys(settings.market().keyPrefix());
        redis = new RedisLink(vertx, redisSettings);
        addresses = new MarketAddresses(settings.market().name());
        vertx.eventBus().<JsonObject>consumer(addresses.scannerCycles(), message -> {
            scans.incrementAndGet();
            if (keepsCycles) {
                cycles.add(CycleSummary.fromJson(message.body()));
            }
        });
        vertx.eventBus().<JsonObject>consumer(addresses.persistenceRuns(), message -> {
            runs.add(RunSummary.fromJson(message.body()));
        });
    }

    /// The section `market` of a simulated one.
    static JsonObject simulated(int tickers, String start, String speed, String scanInterval) {
        JsonObject feed =
                new JsonObject().put("tickers", tickers).put("start", start).put("speed", speed);
        return new JsonObject()
                .put("scan", new JsonObject().put("interval", scanInterval))
                .put("publish", new JsonObject().put("session_ttl", "2h"))
                .put("feed", new JsonObject().put("simulated", feed));
    }

    /// Where the database really is.
    URI databaseUri() {
        return URI.create(database.uri());
    }

    /// Counts the cycles from now on and keeps none: over a week they would be what grows.
    void onlyCount() {
        keepsCycles = false;
    }

    /// How many cycles there were.
    long scans() {
        return scans.get();
    }

    Node start() throws Exception {
        return await(Node.start(
                vertx, settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), InstantSource.system()));
    }

    Connection connect() throws Exception {
        return Sql.connect(database);
    }

    /// The runs that ended, of one reason.
    List<RunSummary> runs(RunSummary.Reason reason) {
        return runs.stream().filter(run -> run.reason() == reason).toList();
    }

    JsonObject ask(String address) throws Exception {
        return await(vertx.eventBus().<JsonObject>request(address, new JsonObject()))
                .body();
    }

    long number(String key) throws Exception {
        return await(redis.send(Request.cmd(Command.GET).arg(key))).toLong();
    }

    void until(Waiting.Condition condition) throws Exception {
        Waiting.until(condition, () -> "cycles " + cycles + ", runs " + runs);
    }

    static <T> T await(Future<T> future) throws Exception {
        return Waiting.await(future);
    }
}
