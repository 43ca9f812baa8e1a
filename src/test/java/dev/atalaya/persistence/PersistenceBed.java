package dev.atalaya.persistence;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.market.MarketClock;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// A persistence verticle with real servers around it and a market whose clock stands where the test puts it.
final class PersistenceBed implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    final Vertx vertx = Vertx.vertx();
    final MarketAddresses addresses = new MarketAddresses("us");
    final Keys keys = new Keys(TestServers.uniquePrefix());
    final RedisLink redis = new RedisLink(vertx, TestServers.redis());
    final MeterRegistry metrics = new SimpleMeterRegistry();
    final Set<String> threads = new ConcurrentSkipListSet<>();

    private final BlockingQueue<RunSummary> ended = new LinkedBlockingQueue<>();
    private final DatabaseSettings database;
    private volatile Instant marketTime;
    private MarketClock clock;

    PersistenceBed(DatabaseSettings database, Instant marketTime) {
        this.database = database;
        this.marketTime = marketTime;
        this.clock = MarketClock.scaled(() -> this.marketTime, marketTime, 1, Instant.MAX);
        vertx.eventBus()
                .<JsonObject>consumer(addresses.persistenceRuns(), run -> ended.add(RunSummary.fromJson(run.body())));
    }

    PersistenceBed inLockstep() {
        clock = MarketClock.lockstep(InstantSource.system(), marketTime);
        return this;
    }

    void clockAt(Instant time) {
        marketTime = time;
        if (clock.isLockstep()) {
            clock.advanceTo(time);
        }
    }

    /// @return the deployment's id
    String deploy(Mode mode, int top) {
        return deploy(mode, top, database, TestServers.redis(), Future::succeededFuture);
    }

    String deploy(Mode mode, int top, DatabaseSettings at, RedisSettings redisAt, Supplier<Future<Void>> schema) {
        InstantSource wall = () -> {
            threads.add(Thread.currentThread().getName());
            return Instant.now();
        };
        PersistenceVerticle verticle = new PersistenceVerticle(
                addresses,
                new PersistenceSettings(mode, Duration.ofHours(1), top, List.of()),
                at,
                redisAt,
                keys,
                new FixedHours(),
                clock,
                wall,
                metrics,
                schema);
        return await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    /// Puts a list with its scan's time where the scanner puts it.
    void publishList(String session, Instant time, JsonArray tickers) {
        set(keys.session(session), tickers.encode());
        set(
                keys.sessionScan(session),
                new JsonObject().put("scan_no", 1).put("time", time.toString()).encode());
    }

    void set(String key, String value) {
        await(redis.send(Request.cmd(Command.SET).arg(key).arg(value).arg("EX").arg(60)));
    }

    String get(String key) {
        Response value = await(redis.send(Request.cmd(Command.GET).arg(key)));
        return value == null ? "" : value.toString();
    }

    static JsonArray tickers(int count) {
        JsonArray tickers = new JsonArray();
        for (int rank = 1; rank <= count; rank++) {
            tickers.add(new JsonObject()
                    .put("symbol", "T" + rank)
                    .put("price", 10 + rank / 100.0)
                    .put("volume", 1_000_000L - rank)
                    .put("volume_today", 1_000_000L - rank)
                    .put("change_percent", null)
                    .put("rvol", 3.25)
                    .put("rvol_slot", 3.25)
                    .put("score", 1000.0 - rank)
                    .put("rank", rank)
                    .put("filters_matched", new JsonArray().add("rvol_high").add("volume_min"))
                    .put("metadata", new JsonObject().put("company_name", "Ticker " + rank)));
        }
        return tickers;
    }

    static JsonObject cycle(String session, Instant time) {
        return new CycleSummary(1, time, session, 10, 10, 10, 1, Map.of(), 100).toJson();
    }

    /// Tells of a scan of that time, which the clock has reached as well.
    void scanned(String session, Instant time) {
        clockAt(time);
        vertx.eventBus().publish(addresses.scannerCycles(), cycle(session, time));
    }

    JsonObject request(String address, JsonObject body) {
        return await(vertx.eventBus().<JsonObject>request(address, body)).body();
    }

    JsonObject stats() {
        return request(addresses.persistenceStats(), new JsonObject());
    }

    RunSummary nextEnded() throws InterruptedException {
        RunSummary run = ended.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        if (run == null) {
            throw new AssertionError("no run ended within " + PATIENCE + ": " + stats().encodePrettily());
        }
        return run;
    }

    boolean nothingElseEnded() {
        return ended.isEmpty();
    }

    static <T> T await(Future<T> future) {
        return future.timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).await();
    }

    static Connection connect(DatabaseSettings database) throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + database.uri(), database.user(), database.password().value());
    }

    /// The first column of the first row.
    String query(String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getObject(1));
        }
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
