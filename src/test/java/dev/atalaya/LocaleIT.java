package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.feed.RecordedFolder;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.testing.Sql;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Whatever `LANG` says, numbers, log lines and accents are the same, and all that is printed is UTF-8: a
/// decimal comma, a Turkish `ı` in a name or a `?` for an `ñ` would be found here.
@ExtendWith(VertxExtension.class)
class LocaleIT {
    private static final LocalDate DAY = LocalDate.of(2025, 3, 12);
    private static final int SNAPSHOTS = 5;
    private static final Pattern AT_THE_START = Pattern.compile("Persist(iendo|encia completada:) [02] tickers");
    private static final String ID = "[\\p{XDigit}-]{36}";
    private static final String NUMBER = "\\d+(?:\\.\\d+)?(?:E-?\\d+)?";

    /// The company's name in Spanish, in Turkish, and with the letters that Turkish folds in its own way.
    private static final List<String> NAMES = List.of("Ñandú de Cañón, S.A.", "İstanbul Ağaç A.Ş.", "ıI iİ Straße €");

    private static final List<String> CATEGORIES = List.of(
            "gappers_up",
            "gappers_down",
            "momentum_up",
            "momentum_down",
            "winners",
            "losers",
            "anomalies",
            "high_volume",
            "new_highs",
            "new_lows",
            "reversals");
    private static final String ACCENTS = "Ñandúİı";

    @TempDir
    Path folder;

    /// The environment of a child. The machine may not have the locale, and Java then speaks English in ASCII:
    /// so it is told the language as well, and nothing of the charset, which remains that of the environment.
    enum Language {
        NONE("C", ""),
        SPANISH("es_ES.UTF-8", "-Duser.language=es\n-Duser.country=ES"),
        TURKISH("tr_TR.UTF-8", "-Duser.language=tr\n-Duser.country=TR");

        private final String locale;
        private final String options;

        Language(String locale, String options) {
            this.locale = locale;
            this.options = options;
        }

        ChildJvm in(ChildJvm child) {
            options.lines().forEach(child::option);
            return child.option("-XX:TieredStopAtLevel=1") // it does not run for long
                    .variable("LANG", locale)
                    .variable("LC_ALL", locale);
        }
    }

    /// How the service is started, with the format of its log; each prints where the API answers in its own
    /// way.
    enum Start {
        OURS("text", "Dashboard", "http://127\\.0\\.0\\.1:(\\d+)/"),
        VERTX("json", "The API answers", "ports \\[(\\d+)]");

        private final String format;
        private final String sign;
        private final Pattern port;

        Start(String format, String sign, String port) {
            this.format = format;
            this.sign = sign;
            this.port = Pattern.compile(port);
        }

        Process start(Language language, Path folder, String conf) throws IOException {
            return this == OURS
                    ? language.in(ChildJvm.ofJar(folder)).start("run", "-conf", conf)
                    : language.in(ChildJvm.ofJar(folder, "io.vertx.launcher.application.VertxApplication"))
                            .start(MainVerticle.class.getName(), "-conf", conf);
        }

        int port(List<String> printed) {
            Matcher found = port.matcher(printed.getLast());
            assertThat(found.find()).as(String.join("\n", printed)).isTrue();
            return Integer.parseInt(found.group(1));
        }
    }

    /// What a child does in one language, by what it is called.
    private interface Part {
        Map<String, String> in(Language language) throws Exception;
    }

