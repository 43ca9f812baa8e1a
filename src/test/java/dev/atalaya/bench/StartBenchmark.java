package dev.atalaya.bench;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/// From the start of `java` to the first published scan, of the jar as it is shipped, on a Redis and a PostgreSQL
/// that run already: with nothing prepared, with an archive of the classes, and with an ahead-of-time cache of what
/// a first run did, in turns.
final class StartBenchmark implements Benchmark {
    private static final Path FOLDER = Path.of("target", "bench", "start");
    private static final Path JAR = Path.of("target", "atalaya-embedded.jar");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RedisSettings redis = TestServers.redis();
    private final DatabaseSettings database = TestServers.freshDatabase();
    private final byte[] answer = new byte[1024];

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int starts = Benchmark.number(arguments, 0, 11);
        if (!Files.exists(JAR)) {
            throw new IOException(JAR + " is missing: it is made by ./atalaya");
        }
        Files.createDirectories(FOLDER);
        Path archive = FOLDER.resolve("classes.jsa").toAbsolutePath();
        Path cache = FOLDER.resolve("run.aot").toAbsolutePath();
        Files.deleteIfExists(archive);
        Files.deleteIfExists(cache);
        new Migrations(database).migrate();
        Map<String, List<String>> kinds = new LinkedHashMap<>();
        kinds.put("nothing prepared", List.of());
        kinds.put(
                "archive of classes",
                List.of("-XX:+AutoCreateSharedArchive", "-XX:SharedArchiveFile=" + archive, "-Xlog:cds=off"));
        kinds.put("ahead-of-time cache", List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"));
        report.progress("the run that the ahead-of-time cache is made of");
        start(List.of("-XX:AOTCacheOutput=" + cache));
        report.progress("the run that the archive is made of");
        start(Objects.requireNonNull(kinds.get("archive of classes")));
        report.figure("size of the archive", size(archive), "MB");
        report.figure("size of the ahead-of-time cache", size(cache), "MB");
        Map<String, double[]> seconds = new LinkedHashMap<>();
        for (int i = 0; i < starts; i++) {
            report.progress("start %d of %d", i + 1, starts);
            for (Map.Entry<String, List<String>> kind : kinds.entrySet()) {
                seconds.computeIfAbsent(kind.getKey(), unseen -> new double[starts])[i] = start(kind.getValue());
            }
        }
        seconds.forEach((kind, values) ->
                report.median("start to first published scan, " + kind, new Samples(values), "s", Target.atMost(1.5)));
    }

    private static double size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) / 1e6 : Double.NaN;
    }

    /// How many seconds it took to the first published scan. The service is ended afterwards, cleanly.
    private double start(List<String> options) throws Exception {
        String prefix = TestServers.uniquePrefix();
        Path settings = Files.writeString(
                FOLDER.resolve("settings.json"), settings(prefix).encode());
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(options);
        command.addAll(List.of(
                "-jar",
                JAR.toAbsolutePath().toString(),
                "run",
                "-conf",
                settings.toAbsolutePath().toString()));
        byte[] question = BareRedis.command("GET", new Keys(prefix).scanNo());
        try (BareRedis poll = new BareRedis(redis)) {
            long begin = System.nanoTime();
            Process service = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(FOLDER.resolve("service.log").toFile())
                    .start();
            try {
                while (poll.get(question, answer) < 0) {
                    if (!service.isAlive() || System.nanoTime() - begin > PATIENCE.toNanos()) {
                        throw new IOException("The service did not scan: see " + FOLDER.resolve("service.log"));
                    }
                    Thread.sleep(1);
                }
                return (System.nanoTime() - begin) / 1e9;
            } finally {
                service.destroy();
                if (!service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    service.destroyForcibly();
                }
            }
        }
    }

    private JsonObject settings(String prefix) {
        return new JsonObject()
                .put("market", new JsonObject().put("key_prefix", prefix))
                .put("redis", new JsonObject().put("uri", redis.uri()))
                .put(
                        "database",
                        new JsonObject()
                                .put("uri", database.uri())
                                .put("user", database.user())
                                .put("password", database.password().value()))
                .put("http", new JsonObject().put("ports", new JsonArray().add(0)))
                .put("bridge", new JsonObject().put("port", 0));
    }
}
