package dev.atalaya.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.EmbeddedSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Secret;
import dev.atalaya.embedded.EmbeddedServers;
import dev.atalaya.embedded.EmbeddedServersException;
import dev.atalaya.embedded.ThrowawayRedis;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/// The Redis and the PostgreSQL that all tests of this JVM share: those that the environment names
/// (`ATALAYA_TEST_REDIS_URI`, `ATALAYA_TEST_DATABASE_URI`, `_USER`, `_PASSWORD`), else containers where Docker
/// answers, else the embedded ones. Tests keep apart by a key prefix and a database of their own.
public final class TestServers {
    /// What a test of the migrations makes in a database, and drops where the database is not its own.
    public static final List<String> OWN_TABLES = List.of(
            "scan_results",
            "scan_results_old",
            "scan_results_conflicts",
            "scan_results_taken_over",
            "persistence_ledger",
            "persistence_lease",
            "flyway_schema_history");

    private static final Logger log = LoggerFactory.getLogger(TestServers.class);
    private static final String REDIS_IMAGE = "redis:7.4";
    private static final String DATABASE_IMAGE = "timescale/timescaledb:2.23.0-pg17";
    private static final int REDIS_PORT = 6379;

    /// A system property: take the Redis that is installed, if one is, instead of the embedded one.
    public static final String INSTALLED_REDIS = "atalaya.redis.installed";

    /// Its version, where it is installed or ready to be; one that is on the disk alone cannot be used.
    private static final String TIMESCALE = """
            SELECT 'TimescaleDB ' || coalesce(installed_version, default_version) || ' in PostgreSQL '
              || current_setting('server_version')
            FROM pg_available_extensions
            WHERE name = 'timescaledb'
              AND (installed_version IS NOT NULL OR current_setting('timescaledb.disable_load', true) IS NOT NULL)
            """;

    private static final Queue<String> DATABASES = new ConcurrentLinkedQueue<>();

    private static final class Holder {
        static final Source SOURCE = choose();
    }

