package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.embedded.ThrowawayRedis;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.scanner.StreamConsumer;
import dev.atalaya.testing.FirstSystem;
import dev.atalaya.testing.FirstSystemTable;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The cut-over from the first system, step by step as docs/CUTOVER.md has it, and back, on a Redis of its own
/// and a real PostgreSQL.
@ExtendWith(VertxExtension.class)
@Timeout(240)
@SuppressWarnings("NullAway.Init") // before each test
class CutOverIT {
    private static final int TICKERS = 400;
    private static final String SESSION = "MARKET_OPEN";
    private static final Duration OFTEN = Duration.ofMillis(300);

    /// At the start it is ten in the morning of a day of trade, whatever day it is.
    private final InstantSource wall = InstantSource.offset(
            InstantSource.system(), Duration.between(Instant.now(), Instant.parse("2025-01-24T15:00:00Z")));

    private final VendorMarket market = new VendorMarket(TICKERS, 7);
    private final Keys keys = new Keys("");

    @TempDir
    Path folder;

    private Vertx vertx;
    private ThrowawayRedis server;
    private RedisLink redis;
    private DatabaseSettings database;
    private Connection connection;
    private FirstSystem first;
    private @Nullable Thread upstream;

    @BeforeEach
    void theFirstSystemRuns(Vertx vertx) throws Exception {
        this.vertx = vertx;
        server = TestServers.startRedis();
        RedisSettings settings = TestServers.redisAt(server.uri());
        redis = new RedisLink(vertx, settings);
        database = TestServers.freshDatabase();
        connection = Sql.connect(database);
        try (Statement statement = connection.createStatement()) {
            FirstSystemTable.create(statement);
        }
        for (int i = 0; i < TICKERS; i++) {
            send(Request.cmd(Command.SET).arg(keys.reference(market.symbol(i))).arg(market.reference(i)));
        }
        startUpstream();
        first = new FirstSystem(redis, keys, SESSION).start(OFTEN);
        Waiting.until(() -> text(keys.sequence("reversals")).isPresent(), () -> "the first system publishes nothing");
    }

    @AfterEach
    void stop() throws Exception {
        stopUpstream();
        first.stop();
        connection.close();
        Waiting.await(redis.close());
        server.close();
    }

