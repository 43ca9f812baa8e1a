package dev.atalaya.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.testing.FirstSystemTable;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The first system's table, taken over by the file that comes for it.
class TakeOverIT {
    private static final String TOTALS = "SELECT concat_ws(' ', sum(found), sum(stored), sum(duplicates),"
            + " sum(conflicts)) FROM scan_results_taken_over";

    private Connection connection;
    private Statement statement;

    @BeforeEach
    void theFirstSystemsTable() throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        connection = Sql.connect(database);
        statement = connection.createStatement();
        FirstSystemTable.create(statement);
        statement.execute("ALTER TABLE scan_results RENAME TO scan_results_old");
        new Migrations(database).migrate();
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void old(String... rows) throws SQLException {
        statement.execute(
                "INSERT INTO scan_results_old (time, symbol, session, price, score) VALUES " + String.join(", ", rows));
    }

    private List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private void takeOver() throws SQLException, IOException {
        FirstSystemTable.takeOver(statement);
    }

    @Test
    void exactCopiesAreLeftBehindAndAllElseIsThere() throws Exception {
        takeOver();
        assertThat(query(
                        "SELECT concat_ws(' ', to_char(time AT TIME ZONE 'UTC', 'DD HH24:MI'), market, session, symbol,"
                                + " rank, price, filters_matched, metadata) FROM scan_results ORDER BY time"))
                .containsExactly(
                        "23 15:00 us MARKET_OPEN AAPL 1 223.66 {rvol_high} {}",
                        "24 15:00 us MARKET_OPEN AAPL 1 222.78 {rvol_high} {}");
        assertThat(query(TOTALS)).containsExactly("3 2 1 0");
        assertThat(query("SELECT count(*) FROM scan_results_conflicts")).containsExactly("0");
        assertThat(query("SELECT count(*) FROM scan_results_old")).containsExactly("3");
    }

    @Test
    void aRankIsThePlaceByScoreAndThenSymbolWithinTimeAndSession() throws Exception {
        old(
                "('2025-01-24T16:00:00Z', 'BB', 'MARKET_OPEN', 1, 5)",
                "('2025-01-24T16:00:00Z', 'B', 'MARKET_OPEN', 1, 5)",
                "('2025-01-24T16:00:00Z', 'a', 'MARKET_OPEN', 1, 5)",
                "('2025-01-24T16:00:00Z', 'NONE', 'MARKET_OPEN', 1, NULL)",
                "('2025-01-24T16:00:00Z', 'TOP', 'MARKET_OPEN', 1, 7.5)",
                "('2025-01-24T16:00:00Z', 'TOP', 'POST_MARKET', 1, 1)",
                "('2025-01-24T16:00:10Z', 'TOP', 'MARKET_OPEN', 1, 1)");
        takeOver();
        assertThat(query("SELECT concat_ws(' ', symbol, rank) FROM scan_results WHERE session = 'MARKET_OPEN'"
                        + " AND time = '2025-01-24T16:00:00Z' ORDER BY rank"))
                .containsExactly("TOP 1", "B 2", "BB 3", "a 4", "NONE 5");
        assertThat(query("SELECT rank FROM scan_results WHERE symbol = 'TOP' ORDER BY time, session"))
                .containsExactly("1", "1", "1");
    }

    @Test
    void rowsThatDifferUnderOneKeyAreKeptAside() throws Exception {
        old(
                "('2025-01-24T16:00:00Z', 'A', 'MARKET_OPEN', 1, 5)",
                "('2025-01-24T16:00:00Z', 'A', 'MARKET_OPEN', 2, 9)",
                "('2025-01-24T16:00:00Z', 'A', 'MARKET_OPEN', 2, 9)",
                "('2025-01-24T16:00:00Z', 'A', 'MARKET_OPEN', 3, NULL)",
                "('2025-01-24T16:00:00Z', 'B', 'MARKET_OPEN', 4, 7)");
        statement.execute("INSERT INTO scan_results (time, symbol, session, price)"
                + " VALUES ('2025-01-24T16:00:00Z', 'B', 'MARKET_OPEN', 40)");
        takeOver();
        assertThat(query("SELECT concat_ws(' ', symbol, price) FROM scan_results WHERE time = '2025-01-24T16:00:00Z'"
                        + " ORDER BY symbol"))
                .containsExactly("A 2", "B 40");
        assertThat(query("SELECT concat_ws(' ', symbol, price, score, '-', atalaya_reason) FROM scan_results_conflicts"
                        + " ORDER BY symbol, price"))
                .containsExactly(
                        "A 1.0000 5.0000 - another row of scan_results_old has its market, time, session and symbol",
                        "A 3.0000 - another row of scan_results_old has its market, time, session and symbol",
                        "B 4.0000 7.0000 - scan_results had a row of its market, time, session and symbol");
        assertThat(query(TOTALS)).containsExactly("8 3 2 3");
    }

