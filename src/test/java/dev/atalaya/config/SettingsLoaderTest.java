package dev.atalaya.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@SuppressWarnings("NullAway.Init")
class SettingsLoaderTest extends WithSettings {
    @TempDir
    private Path folder;

    private Settings file(String name, String text) throws Exception {
        Path file = Files.writeString(folder.resolve(name), text);
        return new SettingsLoader(vertx, Map.of())
                .fromFile(file)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
    }

    private List<String> fileProblems(Path file) throws Exception {
        try {
            new SettingsLoader(vertx, Map.of())
                    .fromFile(file)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get();
            return List.of();
        } catch (ExecutionException e) {
            return ((SettingsException) Objects.requireNonNull(e.getCause())).problems();
        }
    }

    @Test
    void theDefaultsAreWhatTheDesignSays() throws Exception {
        Settings settings = load(new JsonObject(), Map.of());
        assertThat(settings.market().name()).isEqualTo("us");
        assertThat(settings.markets()).hasSize(1);
        assertThat(settings.market().keyPrefix()).isEmpty();
        assertThat(settings.market().calendar()).isEqualTo(MarketSettings.Calendar.NEW_YORK);
        assertThat(settings.market().parts()).isEqualTo(1);
        assertThat(settings.market().isDivided()).isFalse();
        assertThat(settings.market().feed().type()).isEqualTo(FeedSettings.Type.SIMULATED);
        assertThat(settings.market().feed().simulated())
                .isEqualTo(new FeedSettings.Simulated(11_000, 42, LocalTime.of(9, 29), Optional.empty(), new Speed(1)));
        assertThat(settings.market().feed().redis().referenceRefresh()).isEqualTo(Duration.ofMinutes(15));
        assertThat(settings.market().feed().redis().unprefixed()).isFalse();
        assertThat(settings.market().publish())
                .isEqualTo(new PublishSettings(
                        Duration.ofSeconds(60), Duration.ofHours(1), Duration.ofMinutes(60), 64L << 20, 256L << 20));
        ScanSettings scan = settings.market().scan();
        assertThat(scan.interval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(scan.keep()).isEqualTo(1000);
        assertThat(scan.minPrice()).isEqualTo(0.5);
        assertThat(scan.rvolWeight()).isEqualTo(10);
        assertThat(scan.volumeWeight()).isEqualTo(5);
        assertThat(scan.deltas()).isEqualTo(new ScanSettings.DeltaSettings(0.01, 1000, 0.01, 0.05));
        assertThat(scan.filters().stream().map(FilterSettings::name))
                .containsExactly("rvol_high", "price_range", "volume_min");
        assertThat(scan.filters().getFirst().unknownPasses()).isTrue();
        assertThat(scan.filters().getFirst().bounds()).containsExactly(new Bounds("rvol", 2, Double.NaN));
        assertThat(scan.filters().get(1).bounds()).containsExactly(new Bounds("price", 1, Double.NaN));
        assertThat(scan.filters().get(2).bounds()).containsExactly(new Bounds("volume", 100_000, Double.NaN));
        assertThat(scan.categories()).hasSize(11).allMatch(category -> category.limit() == 100);
        assertThat(settings.redis())
                .isEqualTo(new RedisSettings("redis://127.0.0.1:6379", "", new Secret(""), Duration.ofSeconds(2)));
        assertThat(settings.database())
                .isEqualTo(new DatabaseSettings(
                        "postgresql://127.0.0.1:5432/atalaya",
                        "atalaya",
                        new Secret(""),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(5),
                        true,
                        7,
                        180,
                        Duration.ofSeconds(10)));
        assertThat(settings.persistence())
                .isEqualTo(new PersistenceSettings(
                        PersistenceSettings.Mode.HOURLY,
                        PersistenceSettings.Select.LATEST,
                        Duration.ofHours(1),
                        100,
                        List.of()));
        assertThat(settings.http())
                .isEqualTo(new HttpSettings("127.0.0.1", List.of(8001, 8008), Duration.ofSeconds(2), Duration.ZERO));
        assertThat(settings.bridge()).isEqualTo(new BridgeSettings(true, "127.0.0.1", 7001, new Secret("")));
        assertThat(settings.embedded()).isEqualTo(new EmbeddedSettings(false, Path.of("data"), 16379, 15432, true));
        assertThat(settings.log()).isEqualTo(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.INFO));
    }