    private record Source(String redisUri, String databaseUri, String user, String password) {
        Source withRedis(Path program) throws IOException, EmbeddedServersException {
            ThrowawayRedis redis = ThrowawayRedis.start(program);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    redis.close();
                } catch (IOException e) {
                    log.warn("{} was not stopped: {}", program, e.toString());
                }
            }));
            return new Source(redis.uri(), databaseUri, user, password);
        }
    }

    private TestServers() {}

    /// The shared Redis: use keys behind [#uniquePrefix] only.
    public static RedisSettings redis() {
        return redisAt(Holder.SOURCE.redisUri());
    }

    /// Settings for a Redis at an address.
    public static RedisSettings redisAt(String uri) {
        return new RedisSettings(uri, "", new Secret(""), Duration.ofSeconds(5));
    }

    /// A Redis of the test's own, to be stopped and started again.
    public static ThrowawayRedis startRedis() throws IOException, EmbeddedServersException {
        return ThrowawayRedis.start();
    }

    /// A new, empty database.
    public static DatabaseSettings freshDatabase() {
        Source source = Holder.SOURCE;
        String name = "t" + random();
        execute(source, "CREATE DATABASE " + name);
        DATABASES.add(name);
        String uri = source.databaseUri().replaceFirst("(?<=[^/]/)[^/?]+(?=$|\\?)", name);
        return database(uri, source.user(), source.password());
    }

    /// A database with TimescaleDB and without [#OWN_TABLES], which is to be left so: the one that
    /// `ATALAYA_TEST_TIMESCALE_URI` (`_USER`, `_PASSWORD`) names, else a new one where the shared server has
    /// it, as the container does. Skips the test if there is none.
    public static DatabaseSettings timescale() {
        DatabaseSettings database = Optional.ofNullable(System.getenv("ATALAYA_TEST_TIMESCALE_URI"))
                .map(uri -> database(uri, environment("TIMESCALE_USER"), environment("TIMESCALE_PASSWORD")))
                .orElseGet(TestServers::freshDatabase);
        Optional<String> version = ask(database, TIMESCALE);
        assumeTrue(
                version.isPresent(),
                () -> "Skipped: no TimescaleDB at " + database.uri()
                        + ": name one in ATALAYA_TEST_TIMESCALE_URI, or start Docker");
        for (String table : OWN_TABLES) {
            if (ask(database, "SELECT to_regclass('" + table + "')").isPresent()) {
                throw new IllegalStateException(database.uri() + " has a " + table + ": name a database without one");
            }
        }
        log.info("{} at {}", version.orElseThrow(), database.uri());
        return database;
    }

    private static Optional<String> ask(DatabaseSettings database, String question) {
        try (var connection = Sql.connect(database);
                var statement = connection.createStatement();
                var answer = statement.executeQuery(question)) {
            return answer.next() ? Optional.ofNullable(answer.getString(1)) : Optional.empty();
        } catch (SQLException e) {
            throw new IllegalStateException(question + " at " + database.uri(), e);
        }
    }

    private static DatabaseSettings database(String uri, String user, String password) {
        return new DatabaseSettings(
                uri,
                user,
                new Secret(password),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                true,
                7,
                180,
                Duration.ofMillis(200));
    }

    private static void dropDatabases(Source source) {
        DATABASES.forEach(name -> execute(source, "DROP DATABASE " + name + " WITH (FORCE)"));
    }

    private static void execute(Source source, String sql) {
        try (var connection =
                        DriverManager.getConnection("jdbc:" + source.databaseUri(), source.user(), source.password());
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql + " at " + source.databaseUri(), e);
        }
    }

    /// A prefix that no other test puts before its keys.
    public static String uniquePrefix() {
        return "t" + random() + ":";
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private static Source choose() {
        String redis = System.getenv("ATALAYA_TEST_REDIS_URI");
        String database = System.getenv("ATALAYA_TEST_DATABASE_URI");
        if (redis != null && database != null) {
            log.info("Tests use the servers that the environment names: {} and {}", redis, database);
            Source source = new Source(redis, database, environment("DATABASE_USER"), environment("DATABASE_PASSWORD"));
            Runtime.getRuntime().addShutdownHook(new Thread(() -> dropDatabases(source)));
            return source;
        }
        if (redis != null || database != null) {
            throw new IllegalStateException("ATALAYA_TEST_REDIS_URI and ATALAYA_TEST_DATABASE_URI go together");
        }
        if (dockerAnswers()) {
            log.info("Tests use containers: {} and {}", REDIS_IMAGE, DATABASE_IMAGE);
            return containers();
        }
        try {
            Optional<Path> installed = installedRedis();
            log.info(
                    "Tests use the embedded servers{}",
                    installed.map(program -> " and " + program).orElse(""));
            return installed.isPresent() ? embedded().withRedis(installed.get()) : embedded();
        } catch (IOException | EmbeddedServersException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    /// What a benchmark measures with where it is installed: users have that one, with the memory allocator that
    /// Redis is built with everywhere but on Alpine Linux, where large answers take it three times as long.
    private static Optional<Path> installedRedis() {
        return Boolean.getBoolean(INSTALLED_REDIS)
                ? Arrays.stream(Objects.requireNonNullElse(System.getenv("PATH"), "")
                                .split(File.pathSeparator))
                        .map(folder -> Path.of(folder, "redis-server"))
                        .filter(Files::isExecutable)
                        .findFirst()
                : Optional.empty();
    }

    private static String environment(String name) {
        return Optional.ofNullable(System.getenv("ATALAYA_TEST_" + name)).orElse("atalaya");
    }

    /// Docker may be an address that takes connections and never answers.
    private static boolean dockerAnswers() {
        return CompletableFuture.supplyAsync(
                        () -> DockerClientFactory.instance().isDockerAvailable(),
                        thread -> Thread.ofPlatform().daemon().start(thread))
                .completeOnTimeout(false, 5, TimeUnit.SECONDS)
                .exceptionally(e -> false)
                .join();
    }

    /// Testcontainers removes them when this JVM ends.
    @SuppressWarnings("resource")
    private static Source containers() {
        GenericContainer<?> redis =
                new GenericContainer<>(DockerImageName.parse(REDIS_IMAGE)).withExposedPorts(REDIS_PORT);
        PostgreSQLContainer database =
                new PostgreSQLContainer(DockerImageName.parse(DATABASE_IMAGE).asCompatibleSubstituteFor("postgres"));
        CompletableFuture.allOf(CompletableFuture.runAsync(redis::start), CompletableFuture.runAsync(database::start))
                .join();
        return new Source(
                "redis://" + redis.getHost() + ":" + redis.getMappedPort(REDIS_PORT),
                "postgresql://" + database.getHost() + ":" + database.getFirstMappedPort() + "/"
                        + database.getDatabaseName(),
                database.getUsername(),
                database.getPassword());
    }

    private static Source embedded() throws IOException, EmbeddedServersException {
        Path folder = Files.createTempDirectory("atalaya-test-");
        EmbeddedServers servers = EmbeddedServers.start(new EmbeddedSettings(true, folder, 0, 0, false));
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            servers.close();
            delete(folder);
        }));
        return new Source(servers.redisUri(), servers.databaseUri(), "atalaya", "atalaya");
    }

    /// Deletes a folder and all in it.
    public static void delete(Path folder) {
        try (Stream<Path> paths = Files.walk(folder)) {
            paths.sorted(Comparator.reverseOrder())
                    .forEach(path -> path.toFile().delete());
        } catch (IOException e) {
            log.warn("{} was not deleted: {}", folder, e.toString());
        }
    }
}
