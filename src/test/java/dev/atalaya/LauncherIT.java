package dev.atalaya;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// `MainVerticle` deployed from the packaged jar: by our command line, which takes the words of Vert.x's legacy
/// launcher, and by the launcher that Vert.x 5 has.
@ExtendWith(VertxExtension.class)
class LauncherIT {
    private static final String VERTICLE = MainVerticle.class.getName();
    private static final int REFUSED_BY_VERTX = 15; // its code for a deployment that failed
    private static final long FENCE_BEFORE = 41;
    private static final long SCANS_BEFORE = 1000;

    @TempDir
    Path folder;

    enum Launcher {
        OURS,
        VERTX;

        Process start(Path folder, String... options) throws Exception {
            return program(folder).start(arguments(options));
        }

        ChildJvm.Ended run(Path folder, String... options) throws Exception {
            return program(folder).run(arguments(options));
        }

        private ChildJvm program(Path folder) {
            return this == OURS
                    ? ChildJvm.ofJar(folder)
                    : ChildJvm.ofJar(folder, "io.vertx.launcher.application.VertxApplication");
        }

        private String[] arguments(String... options) {
            List<String> words = this == OURS ? List.of("run", VERTICLE) : List.of(VERTICLE);
            return LongStream.range(0, words.size() + options.length)
                    .mapToObj(i -> i < words.size() ? words.get((int) i) : options[(int) i - words.size()])
                    .toArray(String[]::new);
        }
    }

    @ParameterizedTest
    @EnumSource
    void fourInstancesAreOneScanner(Launcher launcher, Vertx vertx) throws Exception {
        Path file = ChildJvm.settings(
                folder,
                TestServers.freshDatabase(),
                new JsonObject().put("log", new JsonObject().put("format", "json")));
        String prefix =
                new JsonObject(Files.readString(file)).getJsonObject("market").getString("key_prefix");
        RedisLink redis = new RedisLink(vertx, TestServers.redis());
        set(redis, prefix + "scanner:fence", FENCE_BEFORE);
        set(redis, prefix + "scanner:scan_no", SCANS_BEFORE);
        Process process = launcher.start(folder, "-conf", file.toString(), "-instances", "4");
        try {
            List<String> printed = ChildJvm.until(process, "Discovery scan completed", 6);
            String all = printed.stream().collect(joining("\n"));
            assertThat(numbers(all, "\"scan_no\":\"(\\d+)\".*Discovery scan completed"))
                    .as(all)
                    .containsExactly(LongStream.rangeClosed(SCANS_BEFORE + 1, SCANS_BEFORE + 6)
                            .boxed()
                            .toArray(Long[]::new));
            assertThat(printed).allMatch(line -> line.startsWith("{"), "is JSON");
            assertThat(all).containsOnlyOnce("Of 4 instances one runs the node, the others stand aside\",");
            assertThat(number(redis, prefix + "scanner:fence")).isEqualTo(FENCE_BEFORE + 1);
            long port = numbers(all, "The API answers at 127.0.0.1, ports \\[(\\d+)]")
                    .getFirst();
            assertThat(stats(port).getLong("total_scans")).isGreaterThanOrEqualTo(6);
            assertThat(process.isAlive()).isTrue();
            ChildJvm.assertEndsCleanlyWhenTold(process);
        } finally {
            process.destroyForcibly();
        }
    }

    private static void set(RedisLink redis, String key, long value) throws Exception {
        Waiting.await(redis.send(Request.cmd(Command.SET).arg(key).arg(value)));
    }

    private static long number(RedisLink redis, String key) throws Exception {
        return Waiting.await(redis.send(Request.cmd(Command.GET).arg(key))).toLong();
    }

    private static List<Long> numbers(String text, String pattern) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult found) -> Long.valueOf(found.group(1)))
                .toList();
    }

    private static JsonObject stats(long port) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/stats"))
                    .build();
            return new JsonObject(client.send(request, BodyHandlers.ofString()).body());
        }
    }

    @ParameterizedTest
    @CsvSource({"OURS,2", "VERTX," + REFUSED_BY_VERTX})
    void withoutAConfigurationItDoesNotStart(Launcher launcher, int exit) throws Exception {
        ChildJvm.Ended ended = launcher.run(folder, "-instances", "4");
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(exit);
        assertThat(ended.toString()).contains("The configuration is empty: give it with -conf FILE");
    }

    @ParameterizedTest
    @CsvSource({"OURS,2,missing.json: no such file", "VERTX," + REFUSED_BY_VERTX + ",The configuration is empty"})
    void withAFileThatIsMissingItDoesNotStart(Launcher launcher, int exit, String reason) throws Exception {
        ChildJvm.Ended ended =
                launcher.run(folder, "-conf", folder.resolve("missing.json").toString());
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(exit);
        assertThat(ended.toString()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({"OURS,2,cut.json: ", "VERTX," + REFUSED_BY_VERTX + ",The configuration is empty"})
    void withABrokenFileItDoesNotStart(Launcher launcher, int exit, String reason) throws Exception {
        Path file = Files.writeString(folder.resolve("cut.json"), "{\"market\": {");
        ChildJvm.Ended ended = launcher.run(folder, "-conf", file.toString());
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(exit);
        assertThat(ended.toString()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource({"OURS,2", "VERTX," + REFUSED_BY_VERTX})
    void withWrongSettingsItDoesNotStart(Launcher launcher, int exit) throws Exception {
        Path file = Files.writeString(
                folder.resolve("wrong.json"),
                "{\"market\": {\"scan\": {\"keep\": 0}}, \"embedded\": {\"enabled\": true}}");
        ChildJvm.Ended ended = launcher.run(folder, "-conf", file.toString());
        assertThat(ended.exit()).as(ended.toString()).isEqualTo(exit);
        assertThat(ended.toString())
                .contains("market.scan.keep: '0'; allowed is a whole number from 1 to 100000")
                .contains("embedded.enabled: 'true'; allowed is false");
    }

    @ParameterizedTest
    @CsvSource({
        "dev.atalaya.Other,1,run VERTICLE: 'dev.atalaya.Other'; allowed is dev.atalaya.MainVerticle",
        "dev.atalaya.MainVerticle,0,run -instances: '0'; allowed is a whole number from 1 to 1000",
    })
    void anotherVerticleOrNoInstanceIsRefused(String verticle, String instances, String line) throws Exception {
        ChildJvm.Ended ended = ChildJvm.ofJar(folder).run("run", verticle, "-instances", instances);
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).containsExactly(line);
    }

    @Test
    void theProbeIsInTheJar() throws Exception {
        ChildJvm.Ended list = ChildJvm.ofJar(folder).run("probe", "list");
        assertThat(list.exit()).as(list.toString()).isZero();
        assertThat(list.out()).hasSize(9).allMatch(line -> line.startsWith("{\"address\":\"atalaya."));
        ChildJvm.Ended nobody = ChildJvm.ofJar(folder).run("probe", "trigger", "persist", "--port", "1");
        assertThat(nobody.exit()).isEqualTo(3);
        assertThat(nobody.err()).singleElement().asString().startsWith("Nobody listens at 127.0.0.1, port 1");
    }

    @Test
    void instancesOfNothingAreRefused() throws Exception {
        ChildJvm.Ended ended = ChildJvm.ofJar(folder).run("run", "-instances", "4");
        assertThat(ended.exit()).isEqualTo(2);
        assertThat(ended.err()).containsExactly("run VERTICLE: ''; allowed is dev.atalaya.MainVerticle");
    }
}
