package dev.atalaya.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.atalaya.bench.VendorMarket;
import dev.atalaya.config.FeedSettings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.market.Column;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.testing.SharedData;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Against a server of our own that answers as the vendor does.
@Timeout(60)
@ExtendWith(VertxExtension.class)
class HttpFeedTest {
    private static final Instant NOW = Instant.parse("2025-01-24T15:00:00Z");
    private Vertx vertx;
    private HttpServer server;
    private Handler<HttpServerRequest> vendor = request -> request.response().end();
    private Instant wall = NOW;
    private final List<String> authorizations = new ArrayList<>();

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        this.vertx = vertx;
        listen(new HttpServerOptions());
    }

    private void listen(HttpServerOptions options) throws Exception {
        server = await(vertx.createHttpServer(options)
                .requestHandler(request -> {
                    authorizations.add(String.valueOf(request.getHeader("Authorization")));
                    vendor.handle(request);
                })
                .listen(0, "127.0.0.1"));
    }

    @AfterEach
    void stop() throws Exception {
        await(server.close());
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    private HttpFeed feed(JsonObject http) throws Exception {
        JsonObject feed = new JsonObject()
                .put("type", "http")
                .put("max_bytes", 20_000_000)
                .put(
                        "http",
                        http.put("uri", "http://127.0.0.1:" + server.actualPort() + "/snapshot")
                                .put("timeout", http.getString("timeout", "20s")));
        FeedSettings settings = await(new SettingsLoader(vertx, Map.of())
                        .fromObject(new JsonObject().put("market", new JsonObject().put("feed", feed))))
                .market()
                .feed();
        return new HttpFeed(vertx, settings, () -> wall, new Random(1));
    }

    private HttpFeed feed() throws Exception {
        return feed(new JsonObject());
    }

    private void answers(String json) {
        vendor = request -> request.response().end(json);
    }

    private static String one(Instant updated) {
        return """
                {"status":"OK","count":1,"tickers":[\
                {"ticker":"BCAT","updated":%s000000,"lastTrade":{"p":20.5},"min":{"av":7}}]}""".replace("%s", Long.toString(updated.toEpochMilli()));
    }

    @Test
    void theNewestUpdateIsTheSnapshotsTimeAndTheKeyIsAHeader() throws Exception {
        answers(one(NOW.minusMillis(1234)));
        HttpFeed feed = feed(new JsonObject().put("key", "a secret"));
        Snapshot snapshot = await(feed.next()).orElseThrow();
        assertThat(snapshot.time()).isEqualTo(NOW.minusMillis(1234));
        assertThat(snapshot.tickers().symbol(0)).isEqualTo("BCAT");
        assertThat(snapshot.tickers().get(Column.PRICE, 0)).isEqualTo(20.5);
        assertThat(authorizations).containsExactly("Bearer a secret");
        assertThat(await(feed.next())).as("the same again").isEmpty();
        answers(one(NOW));
        assertThat(await(feed.next())).isPresent();
    }

    @Test
    void anUpdateFromTheFutureDoesNotDateTheSnapshot() throws Exception {
        answers(new JsonObject()
                .put(
                        "tickers",
                        new JsonArray()
                                .add(ticker("A", NOW.plusSeconds(61)))
                                .add(ticker("B", NOW.minusSeconds(5)))
                                .add(ticker("C", NOW.minusSeconds(9))))
                .encode());
        assertThat(await(feed().next()).orElseThrow().time()).isEqualTo(NOW.minusSeconds(5));
    }

    private static JsonObject ticker(String symbol, Instant updated) {
        return new JsonObject().put("ticker", symbol).put("updated", updated.toEpochMilli() * 1_000_000);
    }

    @Test
    void aWholeMarketComesCompressed() throws Exception {
        stop();
        listen(new HttpServerOptions().setCompressionSupported(true));
        byte[] json = new VendorMarket(5_000, 3).next(NOW, 1);
        vendor = request -> {
            assertThat(request.getHeader("Accept-Encoding")).contains("gzip");
            request.response().end(Buffer.buffer(json));
        };
        HttpFeed feed = feed();
        Snapshot snapshot = await(feed.next()).orElseThrow();
        assertThat(snapshot.tickers().size()).isEqualTo(5_000);
        assertThat(snapshot.time()).isEqualTo(NOW);
    }

    @Test
    void theVendorsOwnSamplesAreRead() throws Exception {
        Path folder = SharedData.folder("vendor");
        wall = Instant.parse("2023-01-01T00:00:00Z");
        answers(Files.readString(folder.resolve("stocks-tickers-index.json")));
        TickerColumns tickers = await(feed().next()).orElseThrow().tickers();
        assertThat(tickers.symbol(0)).isEqualTo("BCAT");
        assertThat(tickers.get(Column.PRICE, 0)).isEqualTo(20.506);
        assertThat(tickers.get(Column.VOLUME_TODAY, 0)).isEqualTo(37216);
        answers(Files.readString(folder.resolve("stocks-gainers.json")));
        TickerColumns gainers = await(feed().next()).orElseThrow().tickers();
        assertThat(gainers.symbol(0)).isEqualTo("NVCN");
        assertThat(gainers.get(Column.PREV_CLOSE, 0)).isEqualTo(0.29);
        assertThat(gainers.get(Column.ASK, 0)).isEqualTo(6.43);
    }

    @Test
    void aCheaperPlanHasNeitherTradeNorQuote() throws Exception {
        answers("""
                {"status":"DELAYED","tickers":[{"ticker":"A","updated":1737730800000000000,
                "day":{"o":9,"h":11,"l":8,"c":10,"v":1000,"vw":9.5},"min":{"av":1100},"prevDay":{"c":8,"v":5}}]}""");
        Snapshot snapshot = await(feed().next()).orElseThrow();
        assertThat(snapshot.tickers().get(Column.PRICE, 0)).isEqualTo(10);
        assertThat(snapshot.tickers().get(Column.VOLUME_TODAY, 0)).isEqualTo(1100);
        assertThat(snapshot.tickers().get(Column.BID, 0)).isNaN();
        assertThat(snapshot.tickers().get(Column.ASK, 0)).isNaN();
        assertThat(snapshot.tickers().lastTradeMillis(0)).isEqualTo(TickerColumns.NO_TIME);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503, 401, 403, 301})
    void afterAnAnswerThatIsNoneItWaitsLongerEachTime(int status) throws Exception {
        vendor = request -> request.response().setStatusCode(status).end("{}");
        HttpFeed feed = feed();
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("The vendor gave no snapshot: " + status);
        assertThat(await(feed.next())).as("not asked").isEmpty();
        assertThat(authorizations).hasSize(1);
        Instant began = wall;
        List<Duration> waits = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            Instant before = wall;
            int asked = authorizations.size();
            while (authorizations.size() == asked) {
                wall = wall.plusMillis(250);
                Future<Optional<Snapshot>> next = feed.next();
                try {
                    await(next);
                } catch (Exception e) {
                    assertThat(next.failed()).isTrue();
                }
            }
            waits.add(Duration.between(before, wall));
        }
        assertThat(waits.getFirst()).isBetween(Duration.ofMillis(500), Duration.ofSeconds(2));
        assertThat(waits.getLast()).isBetween(Duration.ofSeconds(29), Duration.ofSeconds(61));
        answers(one(NOW));
        wall = wall.plusSeconds(61);
        assertThat(began).isBefore(wall);
        assertThat(await(feed.next())).isPresent();
        answers(one(NOW.plusSeconds(1)));
        assertThat(await(feed.next())).as("asked at once after a good one").isPresent();
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "0, 0", "86400, 600", "tomorrow, 1"})
    void itWaitsAsLongAsTheVendorSays(String retryAfter, long seconds) throws Exception {
        vendor = request -> request.response()
                .setStatusCode(429)
                .putHeader("Retry-After", retryAfter)
                .end();
        HttpFeed feed = feed();
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("429 Too Many Requests");
        answers(one(NOW));
        if (seconds > 1) {
            wall = NOW.plusSeconds(seconds).minusMillis(1);
            assertThat(await(feed.next())).isEmpty();
        }
        wall = NOW.plusSeconds(seconds);
        assertThat(await(feed.next())).isPresent();
    }

    @Test
    void aVendorThatIsSilentOrAwayIsGivenUp() throws Exception {
        vendor = request -> {};
        HttpFeed feed = feed(new JsonObject().put("timeout", "500ms"));
        long begin = System.nanoTime();
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("The vendor gave no snapshot");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        vendor = request ->
                request.response().putHeader("Content-Length", "1000").write("{\"tickers\":[");
        wall = wall.plusSeconds(60);
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("The vendor gave no snapshot");
        vendor = request -> request.connection().close();
        wall = wall.plusSeconds(60);
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("The vendor gave no snapshot");
        answers(one(NOW));
        wall = wall.plusSeconds(60);
        assertThat(await(feed.next())).isPresent();
    }

    @Test
    void anAnswerThatIsTooLargeIsRefusedBeforeItIsRead() throws Exception {
        vendor = request ->
                request.response().putHeader("Content-Length", "20000001").write("{\"tickers\":[");
        HttpFeed feed = feed();
        assertThatThrownBy(() -> await(feed.next()))
                .hasMessageContaining("20000001 bytes or more, market.feed.max_bytes allows 20000000");
        vendor = request -> {
            request.response().setChunked(true);
            for (int i = 0; i < 25; i++) {
                request.response().write(Buffer.buffer(new byte[1_000_000]));
            }
            request.response().end();
        };
        wall = wall.plusSeconds(60);
        assertThatThrownBy(() -> await(feed.next())).hasMessageContaining("max_bytes allows 20000000");
        answers(one(NOW));
        wall = wall.plusSeconds(60);
        assertThat(await(feed.next())).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>Bad gateway</html>",
                "{\"status\":\"ERROR\",\"error\":\"no such plan\"}",
                "{\"status\":\"OK\",\"tickers\":[]}",
                "{\"status\":\"OK\",\"tickers\":[{\"ticker\":\"A\",\"updated\":0}]}"
            })
    void anAnswerThatIsNoSnapshotIsRefused(String body) throws Exception {
        answers(body);
        assertThatThrownBy(() -> await(feed().next())).hasMessageContaining("The snapshot ");
    }

    @Test
    void whatIsKnownOfASymbolComesFromTheFileAndChangesWithIt(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("reference.csv");
        Files.writeString(file, """
                symbol,company_name,sector,avg_volume_30d,market_cap,country
                BCAT,"Ñandú, Inc.",Tools,1000.5,,ES
                BCAT,twice,Other,1,1,
                """);
        answers(one(NOW));
        HttpFeed feed = feed(new JsonObject().put("reference", file.toString()).put("reference_refresh", "10s"));
        TickerColumns tickers = await(feed.next()).orElseThrow().tickers();
        assertThat(tickers.reference(0).sector()).isEqualTo("Tools");
        assertThat(tickers.reference(0).industry()).isNull();
        assertThat(tickers.reference(0).metadata()).isEqualTo("{\"company_name\":\"Ñandú, Inc.\",\"country\":\"ES\"}");
        assertThat(tickers.get(Column.AVG_VOLUME_30D, 0)).isEqualTo(1000.5);
        assertThat(tickers.get(Column.MARKET_CAP, 0)).isNaN();

        Files.writeString(file, "symbol,sector\nBCAT,Other\n");
        Files.setLastModifiedTime(file, FileTime.from(NOW));
        wall = wall.plusSeconds(10);
        answers(one(NOW.plusSeconds(10)));
        assertThat(await(feed.next()).orElseThrow().tickers().reference(0).sector())
                .isEqualTo("Other");

        Files.writeString(file, "name\nBCAT\n");
        wall = wall.plusSeconds(10);
        answers(one(NOW.plusSeconds(20)));
        assertThat(await(feed.next()).orElseThrow().tickers().reference(0).sector())
                .as("a file that is none leaves what was known")
                .isEqualTo("Other");
    }
}
