package dev.atalaya.persistence;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.journal.JournalEncoder;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.Sql;
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
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
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
    final MarketAddresses addresses;
    final Keys keys = new Keys(TestServers.uniquePrefix());
    final RedisLink redis = new RedisLink(vertx, TestServers.redis());
    final MeterRegistry metrics = new SimpleMeterRegistry();
    final Set<String> threads = new ConcurrentSkipListSet<>();

    private final BlockingQueue<RunSummary> ended = new LinkedBlockingQueue<>();
    private final DatabaseSettings database;
    private volatile Instant marketTime;
    private long scanNo;
    private Select select = Select.LATEST;
    private MarketClock clock;
    private final TradingCalendar calendar = new FixedHours();

    PersistenceBed(DatabaseSettings database, Instant marketTime) {
        this(database, marketTime, "us");
    }

    /// Beside others in the same database, each with a market of its own.
    PersistenceBed(DatabaseSettings database, Instant marketTime, String market) {
        this.addresses = new MarketAddresses(market);
        this.database = database;
        this.marketTime = marketTime;
        this.scanNo = marketTime.toEpochMilli();
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

    String deploy(Select select) {
        return deploy(select, 5);
    }

    String deploy(Select select, int top) {
        this.select = select;
        return deploy(Mode.HOURLY, top);
    }

    String deploy(Select select, DatabaseSettings at, RedisSettings redisAt) {
        this.select = select;
        return deploy(Mode.HOURLY, 5, at, redisAt, Future::succeededFuture);
    }

    String deploy(Mode mode, int top, DatabaseSettings at, RedisSettings redisAt, Supplier<Future<Void>> schema) {
        InstantSource wall = () -> {
            threads.add(Thread.currentThread().getName());
            return Instant.now();
        };
        PersistenceVerticle verticle = new PersistenceVerticle(
                addresses,
                new PersistenceSettings(mode, select, Duration.ofHours(1), top, List.of()),
                at,
                redisAt,
                keys,
                calendar,
                clock,
                wall,
                metrics,
                schema,
                WriterFence.unchecked());
        return await(vertx.deployVerticle(verticle, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
    }

    /// Puts a list with its scan's time where the scanner puts it.
    void publishList(String session, Instant time, JsonArray tickers) {
        set(keys.session(session), tickers.encode());
        set(
                keys.sessionScan(session),
                new JsonObject()
                        .put("scan_no", ++scanNo)
                        .put("time", time.toString())
                        .encode());
    }

    /// Appends a scan to the journal, as the scanner does: the symbols `T1` and so on, the first with that rank.
    void appendScan(long number, String session, Instant time, int... symbols) {
        appendScan(number, session, time, calendar.lastBoundary(time, Duration.ofHours(1)), symbols);
    }

    void appendScan(long number, String session, Instant time, Instant hour, int... symbols) {
        JournalEncoder encoder = new JournalEncoder();
        double[] values = new double[JournalEntry.numbers().size()];
        Arrays.fill(values, 1.25 * number);
        encoder.begin(symbols.length, "rvol_high");
        for (int i = 0; i < symbols.length; i++) {
            values[ResultColumn.PRICE.ordinal()] = number + symbols[i] / 100.0;
            values[ResultColumn.SCORE.ordinal()] = symbols.length - i;
            encoder.row("T" + symbols[i], values);
            byte[] metadata = "{\"company_name\":\"a\\u0000b\"}".getBytes(StandardCharsets.UTF_8);
            encoder.metadata(metadata, 0, metadata.length);
        }
        await(redis.send(Request.cmd(Command.EVAL)
                .arg("redis.call('SET', KEYS[2], ARGV[1]) return redis.call('XADD', KEYS[1], unpack(ARGV, 2))")
                .arg(2)
                .arg(keys.journal())
                .arg(keys.scanNo())
                .arg(number)
                .arg(JournalEntry.id(number))
                .arg(JournalEntry.FIELD_VERSION)
                .arg(JournalEntry.VERSION)
                .arg(JournalEntry.FIELD_TIME)
                .arg(time.toString())
                .arg(JournalEntry.FIELD_SESSION)
                .arg(session)
                .arg(JournalEntry.FIELD_DAY)
                .arg(calendar.marketDay(time).toString())
                .arg(JournalEntry.FIELD_HOUR)
                .arg(hour.toString())
                .arg(JournalEntry.FIELD_ROWS)
                .arg(Arrays.copyOf(encoder.array(), encoder.size()))));
    }

    /// Puts another value into a field of a scan in the journal; those behind it are appended again.
    void rewriteScan(long number, String field, String value) {
        Response all = await(redis.send(
                Request.cmd(Command.XRANGE).arg(keys.journal()).arg("-").arg("+")));
        await(redis.send(Request.cmd(Command.DEL).arg(keys.journal())));
        for (Response entry : all) {
            boolean meant = entry.get(0).toString().equals(JournalEntry.id(number));
            Request add = Request.cmd(Command.XADD)
                    .arg(keys.journal())
                    .arg(entry.get(0).toString());
            for (int i = 0; i < entry.get(1).size(); i += 2) {
                String name = entry.get(1).get(i).toString();
                byte[] old = entry.get(1).get(i + 1).toBytes();
                add.arg(name).arg(meant && name.equals(field) ? value.getBytes(StandardCharsets.UTF_8) : old);
            }
            await(redis.send(add));
        }
    }

    /// What is known of the journal as a whole.
    void journalState(String... namesAndValues) {
        Request set = Request.cmd(Command.HSET).arg(keys.journalState());
        Arrays.stream(namesAndValues).forEach(set::arg);
        await(redis.send(set));
    }

    long journalLength() {
        return await(redis.send(Request.cmd(Command.XLEN).arg(keys.journal()))).toLong();
    }

    /// The numbers of the scans in the journal.
    List<Long> journalNumbers() {
        List<Long> numbers = new ArrayList<>();
        for (Response entry : await(redis.send(
                Request.cmd(Command.XRANGE).arg(keys.journal()).arg("-").arg("+")))) {
            String id = entry.get(0).toString();
            numbers.add(Long.parseLong(id.substring(0, id.indexOf('-'))));
        }
        return numbers;
    }

    void trimJournal(long below) {
        await(redis.send(
                Request.cmd(Command.XTRIM).arg(keys.journal()).arg("MINID").arg(JournalEntry.id(below))));
    }

    void deleteJournal() {
        await(redis.send(Request.cmd(Command.DEL).arg(keys.journal())));
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
        tellOfScan(session, time);
    }

    void tellOfScan(String session, Instant time) {
        vertx.eventBus().publish(addresses.scannerCycles(), cycle(session, time));
    }

    JsonObject request(String address, JsonObject body) {
        return await(vertx.eventBus().<JsonObject>request(address, body)).body();
    }

    JsonObject stats() {
        return request(addresses.persistenceStats(), new JsonObject());
    }

    RunSummary nextEnded() throws InterruptedException {
        return nextEnded(PATIENCE);
    }

    RunSummary nextEnded(Duration patience) throws InterruptedException {
        RunSummary run = ended.poll(patience.toSeconds(), TimeUnit.SECONDS);
        if (run == null) {
            throw new AssertionError("no run ended within " + patience + ": " + stats().encodePrettily());
        }
        return run;
    }

    void forgetRuns() {
        ended.clear();
    }

    boolean nothingElseEnded() {
        return ended.isEmpty();
    }

    static <T> T await(Future<T> future) {
        return future.timeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).await();
    }

    /// The first column of the first row.
    String query(String sql) throws SQLException {
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getObject(1));
        }
    }

    /// The ranges in the ledger, the first scan first: `first-last session status seen rows source reason`.
    List<String> ledger() throws SQLException {
        return queryAll("""
                SELECT first_scan_no || '-' || last_scan_no || ' ' || coalesce(session, '?') || ' ' || status || ' '
                  || scans_seen || ' ' || rows_stored || ' ' || source || coalesce(' ' || reason, '')
                FROM persistence_ledger ORDER BY first_scan_no
                """);
    }

    /// The first column of all rows.
    List<String> queryAll(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(String.valueOf(rows.getObject(1)));
            }
        }
        return values;
    }

    @Override
    public void close() {
        await(vertx.close());
    }
}
