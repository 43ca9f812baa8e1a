package dev.atalaya.persistence;

import static dev.atalaya.persistence.PersistenceBed.tickers;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.schema.MigrationException;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.FirstSystemTable;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import io.vertx.core.json.JsonObject;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The migrations and a persistence on a real TimescaleDB.
@Timeout(120)
final class TimescaleIT {
    private static final String JOBS = """
            SELECT proc_name || ' ' || (coalesce(config->>'compress_after', config->>'drop_after')::interval)
            FROM timescaledb_information.jobs WHERE hypertable_name = 'scan_results' ORDER BY 1""";
    private static final String CHUNKS = """
            SELECT to_char(range_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') || ', ' || (range_end - range_start)
                || CASE WHEN is_compressed THEN ', compressed' ELSE '' END
            FROM timescaledb_information.chunks WHERE hypertable_name = 'scan_results' ORDER BY range_start""";

    /// All that TimescaleDB knows of the table, and its rows.
    private static final List<String> WHOLE = List.of(
            "SELECT column_name || ' ' || udt_name FROM information_schema.columns WHERE table_name = 'scan_results'"
                    + " ORDER BY ordinal_position",
            "SELECT indexdef FROM pg_indexes WHERE tablename = 'scan_results' ORDER BY indexname",
            "SELECT h::text FROM timescaledb_information.hypertables h WHERE hypertable_name = 'scan_results'",
            JOBS,
            CHUNKS,
            "SELECT s::text FROM scan_results s ORDER BY time");

    private static DatabaseSettings database;

    private static Instant at(String time) {
        return Instant.parse("2025-01-24T" + time + "Z");
    }

    @BeforeAll
    static void findOne() {
        database = TestServers.timescale();
    }

    @AfterEach
    void leaveItAsItWas() throws Exception {
        for (String table : TestServers.OWN_TABLES) { // a hypertable is dropped alone
            execute("DROP TABLE IF EXISTS " + table + " CASCADE");
        }
    }

    /// Jobs that TimescaleDB starts by itself stay away, the test runs them.
    private void migrate() throws Exception {
        assertThat(new Migrations(database).migrate().timescale()).isTrue();
        execute("SELECT alter_job(job_id, scheduled => false) FROM timescaledb_information.jobs"
                + " WHERE hypertable_name = 'scan_results'");
    }

    @Test
    void theTableIsAHypertableThatIsCompressedAndDroppedWithAge() throws Exception {
        migrate();

        assertThat(query("SELECT extname FROM pg_extension WHERE extname = 'timescaledb'"))
                .hasSize(1);
        assertThat(query("""
                SELECT column_name || ' ' || time_interval FROM timescaledb_information.dimensions
                WHERE hypertable_name = 'scan_results'""")).containsExactly("time 1 day");
        assertThat(query("""
                SELECT compression_enabled FROM timescaledb_information.hypertables
                WHERE hypertable_name = 'scan_results'""")).containsExactly("t");
        assertThat(query("""
                SELECT attname || coalesce(' segment ' || segmentby_column_index, '')
                    || coalesce(' order ' || orderby_column_index || CASE WHEN orderby_asc THEN ' up' ELSE ' down' END, '')
                FROM timescaledb_information.compression_settings WHERE hypertable_name = 'scan_results'"""))
                .containsExactlyInAnyOrder(
                        "market segment 1", "session segment 2", "time order 1 down", "symbol order 2 up");
        assertThat(query(JOBS)).containsExactly("policy_compression 7 days", "policy_retention 180 days");
        assertThat(query("SELECT indexname FROM pg_indexes WHERE tablename = 'scan_results'"))
                .containsExactlyInAnyOrder(
                        "scan_results_pkey",
                        "scan_results_by_symbol",
                        "scan_results_by_session",
                        "scan_results_by_score",
                        "scan_results_by_rvol");
        assertThat(new Migrations(database).migrate().applied()).isZero();
    }

    @Test
    void otherSettingsReplaceThePolicies() throws Exception {
        migrate();
        DatabaseSettings other = new DatabaseSettings(
                database.uri(),
                database.user(),
                database.password(),
                database.timeout(),
                database.connectTimeout(),
                true,
                3,
                30,
                database.retry());

        assertThat(new Migrations(other).migrate().applied()).isEqualTo(1);
        assertThat(query(JOBS)).containsExactly("policy_compression 3 days", "policy_retention 30 days");
        assertThat(new Migrations(other.withoutRetention()).migrate().applied()).isEqualTo(1);
        assertThat(query(JOBS)).containsExactly("policy_compression 3 days");
    }

