package dev.atalaya.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.testing.FirstSystemTable;
import dev.atalaya.testing.TestServers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class MigrationsIT {
    private static final String COLUMNS = """
            SELECT column_name || ' ' || udt_name FROM information_schema.columns
            WHERE table_name = 'scan_results' ORDER BY ordinal_position""";

    private final DatabaseSettings database = TestServers.freshDatabase();

    @Test
    void anEmptyDatabaseGetsTheTableWithItsKeyAndIndexes() throws Exception {
        Migrations.Result result = new Migrations(database).migrate();

        assertThat(result.applied()).isEqualTo(3);
        assertThat(result.version()).isEqualTo("1");
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
                        "market text");
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
    void aSecondMigrationFindsNothingToDo() throws Exception {
        new Migrations(database).migrate();
        assertThat(new Migrations(database).migrate())
                .returns(0, Migrations.Result::applied)
                .returns("1", Migrations.Result::version);
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
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(3);
    }

    @Test
    void theFirstSystemsTableIsLeftAsItIs() throws Exception {
        try (Connection connection = connect();
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
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(3);
        assertThat(query("SELECT symbol FROM scan_results")).isEmpty();
        assertThat(query("SELECT symbol FROM scan_results_old")).hasSize(3);
    }

    @Test
    void otherTablesInTheDatabaseAreNoHindrance() throws Exception {
        execute("CREATE TABLE other (id int)");
        assertThat(new Migrations(database).migrate().applied()).isEqualTo(3);
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
        assertThat(applied).containsExactlyInAnyOrder(0, 3);
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
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> query(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:" + database.uri(), database.user(), database.password().value());
    }
}