    @Test
    void aMarketIsInPartsOnTheRedisFeedOnlyAndInNoMoreThan64() throws Exception {
        JsonObject redis = new JsonObject().put("type", "redis");
        JsonObject market = new JsonObject().put("parts", 64).put("feed", redis);
        Settings settings = load(new JsonObject().put("market", market), Map.of());
        assertThat(settings.market().parts()).isEqualTo(64);
        assertThat(settings.market().isDivided()).isTrue();
        assertThat(problems(new JsonObject().put("market", market.copy().put("parts", 65)), Map.of()))
                .containsExactly("market.parts: '65'; allowed is a whole number from 1 to 64");
        assertThat(problems(new JsonObject().put("market", market.copy().put("parts", 0)), Map.of()))
                .containsExactly("market.parts: '0'; allowed is a whole number from 1 to 64");
        assertThat(problems(new JsonObject(), Map.of("ATALAYA_MARKET_PARTS", "2")))
                .containsExactly("market.parts: '2'; allowed is 1, unless feed.type is redis, of which all nodes read"
                        + " the same snapshot");
    }

    @ParameterizedTest
    @ValueSource(strings = {"embedded", "production", "direct-write", "cluster", "kubernetes", "markets"})
    void theFilesBesideTheDefaultsAreValid(String name) throws Exception {
        Settings settings = new SettingsLoader(vertx, Map.of())
                .fromBundled(name)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        assertThat(settings.embedded().enabled()).isEqualTo(name.equals("embedded") || name.equals("markets"));
        assertThat(settings.persistence().mode() == PersistenceSettings.Mode.DIRECT)
                .isEqualTo(name.equals("direct-write"));
    }

    @Test
    void theReplayFileNeedsOnlyTheFolder() throws Exception {
        Settings settings = new SettingsLoader(vertx, Map.of("ATALAYA_MARKET_FEED_REPLAY_FOLDER", "/some/where"))
                .fromBundled("replay")
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        assertThat(settings.market().name()).isEqualTo("us_replay");
        assertThat(settings.database().retentionDays()).isZero();
        assertThat(settings.market().scan().filters().getFirst().bounds())
                .containsExactly(new Bounds("rvol", 0.02, Double.NaN));
    }