    @Test
    void aTableFromBeforeTimescaleKeepsItsRows() throws Exception {
        try (InputStream file = Migrations.class.getResourceAsStream("/migrations/V1__scan_results.sql")) {
            execute(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        }
        execute("INSERT INTO scan_results (time, session, symbol)"
                + " SELECT at, 'MARKET_OPEN', 'AAA' FROM generate_series("
                + "TIMESTAMPTZ '2025-01-22T15:00Z', TIMESTAMPTZ '2025-01-24T15:00Z', INTERVAL '1 day') AS at");

        migrate();
        assertThat(query(CHUNKS))
                .containsExactly("2025-01-22 00:00, 1 day", "2025-01-23 00:00, 1 day", "2025-01-24 00:00, 1 day");
        assertThat(query("SELECT symbol FROM scan_results")).hasSize(3);
        assertThat(query("SELECT symbol FROM ONLY scan_results")).isEmpty();
    }

    @Test
    void aCompressedTableOfTheFirstVersionTakesTheSecond() throws Exception {
        execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
        for (String file :
                List.of("V1__scan_results.sql", "R__timescale_hypertable.sql", "R__timescale_policies.sql")) {
            try (InputStream sql = Migrations.class.getResourceAsStream("/migrations/" + file)) {
                execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8)
                        .replace("${timescale}", "true")
                        .replace("${compress_after_days}", "7")
                        .replace("${retention_days}", "180"));
            }
        }
        String insert = "INSERT INTO scan_results (time, session, symbol) SELECT at, 'MARKET_OPEN', 'AAA' FROM"
                + " generate_series(TIMESTAMPTZ '2025-01-23T15:00Z', TIMESTAMPTZ '2025-01-24T15:00Z', '1 h') AS at";
        execute(insert);
        execute("SELECT compress_chunk(c) FROM show_chunks('scan_results') AS c");

