package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
        ChildJvm.Ended help = run("--help");
        assertThat(help.exit()).isZero();
        assertThat(help.out()).anyMatch(line -> line.strip().startsWith("run "));
        assertThat(help.out()).anyMatch(line -> line.strip().startsWith("migrate "));
        assertThat(help.err()).isEmpty();
    }

    @Test
    void aCommandThatDoesNotExistIsAUsageError() throws Exception {
        ChildJvm.Ended ended = run("scan");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).anyMatch(line -> line.contains("scan"));
    }

    @Test
    void aMissingFileIsNamedInOneLine() throws Exception {
        Path missing = folder.resolve("missing.yaml");
        ChildJvm.Ended ended = run("run", "-conf", missing.toString());
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
        ChildJvm.Ended ended = run("run", "-conf", file.toString());
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
        ChildJvm.Ended ended = run("run", "-conf", file.toString());
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err())
                .containsExactly("market.exceptional_closures: '/no/such.csv'; allowed is a CSV file that can be read");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void migrateMakesTheTablesAndEnds() throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        ChildJvm.Ended ended = run(
                "migrate",
                "-conf",
                ChildJvm.settings(folder, database, new JsonObject()).toString());
        assertThat(ended.exit()).as(ended.toString()).isZero();
        assertThat(Sql.query(database, "SELECT count(*) FROM scan_results")).containsExactly("0");
    }

    @Test
    void aBackfillSaysThatNothingWaitsAndWhatIsWrong() throws Exception {
        String conf = ChildJvm.settings(folder, TestServers.freshDatabase(), new JsonObject())
                .toString();
        ChildJvm.Ended ended = run("backfill", "-conf", conf, "--from", "2025-01-24", "--to", "2025-01-24T15:00:00Z");
        assertThat(ended.exit()).as(ended.toString()).isZero();
        assertThat(ended.out()).last().asString().isEqualTo("Nothing waits in the journal");

        ChildJvm.Ended wrong = run("backfill", "-conf", conf, "--from", "yesterday");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err())
                .singleElement()
                .asString()
                .startsWith("backfill --from: 'yesterday'; allowed is a time");
        ChildJvm.Ended turned = run("backfill", "-conf", conf, "--from", "2025-01-24", "--to", "2025-01-23");
        assertThat(turned.exit()).isEqualTo(2);
        assertThat(turned.err()).containsExactly("backfill --to: '2025-01-23'; allowed is a time after --from");
    }

    @Test
    void aComparisonSaysWhatItWasNotAskedRightAndWhatItCannotRead() throws Exception {
        String conf = ChildJvm.settings(
                        folder,
                        TestServers.freshDatabase(),
                        new JsonObject()
                                .put("market", new JsonObject().put("key_prefix", "mine:"))
                                .put("redis", new JsonObject().put("uri", "redis://127.0.0.1:1")))
                .toString();
        ChildJvm.Ended unasked = run("compare", "-conf", conf);
        assertThat(unasked.exit()).isEqualTo(2);
        assertThat(unasked.err().getFirst()).contains("--with=PREFIX");
        ChildJvm.Ended wrong = run("compare", "-conf", conf, "--with", "", "--top", "0");
        assertThat(wrong.exit()).isEqualTo(2);
        assertThat(wrong.err()).containsExactly("compare --top: '0'; allowed is a whole number from 1 on");
        ChildJvm.Ended percent = run("compare", "-conf", conf, "--with=", "--tolerance", "-1");
        assertThat(percent.exit()).isEqualTo(2);
        assertThat(percent.err()).containsExactly("compare --tolerance: '-1.0'; allowed is a number from 0 to 100");
        ChildJvm.Ended itself = run("compare", "-conf", conf, "--with", "mine:");
        assertThat(itself.exit()).isEqualTo(2);
        assertThat(itself.err())
                .containsExactly(
                        "compare --with: 'mine:'; allowed is another prefix than market.key_prefix, which it is");
        ChildJvm.Ended nowhere = run("compare", "-conf", conf, "--with", "");
        assertThat(nowhere.exit()).isEqualTo(1);
        assertThat(nowhere.err()).singleElement().asString().startsWith("The lists were not compared: ");
    }

    @Test
    void aRunPrintsWhereToLookScansAndEndsWhenTold() throws Exception {
        Process process = ChildJvm.ofMain(folder)
                .start(
                        "run",
                        "-conf",
                        ChildJvm.settings(folder, TestServers.freshDatabase(), new JsonObject())
                                .toString());
        try {
            List<String> printed = ChildJvm.until(process, "Discovery scan completed", 1);
            assertThat(printed.getLast()).containsPattern("filtered_count=\\d+ duration_sec=\\d+\\.\\d+");
            assertThat(printed.stream().filter(line -> line.contains("Dashboard")))
                    .singleElement()
                    .asString()
                    .containsPattern("http://127\\.0\\.0\\.1:[1-9]\\d*/");
            ChildJvm.assertEndsCleanlyWhenTold(process);
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
                bridge: { port: 0 }
                """);
        Process process = ChildJvm.ofMain(folder).start("run", "-conf", file.toString());
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

    private ChildJvm.Ended run(String... arguments) throws Exception {
        return ChildJvm.ofMain(folder).run(arguments);
    }
}