    /// Does it in all three at once and holds what came out against that under `C`, which it answers.
    private static Map<String, String> sameInAll(Part part) throws Exception {
        List<Future<Map<String, String>>> started = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(Language.values().length)) {
            for (Language language : Language.values()) {
                Callable<Map<String, String>> seen = () -> part.in(language);
                started.add(threads.submit(seen));
            }
        }
        Map<String, String> expected = started.getFirst().get();
        for (Language language : Language.values()) {
            Map<String, String> seen = started.get(language.ordinal()).get();
            assertThat(seen.keySet()).isEqualTo(expected.keySet());
            expected.forEach((what, text) ->
                    assertThat(seen.get(what)).as("%s in %s", what, language).isEqualTo(text));
        }
        return expected;
    }

    private Map<String, String> printed(Language language, String... arguments) throws Exception {
        return printed(language.in(ChildJvm.ofJar(folder)), arguments);
    }

    private static Map<String, String> printed(ChildJvm child, String... arguments) throws Exception {
        ChildJvm.Ended ended = child.run(arguments);
        return Map.of(
                "exit code",
                "" + ended.exit(),
                "output",
                String.join("\n", ended.out()),
                "errors",
                String.join("\n", ended.err()));
    }

    @Test
    void helpIsTheSame() throws Exception {
        assertThat(sameInAll(language -> printed(language, "--help")))
                .containsEntry("exit code", "0")
                .hasEntrySatisfying("output", help -> assertThat(help).contains("Exit codes:"));
    }

    @Test
    void problemsOfTheSettingsAreTheSame() throws Exception {
        Path file = Files.writeString(folder.resolve("wrong.yaml"), """
                market:
                  name: ıI-iİ
                  feed: { type: Ñandú }
                  scan: { interval: "1,5 s", min_price: -1.5, categories: { año: { order: fiyatı } } }
                  İstanbul: 1
                """);
        assertThat(sameInAll(language -> printed(language, "run", "-conf", file.toString())))
                .containsEntry("exit code", "2")
                .hasEntrySatisfying(
                        "errors",
                        errors -> assertThat(errors).contains("'Ñandú'", "'ıI-iİ'", "market.İstanbul: ", "'1,5 s'"));
    }

    /// PostgreSQL's driver would say it in Spanish and in Turkish.
    @Test
    void aDatabaseThatHangsUpIsReportedInTheSameWords() throws Exception {
        try (ServerSocket database = new ServerSocket(0, 0, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().start(() -> hangUp(database));
            Path file = Files.writeString(
                    folder.resolve("nobody.yaml"),
                    "database: { uri: \"postgresql://127.0.0.1:" + database.getLocalPort()
                            + "/atalaya\", password: atalaya }");
            assertThat(sameInAll(language -> printed(language, "migrate", "-conf", file.toString())))
                    .containsEntry("exit code", "1")
                    .hasEntrySatisfying(
                            "errors", errors -> assertThat(errors).contains("(The connection attempt failed.)"));
        }
    }

    private static void hangUp(ServerSocket server) {
        try {
            while (true) {
                server.accept().close();
            }
        } catch (IOException e) {
            // the test is over
        }
    }

    /// Java decodes the environment as `LANG` says, and under `C` an `ñ` is lost.
    @Test
    void anAccentInTheEnvironmentArrives() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding"))
                .as("this JVM can give accents to a child")
                .isEqualTo("UTF-8");
        Path file = ChildJvm.settings(folder, TestServers.freshDatabase(), new JsonObject());
        assertThat(sameInAll(language -> printed(
                        language.in(ChildJvm.ofJar(folder)).variable("ATALAYA_DATABASE_USER", ACCENTS),
                        "migrate",
                        "-conf",
                        file.toString())))
                .containsEntry("exit code", "1")
                .hasEntrySatisfying(
                        "errors", errors -> assertThat(errors).contains("refuses the user " + ACCENTS + ": check"));
    }

    /// In the lines of the log and, started by our command line, in the banner.
    @ParameterizedTest
    @EnumSource
    void anAccentInTheLogIsTheSame(Start start) throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        JsonObject user = new JsonObject().put("user", ACCENTS);
        Map<String, String> seen = sameInAll(language -> {
            Path own = Files.createDirectory(folder.resolve(start + "-" + language));
            Path file = ChildJvm.settings(
                    own,
                    database,
                    new JsonObject()
                            .put("log", new JsonObject().put("format", start.format))
                            .put("database", user));
            Process process = start.start(language, own, file.toString());
            try {
                return Map.of(
                        "lines",
                        log(
                                ChildJvm.until(process, ACCENTS, start == Start.OURS ? 2 : 1).stream()
                                        .filter(line -> line.contains(ACCENTS))
                                        .toList(),
                                "no prefix"));
            } finally {
                process.destroyForcibly();
            }
        });
        assertThat(seen.get("lines")).contains("refuses the user " + ACCENTS + ": check database.user");
        if (start == Start.OURS) {
            assertThat(seen.get("lines")).contains("(user " + ACCENTS + ")");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRecordedDayIsTheSame(Start start, Vertx vertx) throws Exception {
        record(folder);
        RedisLink redis = new RedisLink(vertx, TestServers.redis());
        Map<String, String> seen = sameInAll(language -> run(start, language, redis));
        assertThat(seen.get("log"))
                .contains(
                        "Iniciando persistencia de scan results desde Redis cache",
                        "Persistiendo 3 tickers desde prefix:scanner:filtered_complete:MARKET_OPEN",
                        "Persistencia completada: 3 tickers totales guardados en TimescaleDB",
                        "Discovery scan completed filtered_count=3 duration_sec=#");
        assertThat(seen.get("filtered")).contains(NAMES).contains("Minería ıİ", "\"price\":12.345,");
        assertThat(seen.get("scanner:filtered_complete:MARKET_OPEN"))
                .contains(NAMES)
                .contains("Minería ıİ");
        assertThat(seen.get("rows")).contains(NAMES).contains("\"price\": 12.345,");
        assertThat(seen.get("metrics")).contains("atalaya_scan_").doesNotContain(",#");
    }

    /// Three symbols in five minutes of a morning, around a full hour, of which the days before are known.
    private static void record(Path folder) throws IOException {
        RecordedFolder recorded = new RecordedFolder(folder);
        for (int ago = 0; ago <= 12; ago++) {
            String rest = ",\"Minería ıİ\",Oro,España,1234567.5,11.25,0.125,1.1," + (100_000 + 777 * ago);
            recorded.universe(
                    DAY.minusDays(ago),
                    "AAA,\"" + NAMES.get(0) + "\",NYSE" + rest,
                    "III,\"" + NAMES.get(1) + "\",NASDAQ" + rest,
                    "iii,\"" + NAMES.get(2) + "\",NASDAQ" + rest);
        }
        recorded.bars(
                DAY,
                "AAA,2025-03-12T13:58Z,12.1,12.5,11.9,12.345,1234567",
                "III,2025-03-12T13:58Z,10.3,10.4,10.1,10.3501,987654.5",
                "iii,2025-03-12T13:59Z,8,8.25,7.75,8.0625,765432",
                "AAA,2025-03-12T14:01Z,12.3,12.9,12.3,12.345,30000",
                "iii,2025-03-12T14:02Z,8.1,8.5,8.1,8.3333,40000");
    }

    private Map<String, String> run(Start start, Language language, RedisLink redis) throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        Path own = Files.createDirectory(folder.resolve(start + "-" + language));
        Path file = ChildJvm.settings(own, database, settings(start));
        String prefix =
                new JsonObject(Files.readString(file)).getJsonObject("market").getString("key_prefix");
        Keys keys = new Keys(prefix);
        number(redis, keys);
        Process process = start.start(language, own, file.toString());
        try (HttpClient client = HttpClient.newHttpClient()) {
            List<String> printed = new ArrayList<>(ChildJvm.until(process, start.sign, 1));
            String api = "http://127.0.0.1:" + start.port(printed);
            AtomicReference<JsonObject> latest = new AtomicReference<>();
            Waiting.until(
                    () -> {
                        JsonObject stats = new JsonObject(get(client, api + "/api/stats"));
                        latest.set(stats);
                        return stats.getInteger("total_scans") == SNAPSHOTS
                                && stats.getJsonObject("persistence").getInteger("runs_total") == 2;
                    },
                    () -> "the day is not over: " + latest);
            Map<String, String> seen = new TreeMap<>();
            seen.put(
                    "stats", get(client, api + "/api/stats").replaceAll(ID, "#").replaceAll(NUMBER, "#"));
            seen.put("filtered", get(client, api + "/api/filtered?limit=10"));
            seen.put("metrics", metrics(get(client, api + "/metrics")));
            seen.putAll(published(redis, keys));
            seen.put("rows", rows(database));
            process.toHandle().destroy();
            printed.addAll(ChildJvm.until(process, "\0", 1));
            seen.put("log", log(printed, prefix));
            seen.put("exit code", "" + process.waitFor());
            return seen;
        } finally {
            process.destroyForcibly();
        }
    }

    /// Numbers that are not known yet begin with the time.
    private static void number(RedisLink redis, Keys keys) throws Exception {
        List<String> numbers = new ArrayList<>(List.of(keys.scanNo(), keys.fence()));
        for (String category : CATEGORIES) {
            numbers.add(keys.sequence(category));
        }
        for (String key : numbers) {
            Waiting.await(redis.send(Request.cmd(Command.SET).arg(key).arg(1000)));
        }
        String server = Waiting.await(redis.send(Request.cmd(Command.INFO).arg("server")))
                .toString();
        Request journal = Request.cmd(Command.HSET).arg(keys.journalState());
        Waiting.await(redis.send(journal.arg("incarnation")
                .arg("locale")
                .arg("run_id")
                .arg(server.replaceAll("(?s).*\\nrun_id:(\\w+).*", "$1"))
                .arg("first")
                .arg(1)
                .arg("clean")
                .arg(1000)));
    }

    private JsonObject settings(Start start) {
        return new JsonObject()
                .put("redis", new JsonObject().put("timeout", "30s")) // three start at once
                .put("log", new JsonObject().put("format", start.format))
                .put(
                        "market",
                        new JsonObject("""
                        {
                          "feed": {
                            "type": "replay",
                            "replay": {"day": "2025-03-12", "from": "09:58", "until": "10:02", "speed": "max"}
                          },
                          "scan": {
                            "interval": "60s",
                            "filters": {"minas": {"sector": ["Minería ıİ"]}}
                          },
                          "publish": {"session_ttl": "2h"}
                        }
                        """)
                                .mergeIn(
                                        new JsonObject()
                                                .put(
                                                        "feed",
                                                        new JsonObject()
                                                                .put(
                                                                        "replay",
                                                                        new JsonObject()
                                                                                .put("folder", folder.toString()))),
                                        true));
    }

    private static String get(HttpClient client, String uri) throws Exception {
        var answer = client.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.ofByteArray());
        assertThat(answer.statusCode()).as(uri).isEqualTo(200);
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /// The names and tags, in order, and the shape of each value.
    private static String metrics(String text) {
        return text.lines()
                .map(line -> line.replaceAll(ID, "#"))
                .map(line -> line.startsWith("#") ? line : line.replaceFirst(" -?" + NUMBER + "$", " #"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /// What differs from run to run is a `#`, if it looks like a number; the order of the threads is left out,
    /// and so is how many tickers the run at the start found, which may come before the first scan, and a slow
    /// machine.
    private static String log(List<String> printed, String prefix) {
        return printed.stream()
                .filter(line -> !AT_THE_START.matcher(line).find() && !line.contains("BlockedThread"))
                .map(line -> line.replace(prefix, "prefix:"))
                .map(line -> line.replaceFirst(":\\d+/t\\p{XDigit}{8} ", ":#/database "))
                .map(line -> line.replaceFirst("^[\\d-]{10}T[\\d:.]{12}Z", "#"))
                .map(line -> line.replaceAll("(127\\.0\\.0\\.1(?::|, port |\",\")|\\[|-thread-)\\d+", "$1#"))
                .map(line -> line.replaceAll(
                        "(duration_sec=|\"duration_sec\":\"|\"arguments\": \\[\"\\d+\",\")" + NUMBER, "$1#"))
                .map(line -> line.replaceAll("(\"(?:timestamp|nanoseconds|sequenceNumber|birthdate)\":)\\d+", "$1#"))
                .map(line -> line.replaceAll(ID, "#"))
                .sorted()
                .collect(Collectors.joining("\n"));
    }

    /// Every published byte, by key; what is no UTF-8 would show as such. When a message was sent is a `#`.
    private static Map<String, String> published(RedisLink redis, Keys keys) throws Exception {
        Response names = Objects.requireNonNull(
                Waiting.await(redis.send(Request.cmd(Command.KEYS).arg(keys.prefix() + "*"))));
        Map<String, String> published = new TreeMap<>();
        for (Response name : names) {
            String key = name.toString();
            String type = Waiting.await(redis.send(Request.cmd(Command.TYPE).arg(key)))
                    .toString();
            Request read = switch (type) {
                case "string" -> Request.cmd(Command.GET).arg(key);
                case "hash" -> Request.cmd(Command.HGETALL).arg(key);
                case "stream" -> Request.cmd(Command.XRANGE).arg(key).arg("-").arg("+");
                default -> throw new IllegalStateException(key + " is a " + type);
            };
            published.put(
                    key.substring(keys.prefix().length()),
                    Waiting.await(redis.send(read)).toString().replaceAll("\\b\\d{13}-\\d+", "#"));
        }
        assertThat(published.remove("data_maintenance:last_scan_persistence")).isNotNull();
        return published;
    }

    private static String rows(DatabaseSettings database) throws Exception {
        return Sql.query(
                        database,
                        "SELECT string_agg(to_jsonb(r)::text, E'\n' ORDER BY rank) FROM scan_results r"
                                + " WHERE time = (SELECT max(time) FROM scan_results)")
                .getFirst();
    }
}