        migrate();
        assertThat(query(CHUNKS))
                .containsExactly("2025-01-23 00:00, 1 day, compressed", "2025-01-24 00:00, 1 day, compressed");
        assertThat(query("SELECT symbol FROM scan_results WHERE times_seen IS NULL"))
                .hasSize(25);
        execute("INSERT INTO scan_results (time, session, symbol, times_seen, highest_score)"
                + " VALUES ('2025-01-24T15:00Z', 'MARKET_OPEN', 'BBB', 7, 12.5)");
        execute(insert + " ON CONFLICT DO NOTHING");
        execute("SELECT compress_chunk(c) FROM show_chunks('scan_results') AS c");
        assertThat(query("SELECT symbol FROM scan_results")).hasSize(26);
        assertThat(query("SELECT times_seen || ' ' || highest_score FROM scan_results WHERE symbol = 'BBB'"))
                .containsExactly("7 12.5");
    }

    @Test
    void noRowIsStoredTwiceInACompressedChunkEither() throws Exception {
        migrate();
        try (PersistenceBed bed = new PersistenceBed(database, at("12:10:00"))) {
            bed.publishList("PRE_MARKET", at("12:00:00"), tickers(3));
            bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(600));
            bed.deploy(Mode.HOURLY, 1_000);
            RunSummary stored = bed.nextEnded();
            assertThat(stored.failure()).isEmpty();
            assertThat(stored.rowsBySession()).isEqualTo(Map.of("PRE_MARKET", 3, "MARKET_OPEN", 600));
            assertThat(query(CHUNKS)).containsExactly("2025-01-24 00:00, 1 day");

            execute("SELECT compress_chunk(c) FROM show_chunks('scan_results') AS c");
            assertThat(query(CHUNKS)).containsExactly("2025-01-24 00:00, 1 day, compressed");
            List<String> compressed = query("SELECT s::text FROM scan_results s ORDER BY session, symbol");

            // other scans with the same rows
            bed.publishList("PRE_MARKET", at("12:00:00"), tickers(3));
            bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(600));
            assertThat(persistAgain(bed)).isEqualTo(Map.of("PRE_MARKET", 0, "MARKET_OPEN", 0));
            assertThat(query("SELECT s::text FROM scan_results s ORDER BY session, symbol"))
                    .hasSize(603)
                    .isEqualTo(compressed);

            bed.publishList("MARKET_OPEN", at("12:10:00"), tickers(605));
            assertThat(persistAgain(bed)).isEqualTo(Map.of("MARKET_OPEN", 5));
            bed.publishList("MARKET_OPEN", at("12:20:00"), tickers(600));
            assertThat(persistAgain(bed)).isEqualTo(Map.of("MARKET_OPEN", 600));
            assertThat(query(CHUNKS)).containsExactly("2025-01-24 00:00, 1 day, compressed");

            execute("SELECT compress_chunk(c) FROM show_chunks('scan_results') AS c");
            bed.publishList("MARKET_OPEN", at("12:20:00"), tickers(600));
            assertThat(persistAgain(bed)).isEqualTo(Map.of("MARKET_OPEN", 0));
            assertThat(query("SELECT count(*) || ' ' || count(DISTINCT (market, time, session, symbol))"
                            + " FROM scan_results"))
                    .containsExactly("1208 1208");
        }
    }

    private static Map<String, Integer> persistAgain(PersistenceBed bed) throws InterruptedException {
        bed.scanned("MARKET_OPEN", at("12:20:00"));
        bed.request(bed.addresses.persist(), new JsonObject());
        RunSummary run = bed.nextEnded();
        assertThat(run.failure()).isEmpty();
        return run.rowsBySession();
    }

    @Test
    void theJobsCompressAndDropWhatTheSettingsSay() throws Exception {
        migrate();
        Instant today = Instant.now().truncatedTo(ChronoUnit.DAYS);
        for (int daysAgo : new int[] {182, 179, 9, 6, 0}) {
            Instant time = today.minus(Duration.ofDays(daysAgo));
            try (PersistenceBed bed = new PersistenceBed(database, time)) {
                bed.publishList("MARKET_OPEN", time, tickers(10));
                bed.deploy(Mode.HOURLY, 10);
                assertThat(bed.nextEnded().rows()).isEqualTo(10);
            }
        }

        run("policy_compression");
        assertThat(query(CHUNKS))
                .extracting(chunk -> chunk.endsWith(", compressed"))
                .containsExactly(true, true, true, false, false);
        run("policy_retention");
        assertThat(query(CHUNKS))
                .extracting(chunk -> chunk.endsWith(", compressed"))
                .containsExactly(true, true, false, false);
        assertThat(query("SELECT extract(day FROM '" + today
                        + "' - time)::int FROM scan_results GROUP BY time ORDER BY 1"))
                .containsExactly("0", "6", "9", "179");
        assertThat(query("SELECT symbol FROM scan_results")).hasSize(40);
    }

    private void run(String job) throws SQLException {
        execute("CALL run_job("
                + query("SELECT job_id FROM timescaledb_information.jobs WHERE hypertable_name = 'scan_results'"
                                + " AND proc_name = '" + job + "'")
                        .getFirst()
                + ")");
    }

    @Test
    void theFirstSystemsHypertableIsLeftAsItIs() throws Exception {
        execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            FirstSystemTable.create(statement);
        }
        execute("SELECT create_hypertable('scan_results', 'time', migrate_data => true)");
        execute("ALTER TABLE scan_results SET (timescaledb.compress, timescaledb.compress_segmentby = 'symbol')");
        execute("SELECT add_compression_policy('scan_results', INTERVAL '36500 days')");
        List<List<String>> before = whole();

        assertThatExceptionOfType(MigrationException.class)
                .isThrownBy(() -> new Migrations(database).migrate())
                .withMessage(
                        "The database has a scan_results that Atalaya did not make: it is left as it is. Rename it,"
                                + " for example with ALTER TABLE scan_results RENAME TO scan_results_old, and start again.");
        assertThat(whole()).isEqualTo(before);
        assertThat(before.getLast()).hasSize(3);

        execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        migrate();
        assertThat(query(JOBS)).containsExactly("policy_compression 7 days", "policy_retention 180 days");
        assertThat(query("SELECT symbol FROM scan_results")).isEmpty();
        assertThat(query("SELECT symbol FROM scan_results_old")).hasSize(3);
        assertThat(query("SELECT hypertable_name FROM timescaledb_information.hypertables ORDER BY 1"))
                .containsExactly("scan_results", "scan_results_old");
    }

    @Test
    void theFirstSystemsCompressedRowsAreTakenOverUnlessRetentionWouldDropThem() throws Exception {
        execute("CREATE EXTENSION IF NOT EXISTS timescaledb");
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            FirstSystemTable.create(statement);
            statement.execute("SELECT create_hypertable('scan_results', 'time', migrate_data => true)");
            statement.execute("ALTER TABLE scan_results SET (timescaledb.compress, timescaledb.compress_segmentby ="
                    + " 'symbol')");
            statement.execute("SELECT compress_chunk(c) FROM show_chunks('scan_results') c");
            statement.execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        }
        migrate();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> FirstSystemTable.takeOver(statement))
                    .withMessageContaining("database.retention_days");
        }
        new Migrations(database.withoutRetention()).migrate();
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement()) {
            FirstSystemTable.takeOver(statement);
        }
        assertThat(query("SELECT concat_ws(' ', sum(found), sum(stored), sum(duplicates), sum(conflicts))"
                        + " FROM scan_results_taken_over"))
                .containsExactly("3 2 1 0");
        assertThat(query("SELECT concat_ws(' ', symbol, rank, price) FROM scan_results ORDER BY time"))
                .containsExactly("AAPL 1 223.66", "AAPL 1 222.78");
        assertThat(query("SELECT symbol FROM scan_results_old")).hasSize(3);
    }

    private List<List<String>> whole() throws SQLException {
        List<List<String>> answers = new ArrayList<>();
        for (String question : WHOLE) {
            answers.add(query(question));
        }
        return answers;
    }

    private void execute(String sql) throws SQLException {
        Sql.execute(database, sql);
    }

    private List<String> query(String sql) throws SQLException {
        return Sql.query(database, sql);
    }
}
