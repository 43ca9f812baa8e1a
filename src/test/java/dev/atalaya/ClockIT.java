package dev.atalaya;

import static dev.atalaya.scan.Tickers.price;
import static dev.atalaya.scan.Tickers.rvol;
import static dev.atalaya.scan.Tickers.tickers;
import static dev.atalaya.scan.Tickers.volume;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.feed.Feed;
import dev.atalaya.market.ExchangeCalendar;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.persistence.PersistenceVerticle;
import dev.atalaya.persistence.WriterFence;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// Whatever the clocks do, no hour is stored twice and none is skipped: a scanner and a writer, fed with one
/// snapshot a time that a test names.
@ExtendWith(VertxExtension.class)
@Timeout(60)
@SuppressWarnings("NullAway.Init") // before each test
class ClockIT {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final TradingCalendar EXCHANGE = ExchangeCalendar.newYork();
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);

    /// The exchange's hours, but it never closes.
    private static final TradingCalendar NEVER_CLOSED = new TradingCalendar() {
        private static final MarketSession OPEN = new MarketSession("OPEN");

        @Override
        public List<MarketSession> sessions() {
            return List.of(OPEN);
        }

        @Override
        public MarketSession sessionAt(Instant time) {
            return OPEN;
        }

        @Override
        public LocalDate marketDay(Instant time) {
            return EXCHANGE.marketDay(time);
        }

        @Override
        public LocalTime localTime(Instant time) {
            return EXCHANGE.localTime(time);
        }

        @Override
        public Instant nextBoundary(Instant time, Duration every) {
            return EXCHANGE.nextBoundary(time, every);
        }

        @Override
        public Instant lastBoundary(Instant time, Duration every) {
            return EXCHANGE.lastBoundary(time, every);
        }
    };

    /// What is stored together.
    private record Hour(LocalDate day, Instant begin, String session) {}

    /// Gives the snapshots of these times.
    private final Queue<Instant> times = new ArrayDeque<>();

    private final SymbolTable symbols = new SymbolTable(2);
    private final MarketAddresses addresses = new MarketAddresses("us");
    private volatile Instant wall = Instant.EPOCH;
    private volatile boolean asked;
    private Vertx vertx;
    private DatabaseSettings database;
    private String writer;
    private String scanner;

    @BeforeEach
    void createTheTables(Vertx vertx) throws Exception {
        this.vertx = vertx;
        database = TestServers.freshDatabase();
        new Migrations(database).migrate();
    }

    @Test
    void theSessionsBeforeAndAfterTheClocksChange() throws Exception {
        List<Instant> springAndAutumn = new ArrayList<>();
        for (String day : List.of("2025-03-07", "2025-03-10", "2025-10-31", "2025-11-03")) {
            springAndAutumn.addAll(every(TEN_MINUTES, day + "T04:00", day + "T20:00"));
        }
        assertThat(play(EXCHANGE, springAndAutumn)).hasSize(4 * 17);
    }

    @Test
    void aDayOfTwentyThreeHours() throws Exception {
        assertThat(play(NEVER_CLOSED, every(TEN_MINUTES, "2025-03-08T21:00", "2025-03-10T03:00")))
                .hasSize(3 + 23 + 3);
    }

    @Test
    void aDayOfTwentyFiveHours() throws Exception {
        assertThat(play(NEVER_CLOSED, every(TEN_MINUTES, "2025-11-01T21:00", "2025-11-03T03:00")))
                .hasSize(3 + 25 + 3);
    }

    @Test
    void anEarlyClose() throws Exception {
        Map<Hour, Instant> hours = play(EXCHANGE, every(TEN_MINUTES, "2025-07-03T04:00", "2025-07-03T17:00"));
        assertThat(hours.keySet().stream().map(Hour::session))
                .containsExactlyElementsOf(Stream.of("PRE_MARKET 6", "MARKET_OPEN 4", "POST_MARKET 4")
                        .flatMap(ClockIT::repeated)
                        .toList());
    }

    private static Stream<String> repeated(String sessionAndCount) {
        String[] parts = sessionAndCount.split(" ", -1);
        return Stream.generate(() -> parts[0]).limit(Long.parseLong(parts[1]));
    }

    /// The feed's clock is the wall's, so that its snapshots are older than the last for an hour.
    @Test
    void aWallClockThatIsSetBackAnHour() throws Exception {
        List<Instant> before = every(TEN_MINUTES, "2025-01-24T10:00", "2025-01-24T11:40");
        List<Instant> again = every(TEN_MINUTES, "2025-01-24T10:40", "2025-01-24T11:40");
        List<Instant> after = every(TEN_MINUTES, "2025-01-24T11:40", "2025-01-24T13:20");
        live(before.getFirst());
        for (Instant time : before) {
            assertThat(scans(time, time)).isTrue();
        }
        for (Instant time : again) {
            assertThat(scans(time, time)).as("%s was scanned before", time).isFalse();
        }
        letTheWriterLookAtTheClock();
        for (Instant time : after) {
            assertThat(scans(time, time)).isTrue();
        }
        assertStored(EXCHANGE, concatenated(before, after));
    }

    /// The upstream's clock is right: what it says is too far ahead until the wall's is right again.
    @Test
    void aWallClockThatIsSetBackAndPutRight() throws Exception {
        List<Instant> before = every(TEN_MINUTES, "2025-01-24T10:00", "2025-01-24T11:40");
        List<Instant> meanwhile = every(TEN_MINUTES, "2025-01-24T11:40", "2025-01-24T12:20");
        List<Instant> after = every(TEN_MINUTES, "2025-01-24T12:20", "2025-01-24T14:00");
        live(before.getFirst());
        for (Instant time : before) {
            assertThat(scans(time, time)).isTrue();
        }
        for (Instant time : meanwhile) {
            assertThat(scans(time, time.minus(1, ChronoUnit.HOURS))).isFalse();
        }
        letTheWriterLookAtTheClock();
        for (Instant time : after) {
            assertThat(scans(time, time)).isTrue();
        }
        assertStored(EXCHANGE, concatenated(before, after));
    }

    @Test
    void aFeedThatJumps() throws Exception {
        live(newYork("2025-01-24T10:00"));
        List<Instant> scanned = new ArrayList<>();
        // the snapshot's time, the clock's, and whether it is scanned
        for (String jump : List.of(
                "24T10:10 24T10:10 yes",
                "24T10:12 24T10:11 yes", // a minute ahead
                "24T10:20 24T10:15 no", // five minutes ahead
                "24T11:15 24T10:16 no",
                "25T10:16 24T10:16 no",
                "24T10:11 24T10:17 no", // back
                "23T10:17 24T10:17 no",
                "24T10:18 24T10:18 yes",
                "24T12:05 24T12:05 yes", // over an hour in which it was silent
                "24T11:50 24T12:06 no",
                "24T12:30 24T12:31 yes",
                "24T15:59 24T16:05 yes", // late
                "24T16:00 24T16:06 yes")) {
            String[] parts = jump.split(" ", -1);
            Instant time = newYork("2025-01-" + parts[0]);
            boolean expected = parts[2].equals("yes");
            assertThat(scans(time, newYork("2025-01-" + parts[1]))).as(jump).isEqualTo(expected);
            if (expected) {
                scanned.add(time);
            }
        }
        letTheWriterLookAtTheClock();
        assertThat(assertStored(EXCHANGE, scanned)).hasSize(4);
    }

    private static Instant newYork(String local) {
        return LocalDateTime.parse(local).atZone(NEW_YORK).toInstant();
    }

    private static List<Instant> every(Duration interval, String from, String to) {
        return Stream.iterate(newYork(from), time -> time.isBefore(newYork(to)), time -> time.plus(interval))
                .toList();
    }

    private static List<Instant> concatenated(List<Instant> first, List<Instant> second) {
        return Stream.concat(first.stream(), second.stream()).toList();
    }

    /// In lockstep with a clock that has the snapshots' times.
    private Map<Hour, Instant> play(TradingCalendar calendar, List<Instant> snapshots) throws Exception {
        MarketClock clock = MarketClock.lockstep(InstantSource.system(), snapshots.getFirst());
        times.addAll(snapshots);
        deploy(calendar, clock, InstantSource.system(), new Feed() {
            @Override
            public SymbolTable symbols() {
                return symbols;
            }

            @Override
            public Future<Optional<Snapshot>> next() {
                Optional<Snapshot> next = snapshot();
                next.ifPresent(snapshot -> clock.advanceTo(snapshot.time()));
                return Future.succeededFuture(next);
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        });
        Waiting.until(
                () -> total(addresses.scannerStats(), "total_scans") == snapshots.size(),
                () -> "not all " + snapshots.size() + " snapshots were scanned");
        return assertStored(calendar, snapshots);
    }

    /// With the wall's clock, which a test puts where it wants.
    private void live(Instant begin) throws Exception {
        wall = begin;
        deploy(EXCHANGE, MarketClock.live(() -> wall), () -> wall, new Feed() {
            @Override
            public SymbolTable symbols() {
                return symbols;
            }

            @Override
            public Future<Optional<Snapshot>> next() {
                Optional<Snapshot> next = snapshot();
                asked = true;
                return Future.succeededFuture(next);
            }

            @Override
            public Future<Void> close() {
                return Future.succeededFuture();
            }
        });
        Waiting.until(() -> asked, () -> "the scanner asks for nothing");
    }

    /// Of the time that comes next.
    private Optional<Snapshot> snapshot() {
        synchronized (times) {
            return Optional.ofNullable(times.poll())
                    .map(time -> new Snapshot(
                            time,
                            tickers(symbols)
                                    .row("A", price(10), volume(5_000_000), rvol(3))
                                    .row("B", price(20), volume(1_000_000), rvol(4))
                                    .build()));
        }
    }

    private void deploy(TradingCalendar calendar, MarketClock clock, InstantSource wallClock, Feed feed)
            throws Exception {
        Settings settings = Waiting.await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put("key_prefix", TestServers.uniquePrefix())
                                        .put("scan", new JsonObject().put("interval", "1h"))
                                        .put("publish", new JsonObject().put("session_ttl", "2h")))));
        Keys keys = new Keys(settings.market().keyPrefix());
        writer = Waiting.await(vertx.deployVerticle(
                new PersistenceVerticle(
                        addresses,
                        settings.persistence(),
                        database,
                        TestServers.redis(),
                        keys,
                        calendar,
                        clock,
                        wallClock,
                        new SimpleMeterRegistry(),
                        Future::succeededFuture,
                        WriterFence.unchecked()),
                new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER)));
        Waiting.until(() -> total(addresses.persistenceStats(), "runs_total") == 1, () -> "the first run does not end");
        scanner = Waiting.await(vertx.deployVerticle(new ScannerVerticle(
                vertx,
                new ScannerSetup(
                        settings.market(),
                        TestServers.redis(),
                        settings.persistence(),
                        calendar,
                        clock,
                        wallClock,
                        where -> feed,
                        new PublishedLists(),
                        new SimpleMeterRegistry(),
                        Optional.empty()))));
    }

    /// Gives the scanner a snapshot, and tells whether it scanned it.
    private boolean scans(Instant snapshot, Instant clock) throws Exception {
        wall = clock;
        synchronized (times) {
            times.add(snapshot);
        }
        while (true) {
            try {
                Waiting.await(vertx.eventBus().request(addresses.scannerScan(), null));
                return true;
            } catch (ExecutionException e) {
                if (!String.valueOf(e.getMessage()).contains("A scan is under way")) { // the scanner's own first one
                    assertThat(e).hasMessageContaining("There is no new snapshot to scan");
                    return false;
                }
            }
        }
    }

    /// Which it does each second.
    private static void letTheWriterLookAtTheClock() throws InterruptedException {
        Thread.sleep(Duration.ofMillis(1_200));
    }

    private long total(String address, String count) throws Exception {
        return Waiting.await(vertx.eventBus().<JsonObject>request(address, new JsonObject()))
                .body()
                .getLong(count);
    }

    /// Each hour is stored once, all its scans seen, with the rows of its last one; the hours come in their order.
    private Map<Hour, Instant> assertStored(TradingCalendar calendar, List<Instant> scanned) throws Exception {
        Waiting.await(vertx.undeploy(scanner));
        Waiting.await(vertx.undeploy(writer));
        Map<Hour, Instant> lastScans = new LinkedHashMap<>();
        Map<Hour, Long> counts = new LinkedHashMap<>();
        for (Instant time : scanned) {
            Hour hour = hourOf(time, calendar.sessionAt(time).name());
            lastScans.put(hour, time);
            counts.merge(hour, 1L, Long::sum);
        }
        List<Hour> hours = new ArrayList<>();
        List<Long> seen = new ArrayList<>();
        List<Instant> rows = new ArrayList<>();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("SELECT market_day, hour, session, scans_seen, status, ranges"
                    + " FROM persistence_hours ORDER BY first_scan_no")) {
                while (found.next()) {
                    hours.add(new Hour(
                            found.getObject(1, LocalDate.class),
                            found.getObject(2, OffsetDateTime.class).toInstant(),
                            found.getString(3)));
                    seen.add(found.getLong(4));
                    assertThat(found.getString(5)).isEqualTo("complete");
                    assertThat(found.getInt(6))
                            .as("ranges of %s", hours.getLast())
                            .isEqualTo(1);
                }
            }
            try (ResultSet found =
                    statement.executeQuery("SELECT time, count(*) FROM scan_results GROUP BY time ORDER BY time")) {
                while (found.next()) {
                    rows.add(found.getObject(1, OffsetDateTime.class).toInstant());
                    assertThat(found.getInt(2)).as("A and B").isEqualTo(2);
                }
            }
        }
        assertThat(hours).containsExactlyElementsOf(lastScans.keySet());
        assertThat(seen).containsExactlyElementsOf(counts.values());
        assertThat(rows).containsExactlyElementsOf(lastScans.values());
        return lastScans;
    }

    /// By counting on one's fingers: New York is whole hours from UTC, and the bell alone rings at half past.
    private static Hour hourOf(Instant time, String session) {
        LocalDateTime local = LocalDateTime.ofInstant(time, NEW_YORK);
        Instant full = time.truncatedTo(ChronoUnit.HOURS);
        boolean afterTheBell = session.equals("MARKET_OPEN") && local.getHour() == 9;
        return new Hour(local.toLocalDate(), afterTheBell ? full.plus(30, ChronoUnit.MINUTES) : full, session);
    }
}