    @Test
    void theEnvironmentOverridesTheFileAndTheFileTheDefaults() throws Exception {
        JsonObject file = new JsonObject()
                .put("redis", new JsonObject().put("uri", "redis://file:1"))
                .put("persistence", new JsonObject().put("top", 50))
                .put(
                        "market",
                        new JsonObject()
                                .put(
                                        "scan",
                                        new JsonObject()
                                                .put(
                                                        "filters",
                                                        new JsonObject()
                                                                .put(
                                                                        "price_range",
                                                                        new JsonObject().put("enabled", false)))));
        Settings settings = load(
                file,
                Map.of(
                        "ATALAYA_REDIS_URI", "redis://environment:2",
                        "ATALAYA_HTTP_PORTS", "0, 9000",
                        "ATALAYA_DATABASE_MIGRATE", "false",
                        "ATALAYA_MARKET_SCAN_MIN_PRICE", "2.5",
                        "ATALAYA_JAVA_OPTS", "-Xmx1g",
                        "HOME", "/"));
        assertThat(settings.redis().uri()).isEqualTo("redis://environment:2");
        assertThat(settings.http().ports()).containsExactly(0, 9000);
        assertThat(settings.database().migrate()).isFalse();
        assertThat(settings.market().scan().minPrice()).isEqualTo(2.5);
        assertThat(settings.persistence().top()).isEqualTo(50);
        assertThat(settings.market().scan().filters().get(1).enabled()).isFalse();
        assertThat(settings.market().scan().filters().get(1).bounds()).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "::", "192.168.1.7", "127.0.0.1.example.org", "atalaya"})
    void aBridgeThatOthersReachNeedsAToken(String host) throws Exception {
        JsonObject file = new JsonObject()
                .put("bridge", new JsonObject().put("host", host).put("port", 0));
        assertThat(problems(file, Map.of()))
                .containsExactly("bridge.host: '" + host
                        + "'; allowed is an address of the loopback, such as 127.0.0.1, or any with a bridge.token");
        BridgeSettings bridge =
                load(file, Map.of("ATALAYA_BRIDGE_TOKEN", "of the test")).bridge();
        assertThat(bridge.token().value()).isEqualTo("of the test");
        assertThat(bridge.toString()).doesNotContain("of the test");
        assertThat(load(file, Map.of("ATALAYA_BRIDGE_ENABLED", "false"))
                        .bridge()
                        .enabled())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "127.1.2.3", "::1"})
    void aBridgeOnTheLoopbackNeedsNone(String host) throws Exception {
        JsonObject file = new JsonObject().put("bridge", new JsonObject().put("host", host));
        assertThat(load(file, Map.of()).bridge().host()).isEqualTo(host);
    }

    @Test
    void aTokenThatIsNoTextIsNotShown() throws Exception {
        JsonObject file = new JsonObject().put("bridge", new JsonObject().put("token", 12345));
        assertThat(problems(file, Map.of())).containsExactly("bridge.token: ***; allowed is a text");
    }

    @Test
    void everyProblemIsNamedAtOnceWithKeyValueAndWhatIsAllowed() throws Exception {
        JsonObject file = new JsonObject()
                .put("colour", "red")
                .put("redis", new JsonObject().put("uri", "nonsense").put("password", 7))
                .put("http", new JsonObject().put("ports", new JsonArray().add(70_000)))
                .put("persistence", new JsonObject().put("mode", "weekly").put("interval", "7h"))
                .put(
                        "market",
                        new JsonObject()
                                .put(
                                        "scan",
                                        new JsonObject()
                                                .put("interval", "5 sec")
                                                .put("keep", 0)));
        List<String> problems =
                problems(file, Map.of("ATALAYA_DATABASE_TIMEOUT", "soon", "ATALAYA_REDIS_URL", "redis://x:1"));
        assertThat(problems).hasSize(10);
        assertThat(problems)
                .contains(
                        "ATALAYA_REDIS_URL: no such setting; variables are named after keys, such as ATALAYA_REDIS_URI",
                        "market.scan.interval: '5 sec'; allowed is a duration from 10ms to 1h, such as 10s",
                        "market.scan.keep: '0'; allowed is a whole number from 1 to 100000",
                        "persistence.mode: 'weekly'; allowed is one of hourly, direct",
                        "http.ports: '70000'; allowed is a list of whole numbers from 0 to 65535",
                        "redis.password: ***; allowed is a text")
                .anyMatch(problem -> problem.startsWith("colour: no such setting"))
                .anyMatch(problem -> problem.startsWith("persistence.interval: 'PT7H'"))
                .anyMatch(problem -> problem.startsWith("redis.uri: 'nonsense'"))
                .anyMatch(problem -> problem.startsWith("database.timeout: 'soon'"));
    }

    @Test
    void filtersAndCategoriesAreCheckedToo() throws Exception {
        JsonObject scan = new JsonObject()
                .put(
                        "filters",
                        new JsonObject()
                                .put(
                                        "odd",
                                        new JsonObject()
                                                .put(
                                                        "rvol",
                                                        new JsonObject()
                                                                .put("min", 3)
                                                                .put("max", 2)))
                                .put("price_range", new JsonObject().put("size", new JsonObject())))
                .put(
                        "categories",
                        new JsonObject()
                                .put(
                                        "mine",
                                        new JsonObject()
                                                .put("when", new JsonArray())
                                                .put("order", "mood")));
        assertThat(problems(new JsonObject().put("market", new JsonObject().put("scan", scan)), Map.of()))
                .anyMatch(problem ->
                        problem.startsWith("market.scan.filters.odd.rvol.min: '3.0'; allowed is at most max"))
                .anyMatch(problem -> problem.startsWith("market.scan.filters.price_range.size: no such setting"))
                .anyMatch(problem -> problem.startsWith("market.scan.categories.mine.when: '[]'"))
                .anyMatch(problem -> problem.startsWith("market.scan.categories.mine.order: 'mood'"))
                .anyMatch(problem -> problem.startsWith("market.scan.categories.mine.limit: missing"));
    }

    @Test
    void yamlAndJsonFilesAreReadAndBrokenOrMissingOnesRefused() throws Exception {
        assertThat(file("a.yaml", "persistence:\n  top: 7\n").persistence().top())
                .isEqualTo(7);
        assertThat(file("a.json", "{\"persistence\": {\"top\": 8}}")
                        .persistence()
                        .top())
                .isEqualTo(8);
        assertThat(fileProblems(folder.resolve("none.yaml")))
                .hasSize(1)
                .first()
                .asString()
                .contains("no such file");
        assertThat(fileProblems(Files.writeString(folder.resolve("b.json"), "{\"a\": ")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("-conf ");
        assertThat(fileProblems(Files.writeString(folder.resolve("b.yaml"), "a: [1, 2\nb: }")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("-conf ");
    }

    @Test
    void theVendorsKeyIsNeitherInTheAddressNorPrinted() throws Exception {
        JsonObject http = new JsonObject()
                .put("uri", "https://vendor.example/v2?ApiKey=abc")
                .put("key", "def")
                .put("key_file", folder.resolve("key").toString())
                .put("reference", folder.resolve("none.csv").toString());
        List<String> problems = problems(
                new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put(
                                                "feed",
                                                new JsonObject()
                                                        .put("type", "http")
                                                        .put("http", http))),
                Map.of());
        assertThat(problems)
                .hasSize(4)
                .anyMatch(problem -> problem.startsWith("market.feed.http.uri") && problem.contains("without a key"))
                .anyMatch(problem -> problem.contains("only one of key and key_file"))
                .anyMatch(problem -> problem.startsWith("market.feed.http.key_file"))
                .anyMatch(problem -> problem.endsWith("none.csv'; allowed is a CSV file that can be read"))
                .noneMatch(problem -> problem.contains("def") || problem.contains("abc"));
    }

    @Test
    void aSessionsListOutlivesTheNextScanAndTheGraceAfterItsEnd() throws Exception {
        String allowed = "; allowed is a duration from 40s to 7d, market.scan.interval and 30 s at least";
        assertThat(sessionTtl("10s", "39s", "1")).containsExactly("market.publish.session_ttl: '39s'" + allowed);
        assertThat(sessionTtl("10s", "soon", "1")).containsExactly("market.publish.session_ttl: 'soon'" + allowed);
        assertThat(sessionTtl("10s", "40s", "1")).isEmpty();
        assertThat(sessionTtl("1h", "60s", "1")).singleElement().asString().contains("from 3630s to 7d");
        assertThat(sessionTtl("1h", "60s", "0.000001"))
                .singleElement()
                .asString()
                .contains("from 7d to 7d");
        assertThat(sessionTtl("10s", "4s", "10")).isEmpty();
        assertThat(sessionTtl("10s", "3s", "10")).isNotEmpty();
        assertThat(sessionTtl("1h", "1s", "max")).isEmpty();
        assertThat(sessionTtl("1h", "0s", "max")).isNotEmpty();
    }

    private static List<String> sessionTtl(String interval, String ttl, String speed) throws Exception {
        return problems(
                new JsonObject(),
                Map.of(
                        "ATALAYA_MARKET_SCAN_INTERVAL", interval,
                        "ATALAYA_MARKET_PUBLISH_SESSION_TTL", ttl,
                        "ATALAYA_MARKET_FEED_SIMULATED_SPEED", speed));
    }

    @Test
    void aCategoryThatIsSwitchedOffIsNotThereButChecked() throws Exception {
        ScanSettings scan = file("off.yaml", """
                market:
                  scan:
                    categories:
                      gappers_up: { enabled: false }
                      gappers_down: { enabled: true }
                """).market().scan();
        assertThat(scan.categories().stream().map(CategorySettings::name))
                .hasSize(10)
                .contains("gappers_down")
                .doesNotContain("gappers_up");
        Path wrong = Files.writeString(
                folder.resolve("wrong.yaml"),
                "market: { scan: { categories: { losers: { enabled: false, limit: 0 }, winners: { enabled: 0 } } } }");
        assertThat(fileProblems(wrong))
                .containsExactly(
                        "market.scan.categories.winners.enabled: '0'; allowed is true or false",
                        "market.scan.categories.losers.limit: '0'; allowed is a whole number from 1 to 100000");
    }

    @Test
    void anEmptySectionIsLikeAnAbsentOne() throws Exception {
        Path file = Files.writeString(folder.resolve("empty.yaml"), """
                redis:
                database:
                market:
                  scan:
                    filters:
                      price_range:
                """);
        Settings settings = new SettingsLoader(
                        vertx,
                        Map.of(
                                "ATALAYA_REDIS_PASSWORD", "s3cret",
                                "ATALAYA_MARKET_SCAN_FILTERS_PRICE_RANGE_PRICE_MIN", "3"))
                .fromFile(file)
                .toCompletionStage()
                .toCompletableFuture()
                .get();
        assertThat(settings.redis())
                .isEqualTo(
                        new RedisSettings("redis://127.0.0.1:6379", "", new Secret("s3cret"), Duration.ofSeconds(2)));
        assertThat(settings.market().scan().filters()).hasSize(3);
        assertThat(settings.market().scan().filters().get(1).bounds())
                .containsExactly(new Bounds("price", 3, Double.NaN));
        assertThat(load(new JsonObject().putNull("market"), Map.of())).isEqualTo(load(new JsonObject(), Map.of()));
    }

    @Test
    void aValueWhereASectionBelongsIsRefusedWhateverTheEnvironmentSays() throws Exception {
        JsonObject file = new JsonObject()
                .put("redis", "redis://:s3cret@host")
                .put("database", new JsonArray().add(1))
                .put("market", new JsonObject().put("scan", 5));
        assertThat(problems(
                        file,
                        Map.of(
                                "ATALAYA_REDIS_PASSWORD", "s3cret",
                                "ATALAYA_DATABASE_USER", "somebody",
                                "ATALAYA_MARKET_SCAN_FILTERS_PRICE_RANGE_PRICE_MIN", "3")))
                .containsExactlyInAnyOrder(
                        "redis: 'redis://***@host'; allowed is a section with keys of its own",
                        "database: '[1]'; allowed is a section with keys of its own",
                        "market.scan: '5'; allowed is a section with keys of its own");
    }

    @Test
    void aPasswordComesFromAFileAndIsNeverPrinted() throws Exception {
        Path file = Files.writeString(folder.resolve("password"), "s3cret\n");
        Settings settings = load(new JsonObject(), Map.of("ATALAYA_DATABASE_PASSWORD_FILE", file.toString()));
        assertThat(settings.database().password().value()).isEqualTo("s3cret");
        assertThat(settings.toString()).doesNotContain("s3cret").contains("***");
        assertThat(problems(new JsonObject(), Map.of("ATALAYA_DATABASE_PASSWORD_FILE", "/none")))
                .containsExactly("database.password_file: '/none'; allowed is a file that can be read");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://:s3cret@host:6379",
                "redis://somebody:s3/cr@et@host",
                "somebody:s3cret@host",
                "redis://host?password=s3cret",
                "redis://host/0?client=a&Password=s3cret",
                "redis://host:6379:s3 x?password=s3cret"
            })
    void aPasswordInAnAddressIsRefusedAndNotPrinted(String address) throws Exception {
        assertThat(problems(new JsonObject(), Map.of("ATALAYA_REDIS_URI", address)))
                .singleElement()
                .asString()
                .startsWith("redis.uri: '")
                .contains("***", "without user and password")
                .doesNotContain("s3cret", "s3/cr", "cr@et");
    }

    @Test
    void aSectionThatIsNoneDoesNotGiveItsPasswordAway() throws Exception {
        JsonObject database = new JsonObject().put("password", "s3cret");
        assertThat(problems(new JsonObject().put("database", new JsonArray().add(database)), Map.of()))
                .containsExactly("database: '[{\"password\":\"***\"}]'; allowed is a section with keys of its own");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://host/atalaya?user=somebody",
                "postgresql://host/atalaya?ssl=true&password=s3cret",
                "postgresql://my_database/atalaya",
                "postgresql://host:99999/atalaya",
                "postgresql://:5432/atalaya"
            })
    void theDatabasesAddressHasAHostAndNobodysName(String address) throws Exception {
        assertThat(problems(new JsonObject(), Map.of("ATALAYA_DATABASE_URI", address)))
                .singleElement()
                .asString()
                .startsWith("database.uri: '");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"redis://my_redis", "redis://my_redis:6379", "redis://host:port", "redis://%", "rediss:///"})
    void anAddressWithoutAHostIsRefused(String address) throws Exception {
        assertThat(problems(new JsonObject(), Map.of("ATALAYA_REDIS_URI", address)))
                .containsExactly("redis.uri: '" + address + "'; allowed is redis://HOST:PORT or rediss://HOST:PORT,"
                        + " without user and password; HOST is made of a-z, 0-9, - and .");
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://host", "rediss://redis-1.example.org:6380/3", "redis://[::1]:6379"})
    void anAddressWithAHostIsTaken(String address) throws Exception {
        assertThat(load(new JsonObject(), Map.of("ATALAYA_REDIS_URI", address))
                        .redis()
                        .uri())
                .isEqualTo(address);
    }

    @Test
    void aReplayOrASimulationAtSpeedNeverWritesAmongLiveRows() throws Exception {
        assertThat(load(new JsonObject(), Map.of("ATALAYA_MARKET_FEED_SIMULATED_SPEED", "600"))
                        .market()
                        .name())
                .isEqualTo("us_simulated");
        assertThat(problems(
                        new JsonObject(),
                        Map.of("ATALAYA_MARKET_FEED_SIMULATED_SPEED", "max", "ATALAYA_MARKET_NAME", "us")))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("market.name: 'us'");
    }
}
