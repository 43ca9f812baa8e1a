package dev.atalaya.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.atalaya.config.EmbeddedSettings;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedServersIT {
    @TempDir
    Path folder;

    @Test
    void dataIsFoundAgainByTheNextStart() throws Exception {
        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            write(servers);
        }
        assertThat(processes()).isEmpty();
        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            assertWritten(servers);
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void aCommitIsOnTheDiskWhenItIsAnswered() throws Exception {
        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            assertThat(query(servers, "SHOW fsync")).isEqualTo("on");
            assertThat(query(servers, "SHOW synchronous_commit")).isEqualTo("on");
            assertThat(query(servers, "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(EmbeddedRedis.ask(redisPort(servers), "CONFIG GET appendonly"))
                    .isEqualTo("yes");
        }
    }

    @Test
    void theDatabaseAsksForItsPasswordAndKeepsOthersOut() throws Exception {
        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            String url = "jdbc:" + servers.databaseUri();
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(url, "atalaya", "wrong"));
            assertThatExceptionOfType(SQLException.class)
                    .isThrownBy(() -> DriverManager.getConnection(url, "postgres", ""));
        }
    }

    @Test
    void childrenOfAKilledParentAreReplacedAndTheirDataKept() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KilledParent.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader out = parent.inputReader()) {
            assertThat(out.readLine()).isEqualTo("written");
        }
        parent.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        List<ProcessHandle> leftovers = processes();
        assertThat(leftovers).hasSize(2).allMatch(EmbeddedServersIT::runs);

        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            assertThat(leftovers).noneMatch(EmbeddedServersIT::runs);
            assertWritten(servers);
        }
        assertThat(processes()).isEmpty();
    }

    /// Starts servers, writes to both and waits to be killed.
    static final class KilledParent {
        public static void main(String[] args) throws Exception {
            EmbeddedServers servers = EmbeddedServers.start(new EmbeddedSettings(true, Path.of(args[0]), 0, 0, true));
            write(servers);
            System.out.println("written");
            Thread.currentThread().join();
        }
    }

    @Test
    void closingIsQuietWhenTheChildrenAreGoneAlready() throws Exception {
        EmbeddedServers servers = EmbeddedServers.start(settings(0, 0));
        for (ProcessHandle process : processes()) {
            process.destroyForcibly();
            process.onExit().get(10, TimeUnit.SECONDS);
        }
        servers.close();
        servers.close();
        try (EmbeddedServers again = EmbeddedServers.start(settings(0, 0))) {
            write(again);
        }
    }

    @Test
    void aPortThatIsTakenIsNamedAndNothingStaysBehind() throws Exception {
        try (ServerSocket other = new ServerSocket()) {
            other.bind(new InetSocketAddress(Port.LOOPBACK, 0));
            int taken = other.getLocalPort();
            assertThatExceptionOfType(EmbeddedServersException.class)
                    .isThrownBy(() -> EmbeddedServers.start(settings(taken, 0)))
                    .withMessageContaining("Port " + taken + " is taken")
                    .withMessageContaining("ATALAYA_EMBEDDED_REDIS_PORT")
                    .withMessageContaining("redis.uri");
            assertThatExceptionOfType(EmbeddedServersException.class)
                    .isThrownBy(() -> EmbeddedServers.start(settings(0, taken)))
                    .withMessageContaining("ATALAYA_EMBEDDED_POSTGRES_PORT");
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void aSecondStartOnAFolderInUseIsRefused() throws Exception {
        try (EmbeddedServers servers = EmbeddedServers.start(settings(0, 0))) {
            assertThatExceptionOfType(EmbeddedServersException.class)
                    .isThrownBy(() -> EmbeddedServers.start(settings(0, 0)))
                    .withMessageContaining("Another Atalaya")
                    .withMessageContaining(folder.toString());
            write(servers);
        }
    }

    @Test
    void dataOfAnotherPostgresqlIsLeftAlone() throws Exception {
        Path version = Files.createDirectories(folder.resolve("postgres")).resolve("PG_VERSION");
        Files.writeString(version, "9\n");
        assertThatExceptionOfType(EmbeddedServersException.class)
                .isThrownBy(() -> EmbeddedServers.start(settings(0, 0)))
                .withMessageContaining("written by PostgreSQL 9");
        assertThat(processes()).isEmpty();
    }

    @Test
    void aFolderThatCannotBeOneIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatExceptionOfType(EmbeddedServersException.class)
                .isThrownBy(() -> EmbeddedServers.start(new EmbeddedSettings(true, file, 0, 0, true)))
                .withMessageContaining(file.toString())
                .withMessageContaining("ATALAYA_EMBEDDED_FOLDER");
    }

    @Test
    void aThrowawayRedisComesBackWithItsDataOrWithout() throws Exception {
        try (ThrowawayRedis redis = ThrowawayRedis.start()) {
            int port = URI.create(redis.uri()).getPort();
            EmbeddedRedis.ask(port, "SET kept yes");
            redis.stop();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> EmbeddedRedis.ask(port, "PING"));
            redis.restart();
            assertThat(EmbeddedRedis.ask(port, "EXISTS kept")).isEqualTo(":1");
            redis.restartEmpty();
            assertThat(EmbeddedRedis.ask(port, "EXISTS kept")).isEqualTo(":0");
        }
    }

    private EmbeddedSettings settings(int redisPort, int postgresPort) {
        return new EmbeddedSettings(true, folder, redisPort, postgresPort, true);
    }

    /// The servers that run on this test's folder.
    private List<ProcessHandle> processes() throws IOException {
        Path redis = folder.resolve("redis/redis.pid");
        Path postgres = folder.resolve("postgres/postmaster.pid");
        return List.of(redis, postgres).stream()
                .filter(Files::exists)
                .map(EmbeddedServersIT::firstLine)
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .filter(EmbeddedServersIT::runs)
                .toList();
    }

    /// An ended process that nobody asked after yet has no command any more.
    private static boolean runs(ProcessHandle process) {
        return process.info().command().isPresent();
    }

    private static String firstLine(Path file) {
        try {
            return Files.readAllLines(file).getFirst();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void write(EmbeddedServers servers) throws Exception {
        assertThat(EmbeddedRedis.ask(redisPort(servers), "SET kept yes")).isEqualTo("+OK");
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE kept AS SELECT 'yes' AS kept");
        }
    }

    private static void assertWritten(EmbeddedServers servers) throws Exception {
        assertThat(EmbeddedRedis.ask(redisPort(servers), "STRLEN kept")).isEqualTo(":3");
        assertThat(query(servers, "SELECT kept FROM kept")).isEqualTo("yes");
    }

    private static String query(EmbeddedServers servers, String sql) throws SQLException {
        try (Connection connection = connect(servers);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1).toLowerCase(Locale.ROOT);
        }
    }

    private static Connection connect(EmbeddedServers servers) throws SQLException {
        return DriverManager.getConnection("jdbc:" + servers.databaseUri(), "atalaya", "atalaya");
    }

    private static int redisPort(EmbeddedServers servers) {
        return URI.create(servers.redisUri()).getPort();
    }
}
