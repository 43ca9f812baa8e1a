package dev.atalaya.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.FirstSystemTable;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MigrationsIT {
    private static final String COLUMNS = """
            SELECT column_name || ' ' || udt_name FROM information_schema.columns
            WHERE table_name = 'scan_results' ORDER BY ordinal_position""";

    private final DatabaseSettings database = TestServers.freshDatabase();

    @Test
    void anEmptyDatabaseGetsTheTableWithItsKeyAndIndexes() throws Exception {
        Migrations.Result result = new Migrations(database).migrate();

        assertThat(result.applied()).isEqualTo(5);
        assertThat(result.version()).isEqualTo("3");
        assertThat(query(COLUMNS))
                .containsExactly(
                        "time timestamptz",
                        "symbol text",
                        "session text",
                        "price float8",
                        "volume int8",
                        "volume_today int8",
                        "change_percent float8",
                        "rvol float8",
                        "rvol_slot float8",
                        "price_from_high float8",
                        "price_from_low float8",
                        "market_cap int8",
                        "float_shares int8",
                        "score float8",
                        "rank int4",
                        "filters_matched _text",
                        "metadata jsonb",
                        "market text",
                        "first_seen timestamptz",
                        "last_seen timestamptz",
                        "times_seen int4",
                        "highest_score float8");
        assertThat(query("""
                SELECT regexp_replace(indexdef, '^.* USING btree ', '') FROM pg_indexes
                WHERE tablename = 'scan_results' ORDER BY 1"""))
                .containsExactly(
                        "(market, \"time\", session, symbol)",
                        "(rvol DESC, \"time\" DESC)",
                        "(score DESC, \"time\" DESC)",
                        "(session, \"time\" DESC)",
                        "(symbol, \"time\" DESC)");
    }

    @Test
    void aDatabaseOfTheFirstVersionKeepsItsRows() throws Exception {
        migrateToTheFirstVersion();
        execute("""
                INSERT INTO scan_results (time, symbol, session, price, volume, filters_matched, metadata, market)
                SELECT '2025-01-24T15:00:00Z'::timestamptz + n * interval '10 s', 'T' || n % 50, 'MARKET_OPEN', n, n,
                  ARRAY['rvol_high'], '{"company_name": "A"}', 'us' FROM generate_series(1, 1000) n""");
        String rows = "SELECT (to_jsonb(s) - '{first_seen,last_seen,times_seen,highest_score}'::text[])::text"
                + " FROM scan_results s ORDER BY time";
        List<String> before = query(rows);
        assertThat(before).hasSize(1000);

        Migrations.Result result = new Migrations(database).migrate();

        assertThat(result.applied()).isEqualTo(2);
        assertThat(result.version()).isEqualTo("3");
        assertThat(query(rows)).isEqualTo(before);
        assertThat(query("SELECT count(*) FROM scan_results WHERE num_nulls(first_seen, last_seen, times_seen,"
                        + " highest_score) = 4"))
                .containsExactly("1000");
        assertThat(query("SELECT count(*) FROM persistence_ledger")).containsExactly("0");
        assertThat(new Migrations(database).migrate().applied()).isZero();
    }

    private void migrateToTheFirstVersion() {
        var result = Flyway.configure(MigrationsIT.class.getClassLoader())
                .dataSource(
                        "jdbc:" + database.uri(),
                        database.user(),
                        database.password().value())
                .locations("classpath:migrations")
                .placeholders(Map.of(
                        "timeout_millis", Long.toString(database.timeout().toMillis()),
                        "timescale", "false",
                        "compress_after_days", Integer.toString(database.compressAfterDays()),
                        "retention_days", Integer.toString(database.retentionDays())))
                .target("1")
                .load()
                .migrate();
        assertThat(result.targetSchemaVersion).isEqualTo("1");
    }

    @Test
    void anHourIsCompleteOrMissingWhenAllOfItIs() throws Exception {
        new Migrations(database).migrate();
        range("09", "complete", "complete");
        range("10", "complete", "partial");
        range("11", "complete", "missing");
        range("12", "missing", "missing");
        range("13", "partial", "missing");
        range("14", "partial");
        range("15", "complete", "partial", "missing");
        range("16", "missing");
        range("17", "complete");

        assertThat(query("SELECT to_char(hour AT TIME ZONE 'UTC', 'HH24') || ' ' || status || ' ' || ranges"
                        + " FROM persistence_hours ORDER BY hour"))
                .containsExactly(
                        "09 complete 2",
                        "10 partial 2",
                        "11 partial 2",
                        "12 missing 2",
                        "13 partial 2",
                        "14 partial 1",
                        "15 partial 3",
                        "16 missing 1",
                        "17 complete 1");
    }

    /// Ranges of one hour, one after the other, of ten scans each.
    private void range(String hour, String... statuses) throws Exception {
        for (String status : statuses) {
            execute("INSERT INTO persistence_ledger (market, first_scan_no, last_scan_no, session, market_day, hour,"
                    + " status, scans_seen, rows_stored, source) SELECT 'us', next, next + 9, 'MARKET_OPEN',"
                    + " '2025-01-24', '2025-01-24T" + hour + ":00:00Z', '" + status + "', 10, 3, 'journal' FROM"
                    + " (SELECT coalesce(max(last_scan_no), 0) + 1 AS next FROM persistence_ledger) l");
        }
    }

    @Test
    void anHourSumsUpItsRangesByMarketAndSession() throws Exception {
        new Migrations(database).migrate();
        execute("""
                INSERT INTO persistence_ledger (market, first_scan_no, last_scan_no, session, market_day, hour, status,
                  scans_seen, rows_stored, source, reason, stored_at) VALUES
                ('us', 1, 10, NULL, '2025-01-24', NULL, 'missing', 0, 0, 'none', 'B', '2025-01-24T15:00:00Z'),
                ('us', 11, 20, NULL, '2025-01-24', NULL, 'missing', 0, 0, 'none', 'A', '2025-01-24T14:00:00Z'),
                ('us', 21, 30, 'PRE_MARKET', '2025-01-24', '2025-01-24T14:00Z', 'complete', 10, 5, 'journal', NULL, now()),
                ('us', 31, 40, 'MARKET_OPEN', '2025-01-24', '2025-01-24T14:30Z', 'partial', 7, 5, 'cache', 'A',
                  '2025-01-24T15:00:00Z'),
                ('us', 41, 45, 'MARKET_OPEN', '2025-01-24', '2025-01-24T14:30Z', 'partial', 1, 2, 'journal', 'A',
                  '2025-01-24T15:00:01Z'),
                ('other', 31, 40, 'MARKET_OPEN', '2025-01-24', '2025-01-24T14:30Z', 'complete', 10, 1, 'direct', NULL,
                  now())""");
        assertThat(query("""
                SELECT concat_ws(' | ', market, session, status, first_scan_no, last_scan_no, scans_seen, rows_stored, ranges,
                  sources, coalesce(reasons, '-'), CASE WHEN stored_at < now() - interval '1 day'
                    THEN to_char(stored_at AT TIME ZONE 'UTC', 'HH24:MI:SS') END)
                FROM persistence_hours ORDER BY market DESC, first_scan_no"""))
                .containsExactly(
                        "us | missing | 1 | 20 | 0 | 0 | 2 | none | A; B | 15:00:00",
                        "us | PRE_MARKET | complete | 21 | 30 | 10 | 5 | 1 | journal | -",
                        "us | MARKET_OPEN | partial | 31 | 45 | 8 | 7 | 2 | cache, journal | A | 15:00:01",
                        "other | MARKET_OPEN | complete | 31 | 40 | 10 | 1 | 1 | direct | -");
    }

    @ParameterizedTest
    @CsvSource({
        "1, 10, complete, journal, a range that is there already",
        "11, 10, complete, journal, a range that ends before it begins",
        "11, 20, lost, journal, a status that is none",
        "11, 20, complete, memory, a source that is none",
    })
    void theLedgerRefuses(int first, int last, String status, String source, String what) throws Exception {
        new Migrations(database).migrate();
        range("09", "complete");
        assertThatExceptionOfType(SQLException.class)
                .as(what)
                .isThrownBy(() -> execute("INSERT INTO persistence_ledger (market, first_scan_no, last_scan_no,"
                        + " market_day, status, scans_seen, rows_stored, source) VALUES ('us', " + first + ", " + last
                        + ", '2025-01-24', '" + status + "', 1, 1, '" + source + "')"))
                .satisfies(refused -> assertThat(refused.getSQLState()).startsWith("23")); // a constraint
        assertThat(query("SELECT count(*) FROM persistence_ledger")).containsExactly("1");
    }

    @Test
    void aSecondMigrationFindsNothingToDo() throws Exception {
        new Migrations(database).migrate();
        assertThat(new Migrations(database).migrate())
                .returns(0, Migrations.Result::applied)
                .returns("3", Migrations.Result::version);
    }

    @Test
    void theResultSaysWhetherThereIsTimescale() throws Exception {
        boolean timescale = new Migrations(database).migrate().timescale();
        assertThat(query("SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'"))
                .containsExactly(timescale ? "1" : "0");
    }

    @Test
    void aTableOfSomebodyElseIsLeftAsItIs() throws Exception {
        execute("CREATE TABLE scan_results (id serial PRIMARY KEY, symbol text)");
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(database).migrate())
                .withMessageStartingWith("The database has a scan_results that Atalaya did not make")
                .withMessageContaining("ALTER TABLE scan_results RENAME TO scan_results_old");
        assertThat(query("SELECT column_name FROM information_schema.columns WHERE table_name = 'scan_results'"))
                .containsExactlyInAnyOrder("id", "symbol");

        execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(5);
    }

    @Test
    void theFirstSystemsTableIsLeftAsItIs() throws Exception {
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            FirstSystemTable.create(statement);
        }
        List<String> columns = query(COLUMNS);
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(database).migrate())
                .withMessageStartingWith("The database has a scan_results that Atalaya did not make")
                .withMessageContaining("ALTER TABLE scan_results RENAME TO scan_results_old");
        assertThat(query(COLUMNS)).isEqualTo(columns).contains("symbol varchar").doesNotContain("market text");
        assertThat(query("SELECT indexname FROM pg_indexes WHERE tablename = 'scan_results'"))
                .isEmpty();
        assertThat(query("SELECT symbol FROM scan_results")).hasSize(3);

        execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(5);
        assertThat(query("SELECT symbol FROM scan_results")).isEmpty();
        assertThat(query("SELECT symbol FROM scan_results_old")).hasSize(3);
    }

    @Test
    void otherTablesInTheDatabaseAreNoHindrance() throws Exception {
        execute("CREATE TABLE other (id int)");
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(5);
    }

    @Test
    void twoAtOnceBothSucceed() throws Exception {
        List<Integer> applied = new ArrayList<>();
        try (ExecutorService executor = Executors.newFixedThreadPool(2)) {
            Migrations migrations = new Migrations(database);
            Future<Migrations.Result> one = executor.submit(migrations::migrate);
            Future<Migrations.Result> two = executor.submit(migrations::migrate);
            applied.add(one.get().applied());
            applied.add(two.get().applied());
        }
        assertThat(applied).containsExactlyInAnyOrder(0, 5);
    }

    @Test
    void anotherRetentionIsAppliedAlone() throws Exception {
        new Migrations(database).migrate();
        assertThat(new Migrations(database.withoutRetention()).migrate().applied())
                .isEqualTo(1);
        assertThat(new Migrations(database.withoutRetention()).migrate().applied())
                .isZero();
    }

    @Test
    void aFileThatChangedSinceItWasAppliedIsNamedAProblem() throws Exception {
        new Migrations(database).migrate();
        execute("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '1'");
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(database).migrate())
                .withMessageContaining("was migrated with other files");
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        DatabaseSettings nowhere = database.at(database.uri().replaceFirst("t[0-9a-f]{8}", "nowhere"));
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(nowhere).migrate())
                .withMessageContaining("create the database");
    }

    @Test
    void aServerThatIsDownIsNamed() {
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(database.at("postgresql://127.0.0.1:1/atalaya")).migrate())
                .withMessageContaining("127.0.0.1:1")
                .withMessageContaining("does not answer");
    }

    @Test
    void aServerThatNeverAnswersIsGivenUp() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            DatabaseSettings settings = new DatabaseSettings(
                    "postgresql://127.0.0.1:" + silent.getLocalPort() + "/atalaya",
                    "atalaya",
                    new Secret(""),
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(1),
                    true,
                    7,
                    180,
                    Duration.ofSeconds(1));
            assertThatExceptionOfType(MigrationException.class)
                    .isThrownBy(() -> new Migrations(settings).migrate())
                    .withMessageContaining("does not answer");
        }
    }

    @Test
    void aRefusedPasswordIsNamedButNotShown() {
        DatabaseSettings wrong = new DatabaseSettings(
                database.uri(),
                database.user() + "x",
                new Secret("wrong-secret"),
                database.timeout(),
                database.connectTimeout(),
                true,
                7,
                180,
                database.retry());
        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(wrong).migrate())
                .withMessageContaining("refuses the user " + database.user() + "x")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("wrong-secret"));
    }

    private void execute(String sql) throws SQLException {
        Sql.execute(database, sql);
    }

    private List<String> query(String sql) throws SQLException {
        return Sql.query(database, sql);
    }
}