    /// By values that are drawn from so few that many meet.
    @Test
    void ofAnyRowsNoneIsLostThatIsNoCopy() throws Exception {
        statement.execute("SELECT setseed(0.42)");
        statement.execute("""
                INSERT INTO scan_results_old (time, symbol, session, price, volume, rvol, score, filters_matched, metadata)
                SELECT '2025-01-20T10:00:00Z'::timestamptz + floor(random() * 200) * interval '1 h',
                    (ARRAY['A', 'B', 'C'])[1 + floor(random() * 3)], (ARRAY['PRE_MARKET', 'MARKET_OPEN'])[1 + floor(random() * 2)],
                    floor(random() * 3), CASE WHEN random() < 0.5 THEN 1 END, 2, floor(random() * 2),
                    CASE WHEN random() < 0.5 THEN ARRAY['x'] END, CASE WHEN random() < 0.5 THEN '{"a": 1}'::jsonb END
                FROM generate_series(1, 5000)""");
        takeOver();
        String columns = "time, symbol::text, session::text, price::float8, volume, rvol::float8, score::float8,"
                + " filters_matched, metadata";
        assertThat(query("SELECT to_jsonb(r)::text FROM (SELECT DISTINCT " + columns
                        + " FROM scan_results_old) r ORDER BY 1"))
                .hasSizeGreaterThan(3000)
                .isEqualTo(query("SELECT to_jsonb(r)::text FROM (SELECT " + columns + " FROM scan_results UNION ALL"
                        + " SELECT " + columns + " FROM scan_results_conflicts) r ORDER BY 1"));
        assertThat(query("SELECT count(*) FROM (SELECT DISTINCT time, session, symbol FROM scan_results_old) r"))
                .isEqualTo(query("SELECT count(*) FROM scan_results"));
        assertThat(query("SELECT sum(found) = (SELECT count(*) FROM scan_results_old) FROM scan_results_taken_over"))
                .containsExactly("t");
        assertThat(query("SELECT count(*) FROM (SELECT time, session FROM scan_results GROUP BY 1, 2"
                        + " HAVING min(rank) <> 1 OR max(rank) <> count(*) OR count(DISTINCT rank) <> count(*)) r"))
                .containsExactly("0");
    }

    @Test
    void aSecondTimeChangesNothing() throws Exception {
        old("('2025-01-24T15:00:00Z', 'AAPL', 'MARKET_OPEN', 1, 5)");
        takeOver();
        List<String> rows = query("SELECT to_jsonb(s)::text FROM scan_results s ORDER BY 1");
        takeOver();
        assertThat(query("SELECT to_jsonb(s)::text FROM scan_results s ORDER BY 1"))
                .isEqualTo(rows);
        assertThat(query("SELECT count(*) FROM scan_results_conflicts")).containsExactly("1");
    }

    @Test
    void anInterruptedOneGoesOnWithTheDayThatItDidNotFinish() throws Exception {
        old("('2025-01-25T15:00:00Z', 'AAPL', 'MARKET_OPEN', 1, 5)");
        statement.execute("ALTER TABLE scan_results ADD CONSTRAINT stop CHECK (time < '2025-01-25')");
        assertThatExceptionOfType(SQLException.class).isThrownBy(this::takeOver).withMessageContaining("stop");
        assertThat(query(TOTALS)).containsExactly("3 2 1 0");
        statement.execute("ALTER TABLE scan_results DROP CONSTRAINT stop");
        takeOver();
        assertThat(query(TOTALS)).containsExactly("4 3 1 0");
    }

    @Test
    void otherColumnsAndAnotherMarketAreTakenAsTheyAre() throws Exception {
        statement.execute(
                "ALTER TABLE scan_results_old ADD rank int, ADD market text, ADD note json, DROP float_shares");
        statement.execute("UPDATE scan_results_old SET rank = 7, market = 'eu', note = '{}'"
                + " WHERE time = '2025-01-24T15:00:00Z'");
        statement.execute("SELECT set_config('atalaya.market', 'mine', false)");
        takeOver();
        assertThat(query("SELECT concat_ws(' ', market, rank) FROM scan_results ORDER BY time"))
                .containsExactly("mine 1", "eu 7");
    }

    @Test
    void whatIsMissingIsSaid() throws Exception {
        statement.execute("ALTER TABLE scan_results_old RENAME TO elsewhere");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(this::takeOver)
                .withMessageContaining("ALTER TABLE scan_results RENAME TO scan_results_old");
        statement.execute("ALTER TABLE elsewhere RENAME TO scan_results_old");
        statement.execute("DROP TABLE persistence_ledger CASCADE");
        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(this::takeOver)
                .withMessageContaining("run ./atalaya migrate first");
    }
}
