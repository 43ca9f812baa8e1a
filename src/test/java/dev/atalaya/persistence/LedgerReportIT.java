package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.LedgerRequest;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The days asked for are past ones, so that no run writes to them.
class LedgerReportIT extends WithPersistenceBed {
    private static final LocalDate DAY = LocalDate.parse("2025-01-21");
    private static final int ALL = LedgerRequest.MAX_LIMIT;

    @BeforeEach
    void forgetAllRanges() throws Exception {
        execute("TRUNCATE persistence_ledger");
    }

    private static void execute(String sql) throws SQLException {
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static void insert(String... ranges) throws SQLException {
        execute(
                "INSERT INTO persistence_ledger (market, market_day, first_scan_no, last_scan_no, session, hour, status,"
                        + " scans_seen, rows_stored, source, reason, incarnation, first_time, last_time, stored_at) VALUES "
                        + String.join(", ", ranges));
    }

    private JsonObject ask(LocalDate day, int limit) {
        return bed.request(bed.addresses.persistenceLedger(), new LedgerRequest(Optional.of(day), limit).toJson());
    }

    private static List<Long> firstScans(JsonObject ledger) {
        return ledger.getJsonArray("ranges").stream()
                .map(range -> ((JsonObject) range).getLong("first_scan_no"))
                .toList();
    }

    @Test
    void aDayIsItsRangesAndItsHoursAndNobodyElses() throws Exception {
        String stored = "'2025-01-21T16:00:01.25+01'";
        insert(
                "('us', '2025-01-21', 181, 200, 'MARKET_OPEN', '2025-01-21T09:00:00-05', 'partial', 17, 100, 'cache',"
                        + " 'Redis was away', 'a', '2025-01-21T14:30:00Z', '2025-01-21T14:33:10Z', " + stored + ")",
                "('us', '2025-01-21', 1, 180, NULL, NULL, 'missing', 0, 0, 'none', 'Lost', NULL, NULL, NULL, " + stored
                        + ")",
                "('us', '2025-01-21', 201, 540, 'MARKET_OPEN', '2025-01-21T14:00:00Z', 'complete', 340, 3, 'journal',"
                        + " NULL, 'a', '2025-01-21T14:33:20Z', '2025-01-21T14:59:50Z', " + stored + ")",
                "('us', '2025-01-22', 541, 541, NULL, NULL, 'missing', 0, 0, 'none', NULL, NULL, NULL, NULL, now())",
                "('other', '2025-01-21', 1, 9, NULL, NULL, 'missing', 0, 0, 'none', NULL, NULL, NULL, NULL, now())");
        bed.deploy(Mode.HOURLY, 5);

        JsonObject ledger = ask(DAY, ALL);
        assertThat(ledger.getString("day")).isEqualTo("2025-01-21");
        assertThat(ledger.getBoolean("truncated")).isFalse();
        assertThat(firstScans(ledger)).containsExactly(1L, 181L, 201L);
        assertThat(ledger.getJsonArray("ranges").getJsonObject(0)).isEqualTo(new JsonObject("""
                        {"market": "us", "first_scan_no": 1, "last_scan_no": 180, "session": null,
                         "market_day": "2025-01-21", "hour": null, "status": "missing", "scans_seen": 0,
                         "rows_stored": 0, "source": "none", "reason": "Lost", "incarnation": null,
                         "first_time": null, "last_time": null, "stored_at": "2025-01-21T15:00:01.250Z"}"""));
        assertThat(ledger.getJsonArray("ranges").getJsonObject(1).encode())
                .contains("\"hour\":\"2025-01-21T14:00:00Z\"", "\"first_time\":\"2025-01-21T14:30:00Z\"");
        assertThat(ledger.getJsonArray("hours")).isEqualTo(new JsonArray("""
                        [{"market": "us", "market_day": "2025-01-21", "hour": "2025-01-21T14:00:00Z",
                          "session": "MARKET_OPEN", "status": "partial", "first_scan_no": 181, "last_scan_no": 540,
                          "scans_seen": 357, "rows_stored": 103, "ranges": 2, "sources": "cache, journal",
                          "reasons": "Redis was away", "stored_at": "2025-01-21T15:00:01.250Z"},
                         {"market": "us", "market_day": "2025-01-21", "hour": null, "session": null,
                          "status": "missing", "first_scan_no": 1, "last_scan_no": 180, "scans_seen": 0,
                          "rows_stored": 0, "ranges": 1, "sources": "none", "reasons": "Lost",
                          "stored_at": "2025-01-21T15:00:01.250Z"}]"""));
    }

    @Test
    void scansWithoutANumberComeFirstAndTheOldestOfThemBeforeTheOthers() throws Exception {
        execute("INSERT INTO persistence_ledger (market, market_day, first_scan_no, last_scan_no, status, scans_seen,"
                + " rows_stored, source) SELECT 'us', '2025-01-21', n, n, 'partial', 1, 2, 'cache'"
                + " FROM unnest('{7, -1737469800000, 3, -1737466200000}'::int8[]) n");
        bed.deploy(Mode.HOURLY, 5);
        assertThat(firstScans(ask(DAY, ALL))).containsExactly(-1737466200000L, -1737469800000L, 3L, 7L);
    }

    @Test
    void withoutADayItIsTheMarketsPresentOne() {
        bed.deploy(Mode.HOURLY, 5);
        String address = bed.addresses.persistenceLedger();
        assertThat(bed.request(address, new JsonObject()).getString("day")).isEqualTo("2025-01-24");
        bed.clockAt(at("23:59:59").plusSeconds(1));
        assertThat(bed.request(address, new JsonObject().putNull("day")).getString("day"))
                .isEqualTo("2025-01-25");
    }

    @Test
    void moreRangesThanAskedForAreCutAndItSaysSo() throws Exception {
        execute(
                "INSERT INTO persistence_ledger (market, market_day, first_scan_no, last_scan_no, hour, session, status,"
                        + " scans_seen, rows_stored, source) SELECT 'us', '2025-01-21', n, n, '2025-01-21T14:00:00Z',"
                        + " 'MARKET_OPEN', 'complete', 1, 2, 'direct' FROM generate_series(1, 10001) n");
        bed.deploy(Mode.HOURLY, 5);

        JsonObject cut = ask(DAY, 3);
        assertThat(firstScans(cut)).containsExactly(1L, 2L, 3L);
        assertThat(cut.getBoolean("truncated")).isTrue();
        assertThat(cut.getJsonArray("hours").getJsonObject(0).getInteger("rows_stored"))
                .isEqualTo(20_002);
        assertThat(ask(DAY, ALL).getJsonArray("ranges")).hasSize(10_000);
        assertThat(ask(DAY, ALL).getBoolean("truncated")).isTrue();
        execute("DELETE FROM persistence_ledger WHERE first_scan_no > 10000");
        assertThat(ask(DAY, ALL).getJsonArray("ranges")).hasSize(10_000);
        assertThat(ask(DAY, ALL).getBoolean("truncated")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"2025-02-30\"", "\"yesterday\"", "\"\"", "20250124", "true", "[]"})
    void aDayThatIsNoneIsTheAskersFault(String day) {
        bed.deploy(Mode.HOURLY, 5);
        assertThatThrownBy(
                        () -> bed.request(bed.addresses.persistenceLedger(), new JsonObject("{\"day\": " + day + "}")))
                .isInstanceOfSatisfying(
                        ReplyException.class,
                        failure -> assertThat(failure.failureCode()).isEqualTo(BusFailure.BAD_REQUEST))
                .hasMessageContaining("is no date such as 2025-01-24");
    }

    @Test
    void aDatabaseThatIsAwayIsSaidWithTheReason() {
        DatabaseSettings nowhere = database.at("postgresql://127.0.0.1:1/atalaya");
        bed.deploy(Mode.HOURLY, 5, nowhere, TestServers.redis(), Future::succeededFuture);
        assertUnavailable("PostgreSQL: ", "refused");
    }

    @Test
    void tablesThatAreNotThereYetAreSaid() {
        bed.deploy(Mode.HOURLY, 5, TestServers.freshDatabase(), TestServers.redis(), Future::succeededFuture);
        assertUnavailable("tables are not there yet");
    }

    private void assertUnavailable(String... reason) {
        assertThatThrownBy(() -> ask(DAY, ALL))
                .isInstanceOfSatisfying(
                        ReplyException.class,
                        failure -> assertThat(failure.failureCode()).isEqualTo(BusFailure.UNAVAILABLE))
                .hasMessageContainingAll(reason);
    }

    @Test
    void howeverManyAskOnlyOneConnectionReads() throws Exception {
        bed.deploy(Mode.HOURLY, 5);
        bed.nextEnded();
        List<Future<Message<JsonObject>>> answers;
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE persistence_ledger");
            answers = IntStream.range(0, 500)
                    .mapToObj(i -> new LedgerRequest(Optional.of(DAY.plusDays(i % 10)), ALL).toJson())
                    .map(ask -> bed.vertx.eventBus().<JsonObject>request(bed.addresses.persistenceLedger(), ask))
                    .toList();
            Waiting.until(() -> held() > 0, () -> "nobody reads");
            bed.stats(); // is asked behind all of them
            assertThat(held()).isEqualTo(1);
            connection.rollback();
        }
        assertThat(answers)
                .extracting(answer -> PersistenceBed.await(answer).body().getString("day"))
                .hasSize(500)
                .contains("2025-01-30");
    }

    private int held() throws SQLException {
        return Integer.parseInt(bed.query("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database()"));
    }

    @Test
    void tooManyDaysAtOnceAreRefused() {
        bed.deploy(Mode.HOURLY, 5);
        List<Future<Message<JsonObject>>> answers = IntStream.range(0, 200)
                .mapToObj(i -> new LedgerRequest(Optional.of(DAY.plusDays(i)), ALL).toJson())
                .map(ask -> bed.vertx.eventBus().<JsonObject>request(bed.addresses.persistenceLedger(), ask))
                .toList();
        PersistenceBed.await(Future.join(answers).otherwiseEmpty());
        assertThat(answers.stream().filter(Future::succeeded)).hasSizeGreaterThan(LedgerReport.MOST_WAITING);
        assertThat(answers.stream().filter(Future::failed).map(Future::cause))
                .isNotEmpty()
                .allSatisfy(refused -> assertThat(refused).hasMessageContaining("too many days at once"));
        assertThat(ask(DAY, ALL).getJsonArray("hours")).isEmpty();
    }
}
