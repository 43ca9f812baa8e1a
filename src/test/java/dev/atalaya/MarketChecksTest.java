package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.config.SettingsException;
import dev.atalaya.config.SettingsLoader;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(VertxExtension.class)
class MarketChecksTest {
    private static final String SESSIONS = "allowed is a list of PRE_MARKET, MARKET_OPEN, POST_MARKET";

    @TempDir
    Path folder;

    private static List<String> problems(Vertx vertx, JsonObject overrides, Map<String, String> environment)
            throws Exception {
        try {
            NodeBed.await(new SettingsLoader(vertx, environment, MarketChecks::problems).fromObject(overrides));
            return List.of();
        } catch (ExecutionException e) {
            return ((SettingsException) Objects.requireNonNull(e.getCause())).problems();
        }
    }

    private static List<String> closures(Vertx vertx, Path file) throws Exception {
        return problems(vertx, new JsonObject(), Map.of("ATALAYA_MARKET_EXCEPTIONAL_CLOSURES", file.toString()));
    }

    @Test
    void theDefaultsPass(Vertx vertx) throws Exception {
        assertThat(problems(vertx, new JsonObject(), Map.of())).isEmpty();
    }

    @Test
    void aSessionThatTheMarketDoesNotHaveIsRefusedTogetherWithWhatElseIsWrong(Vertx vertx) throws Exception {
        JsonObject settings = new JsonObject("""
                {
                    "market": {
                        "scan": {
                            "filters": {"price_range": {"sessions": ["MARKET_OPEN", "MARKET_OPN"]}},
                            "categories": {"momentum_up": {"sessions": ["CLOSED"]}},
                            "keep": 0
                        }
                    },
                    "persistence": {"sessions": ["POST_MARKET", "NIGHT"]}
                }
                """);
        assertThat(problems(vertx, settings, Map.of()))
                .containsExactlyInAnyOrder(
                        "market.scan.keep: '0'; allowed is a whole number from 1 to 100000",
                        "market.scan.filters.price_range.sessions: 'MARKET_OPN'; " + SESSIONS,
                        "market.scan.categories.momentum_up.sessions: 'CLOSED'; " + SESSIONS,
                        "persistence.sessions: 'NIGHT'; " + SESSIONS);
    }

    @Test
    void theVendorsEndpointWantsAKeyAndAnotherOneNeedNot(Vertx vertx) throws Exception {
        JsonObject vendor = new JsonObject("{\"market\": {\"feed\": {\"type\": \"http\"}}}");
        assertThat(problems(vertx, vendor, Map.of()))
                .singleElement()
                .asString()
                .startsWith("market.feed.http.key: ''; allowed is the vendor's key");
        assertThat(problems(vertx, vendor, Map.of("ATALAYA_MARKET_FEED_HTTP_KEY", "k")))
                .isEmpty();
        assertThat(problems(vertx, vendor, Map.of("ATALAYA_MARKET_FEED_HTTP_URI", "http://127.0.0.1:9/snapshot")))
                .isEmpty();
    }

    @Test
    void aFileOfClosuresThatCannotBeReadIsRefused(Vertx vertx) throws Exception {
        for (Path file : List.of(folder, folder.resolve("none.csv"))) {
            assertThat(closures(vertx, file))
                    .containsExactly(
                            "market.exceptional_closures: '" + file + "'; allowed is a CSV file that can be read");
        }
    }

    @Test
    void aWrongLineAmongTheClosuresIsNamedWithFileAndNumber(Vertx vertx) throws Exception {
        Path file = Files.writeString(folder.resolve("closures.csv"), "date,kind,close_et\n2025-01-09,shut,\n");
        assertThat(closures(vertx, file))
                .containsExactly("market.exceptional_closures: '" + file
                        + "', line 2: kind 'shut' is neither closed nor early_close; allowed is UTF-8 CSV with date,"
                        + " kind and close_et");
        Files.write(file, "date,kind,close_et,name\n2025-01-09,closed,,España\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThat(closures(vertx, file)).singleElement().asString().contains(file.toString(), "UTF-8");
        Files.writeString(file, "date,kind,close_et\n2025-01-09,closed,\n");
        assertThat(closures(vertx, file)).isEmpty();
    }
}
