package dev.atalaya.schema;

import dev.atalaya.config.DatabaseSettings;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings the database to the schema that this version of Atalaya works with. With TimescaleDB, `scan_results`
/// is a hypertable that is compressed and dropped with age as the settings say; without, it is a plain table.
///
/// Several may run at once, in one process or many: one does the work, the others wait.
public final class Migrations {
    private static final Logger LOG = LoggerFactory.getLogger(Migrations.class);

    /// Without TimescaleDB among the preloaded libraries, creating the extension ends the connection.
    private static final String HAS_TIMESCALE = """
            SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'timescaledb')
                OR current_setting('timescaledb.disable_load', true) IS NOT NULL
                AND EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
            """;

    /// Flyway's own lock comes too late: two that find no history both begin one.
    private static final String LOCK = "SELECT pg_advisory_lock(hashtext('atalaya-migration'))";

    private final DatabaseSettings settings;

    public Migrations(DatabaseSettings settings) {
        this.settings = settings;
    }

    /// What a migration did.
    ///
    /// @param applied how many files, those included that are applied anew when a setting changes
    /// @param version of the schema
    /// @param timescale whether the tables are TimescaleDB's
    public record Result(int applied, String version, boolean timescale) {}

    /// Applies what is missing. Blocks until it is done: never call it from an event loop.
    public Result migrate() throws MigrationException {
        try {
            return migrate(dataSource());
        } catch (SQLException | FlywayException | IllegalArgumentException e) {
            throw MigrationException.of(settings, e);
        }
    }

    private Result migrate(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("SET statement_timeout = " + settings.timeout().toMillis());
            statement.execute(LOCK); // until the connection is closed
            boolean timescale = hasTimescale(statement);
            Result result = migrate(HeldConnection.of(connection), timescale);
            LOG.info(
                    "The database's schema has version {}, {} migrations were applied; {}",
                    result.version(),
                    result.applied(),
                    timescale
                            ? "TimescaleDB compresses rows after " + settings.compressAfterDays() + " days and drops "
                                    + (settings.retentionDays() == 0
                                            ? "none"
                                            : "them after " + settings.retentionDays())
                            : "plain PostgreSQL: without TimescaleDB rows are neither compressed nor dropped with age");
            return result;
        }
    }

    private DataSource dataSource() {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setUrl("jdbc:" + settings.uri());
        database.setUser(settings.user());
        database.setPassword(settings.password().value());
        database.setApplicationName("atalaya-migration");
        database.setConnectTimeout(wholeSeconds(settings.connectTimeout()));
        database.setLoginTimeout(wholeSeconds(settings.connectTimeout()));
        // the server ends a statement that takes too long; this is for a server that is gone
        database.setSocketTimeout(wholeSeconds(settings.timeout().plusSeconds(5)));
        return database;
    }

    private static int wholeSeconds(Duration duration) {
        return Math.toIntExact(Math.max(1, duration.toSeconds()));
    }

    private static boolean hasTimescale(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery(HAS_TIMESCALE)) {
            return row.next() && row.getBoolean(1);
        }
    }

    private Result migrate(DataSource database, boolean timescale) {
        var result = Flyway.configure(Migrations.class.getClassLoader())
                .dataSource(database)
                .locations("classpath:migrations")
                .failOnMissingLocations(true)
                // a schema that holds somebody else's tables, but none of ours, begins at 0
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .placeholders(Map.of(
                        "timeout_millis", Long.toString(settings.timeout().toMillis()),
                        "timescale", Boolean.toString(timescale),
                        "compress_after_days", Integer.toString(settings.compressAfterDays()),
                        "retention_days", Integer.toString(settings.retentionDays())))
                .load()
                .migrate();
        String version = Optional.ofNullable(result.targetSchemaVersion).orElse(result.initialSchemaVersion);
        return new Result(result.migrationsExecuted, version, timescale);
    }
}