    private void startUpstream() {
        upstream = Thread.ofPlatform().start(() -> {
            try {
                while (true) {
                    send(Request.cmd(Command.SET).arg(keys.snapshot()).arg(market.next(wall.instant(), 0.5)));
                    Thread.sleep(200);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private void stopUpstream() throws InterruptedException {
        Thread running = upstream;
        if (running != null) {
            running.interrupt();
            running.join();
        }
    }

    private @Nullable Response send(Request request) throws Exception {
        return Waiting.await(redis.send(request));
    }

    private Optional<String> text(String key) throws Exception {
        return Optional.ofNullable(send(Request.cmd(Command.GET).arg(key))).map(Response::toString);
    }

    private JsonObject settings(String role, String prefix, String name) {
        return new JsonObject()
                .put("node", new JsonObject().put("roles", new JsonArray().add(role)))
                .put(
                        "market",
                        new JsonObject()
                                .put("name", name)
                                .put("key_prefix", prefix)
                                .put("scan", new JsonObject().put("interval", "500ms"))
                                .put(
                                        "feed",
                                        new JsonObject()
                                                .put("type", "redis")
                                                .put("redis", new JsonObject().put("unprefixed", true))))
                .put("redis", new JsonObject().put("uri", server.uri()))
                .put(
                        "database",
                        new JsonObject()
                                .put("uri", database.uri())
                                .put("user", database.user())
                                .put("password", database.password().value())
                                .put("retry", "200ms"))
                .put("http", new JsonObject().put("ports", new JsonArray().add(0)));
    }

    private Node start(JsonObject values) throws Exception {
        Settings settings = Waiting.await(new SettingsLoader(vertx, Map.of()).fromObject(values));
        return Waiting.await(Node.start(vertx, settings, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), wall));
    }

    private JsonObject ask(String address) throws Exception {
        return Waiting.await(vertx.eventBus().<JsonObject>request(address, new JsonObject()))
                .body();
    }

    private List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private static String reason(JsonObject stats) {
        return String.valueOf(stats.getString("reason"));
    }

    @Test
    void fromTheFirstSystemToAtalayaAndBack() throws Exception {
        MarketAddresses us = new MarketAddresses("us");
        StreamConsumer consumer = new StreamConsumer(redis, keys.deltas());

        // 1. the writer first: it stores the lists that the first system leaves in the cache
        try (Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        }
        Node writer = start(settings("persistence", "", "us"));
        Waiting.until(
                () -> query("SELECT to_regclass('persistence_ledger') IS NOT NULL")
                                .contains("t")
                        && !query("SELECT 1 FROM persistence_ledger").isEmpty(),
                () -> "nothing is stored");
        assertThat(query(
                        "SELECT concat_ws(' ', source, status, session, scans_seen, first_scan_no < 0, rows_stored > 20)"
                                + " FROM persistence_ledger LIMIT 1"))
                .containsExactly("cache partial MARKET_OPEN 1 t t");
        assertThat(query("SELECT count(*) FROM (SELECT time FROM scan_results GROUP BY time HAVING min(rank) <> 1"
                        + " OR max(rank) <> count(*) OR min(market) <> 'us') r"))
                .containsExactly("0");
        assertThat(text(keys.scanNo())).as("the writer writes no list").isEmpty();
        try (Statement statement = connection.createStatement()) {
            FirstSystemTable.takeOver(statement);
        }
        assertThat(query("SELECT concat_ws(' ', found, stored, duplicates, conflicts) FROM scan_results_taken_over"
                        + " ORDER BY day"))
                .containsExactly("2 1 1 0", "1 1 0 0");

        // 2. the scanner in the shadow: the same lists behind a prefix
        Keys shadowKeys = new Keys("shadow:");
        JsonObject shadowSettings = settings("scanner", "shadow:", "us_shadow");
        Node shadow = start(shadowSettings);
        Waiting.until(() -> text(shadowKeys.session(SESSION)).isPresent(), () -> "the shadow publishes nothing");
        stopUpstream(); // so that both come to rest on one snapshot
        Thread.sleep(Duration.ofSeconds(2));
        Path file = Files.writeString(folder.resolve("shadow.json"), shadowSettings.encode());
        ChildJvm.Ended same = ChildJvm.ofMain(folder).run("compare", "-conf", file.toString(), "--with", "");
        assertThat(same.out().getLast()).as(same.toString()).isEqualTo("All 12 lists are the same");
        assertThat(same.exit()).isZero();

        first.errs(ticker -> ticker.put("volume", ticker.getLong("volume") * 1.005));
        Thread.sleep(Duration.ofSeconds(2));
        ChildJvm.Ended other = ChildJvm.ofMain(folder).run("compare", "-conf", file.toString(), "--with", "", "--json");
        assertThat(other.exit()).as(other.toString()).isEqualTo(5);
        JsonObject difference = new JsonObject(other.out().getFirst());
        assertThat(difference.getString("list")).isEqualTo("scanner:filtered_complete:MARKET_OPEN");
        assertThat(difference.getJsonObject("fields").fieldNames()).containsExactly("volume");
        assertThat(ChildJvm.ofMain(folder)
                        .run("compare", "-conf", file.toString(), "--with", "", "--tolerance", "1")
                        .exit())
                .isZero();
        first.errs(ticker -> ticker);
        startUpstream();
        assertThat(text(keys.scanNo()))
                .as("the shadow writes behind its prefix alone")
                .isEmpty();
        Waiting.await(shadow.stop());

        // 3. the switch is refused while the first system publishes
        Node scanner = start(settings("scanner", "", "us"));
        Waiting.until(
                () -> reason(ask(us.scannerStats())).startsWith("Another publisher, which knows no fence, writes "),
                () -> "it is not refused");
        assertThat(text(keys.scanNo())).isEmpty();
        consumer.follow();

        // and done when it has stopped: the sequences go on by exactly one
        first.stop();
        consumer.follow();
        Map<String, Long> last = new TreeMap<>(consumer.sequences());
        Waiting.until(() -> text(keys.scanNo()).isPresent(), () -> "it does not take over");
        Waiting.until(() -> ask(us.scannerStats()).getBoolean("ready"), () -> "it is not ready");
        consumer.follow(); // insists on + 1
        assertThat(consumer.sequences().keySet()).isEqualTo(last.keySet());
        assertThat(consumer.sequences())
                .allSatisfy((list, number) -> assertThat(number).as(list).isGreaterThan(last.get(list)));
        ask(us.persist());
        Waiting.until(
                () -> !query("SELECT 1 FROM persistence_ledger WHERE source = 'journal' AND status = 'complete'")
                        .isEmpty(),
                () -> "nothing of the journal is stored");

        // 4. and back: the first system is started, Atalaya gives way by itself and is stopped
        first.start(OFTEN);
        Waiting.until(
                () -> reason(ask(us.scannerStats())).startsWith("Another publisher, which knows no fence, writes "),
                () -> "it does not give way");
        Waiting.await(scanner.stop());
        long before = Long.parseLong(text(keys.sequence("winners")).orElseThrow());
        Waiting.until(
                () -> Long.parseLong(text(keys.sequence("winners")).orElseThrow()) >= before + 3,
                () -> "the first system does not go on");
        Waiting.await(writer.stop());
    }
}
