package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.testing.TestServers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The process as people start it: what it prints and how it ends.
class MainIT {
    private static final int PATIENCE_SECONDS = 60;

    @TempDir
    Path folder;

    @Test
    void helpNamesTheCommands() throws Exception {
        Ended help = run("--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).anyMatch(line -> line.strip().startsWith("run "));
        assertThat(help.out()).anyMatch(line -> line.strip().startsWith("migrate "));
        assertThat(help.err()).isEmpty();
    }

    @Test
    void aCommandThatDoesNotExistIsAUsageError() throws Exception {
        Ended ended = run("scan");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).anyMatch(line -> line.contains("scan"));
    }

    @Test
    void aMissingFileIsNamedInOneLine() throws Exception {
        Path missing = folder.resolve("missing.yaml");
        Ended ended = run("run", "-conf", missing.toString());
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).singleElement().asString().contains(missing.toString());
    }

    @Test
    void everyWrongSettingHasALineOfItsOwn() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), """
                market:
                  scan:
                    interval: 5
                    kepp: 10
                """);
        Ended ended = run("run", "-conf", file.toString());
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).hasSize(2);
        assertThat(ended.err()).anyMatch(line -> line.contains("market.scan.interval"));
        assertThat(ended.err()).anyMatch(line -> line.contains("market.scan.kepp"));
    }

    @Test
    void nothingIsStartedWithClosuresThatCannotBeRead() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), """
                market: { exceptional_closures: /no/such.csv, feed: { type: redis } }
                embedded: { enabled: true }
                """);
        Ended ended = run("run", "-conf", file.toString());
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err())
                .containsExactly("market.exceptional_closures: '/no/such.csv'; allowed is a CSV file that can be read");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void migrateMakesTheTablesAndEnds() throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        Ended ended = run("migrate", "-conf", settings(database).toString());
        assertThat(ended.exit()).as(ended.toString()).isZero();
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:" + database.uri(),
                        database.user(),
                        database.password().value());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM scan_results")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getInt(1)).isZero();
        }
    }

    @Test
    void aRunPrintsWhereToLookScansAndEndsWhenTold() throws Exception {
        Process process = start(
                true, "run", "-conf", settings(TestServers.freshDatabase()).toString());
        try {
            List<String> printed = CompletableFuture.supplyAsync(() -> until(process, "Discovery scan completed"))
                    .get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(printed.getLast()).containsPattern("filtered_count=\\d+ duration_sec=\\d+\\.\\d+");
            assertThat(printed.stream().filter(line -> line.contains("Dashboard")))
                    .singleElement()
                    .asString()
                    .containsPattern("http://127\\.0\\.0\\.1:[1-9]\\d*/");
            process.toHandle().destroy(); // SIGTERM, and what it still says can be read
            CompletableFuture<List<String>> rest = CompletableFuture.supplyAsync(() -> until(process, "\0"));
            assertThat(process.waitFor(8, TimeUnit.SECONDS)).as("ended in time").isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
            assertThat(rest.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .noneMatch(line -> line.contains("Exception") || line.contains("shutdown failed"));
        } finally {
            process.destroyForcibly();
        }
    }

    /// In the middle of a start: when the folder is locked, when Redis runs, when PostgreSQL does.
    @ParameterizedTest
    @ValueSource(strings = {"lock", "redis/redis.pid", "postgres/postmaster.pid"})
    void noChildOutlivesAProcessThatIsToldToEndWhileItStarts(String sign) throws Exception {
        Path file = Files.writeString(folder.resolve("embedded.yaml"), """
                embedded: { enabled: true, redis_port: 0, postgres_port: 0 }
                database: { password: atalaya }
                http: { ports: [0] }
                """);
        Process process = start(true, "run", "-conf", file.toString());
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (!Files.exists(folder.resolve("data").resolve(sign)) && System.nanoTime() < end) {
                Thread.sleep(5);
            }
            process.toHandle().destroy();
            assertThat(process.waitFor(9, TimeUnit.SECONDS)).as("ended in time").isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 15);
            assertThat(folder.resolve("data").resolve("redis/redis.conf")).exists();
            assertThat(commandsIn(folder)).isEmpty();
        } finally {
            process.destroyForcibly();
        }
    }

    /// The processes whose current folder is below that one: the servers' is.
    private static List<String> commandsIn(Path folder) throws IOException {
        List<String> commands = new ArrayList<>();
        Path real = folder.toRealPath();
        try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
            processes.forEach(process -> {
                try {
                    if (Files.readSymbolicLink(Path.of("/proc/" + process.pid() + "/cwd"))
                            .startsWith(real)) {
                        commands.add(process.pid() + " " + process.info().command());
                    }
                } catch (IOException e) {
                    // it has ended
                }
            });
        }
        return commands;
    }

    /// The lines up to the first after the banner that has the text, or to the end.
    private static List<String> until(Process process, String text) {
        List<String> lines = new ArrayList<>();
        BufferedReader out = process.inputReader();
        boolean banner = false;
        try {
            for (Optional<String> line = Optional.ofNullable(out.readLine());
                    line.isPresent();
                    line = Optional.ofNullable(out.readLine())) {
                lines.add(line.get());
                banner |= line.get().contains("Ctrl-C ends it");
                if (banner && line.get().contains(text)) {
                    return lines;
                }
            }
            return lines;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path settings(DatabaseSettings database) throws IOException {
        return Files.writeString(
                folder.resolve("settings.json"),
                new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put("key_prefix", TestServers.uniquePrefix())
                                        .put("scan", new JsonObject().put("interval", "500ms"))
                                        .put(
                                                "feed",
                                                new JsonObject()
                                                        .put("simulated", new JsonObject().put("tickers", 500))))
                        .put(
                                "redis",
                                new JsonObject().put("uri", TestServers.redis().uri()))
                        .put(
                                "database",
                                new JsonObject()
                                        .put("uri", database.uri())
                                        .put("user", database.user())
                                        .put("password", database.password().value()))
                        .put("http", new JsonObject().put("ports", new JsonArray().add(0)))
                        .encode());
    }

    private record Ended(int exit, List<String> out, List<String> err) {}

    private Ended run(String... arguments) throws Exception {
        Process process = start(false, arguments);
        try {
            CompletableFuture<List<String>> out = CompletableFuture.supplyAsync(
                    () -> process.inputReader().lines().toList());
            CompletableFuture<List<String>> err = CompletableFuture.supplyAsync(
                    () -> process.errorReader().lines().toList());
            assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            return new Ended(process.exitValue(), out.join(), err.join());
        } finally {
            process.destroyForcibly();
        }
    }

    /// As the start script does, in a plain environment.
    private Process start(boolean errorsToo, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(errorsToo);
        builder.environment()
                .keySet()
                .removeIf(name -> name.toUpperCase(Locale.ROOT).startsWith("ATALAYA_"));
        builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }
}
