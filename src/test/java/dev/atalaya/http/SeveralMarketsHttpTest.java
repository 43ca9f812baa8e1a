package dev.atalaya.http;

import static dev.atalaya.http.HttpService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class SeveralMarketsHttpTest {
    private static final MarketAddresses OTHER = new MarketAddresses("crypto");

    private HttpService service;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        service = new HttpService(vertx, OTHER);
    }

    @AfterEach
    void stop() {
        service.close();
    }

    @Test
    void theMarketIsTheOneThatIsNamedOrTheFirst() throws Exception {
        service.market
                .answers(FakeMarket.ADDRESSES.scannerStats(), FakeMarket.stats().put("market", "first"))
                .answers(OTHER.scannerStats(), FakeMarket.stats().put("market", "crypto"));
        String first = FakeMarket.ADDRESSES.market();
        assertThat(stats("").getString("market")).isEqualTo("first");
        assertThat(stats("?market=" + first).getString("market")).isEqualTo("first");
        assertThat(stats("?market=crypto").getString("market")).isEqualTo("crypto");
    }

    private JsonObject stats(String query) throws Exception {
        return service.json("GET /api/stats", 200, service.get("/api/stats" + query));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/stats",
                "/api/filtered",
                "/api/categories",
                "/api/categories/winners",
                "/api/maintenance/runs",
                "/api/maintenance/runs/1",
                "/api/maintenance/ledger"
            })
    void aMarketThatIsNoneIsNotFound(String path) throws Exception {
        assertProblem(
                service.get(path + "?market=none"),
                404,
                "market: 'none' is none of " + FakeMarket.ADDRESSES.market() + ", crypto");
        assertProblem(service.get(path + "?market=crypto&market=crypto"), 400, "market: given 2 times");
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aRunIsStartedInThatMarketAlone() throws Exception {
        service.market.answers(
                OTHER.persist(), new JsonObject().put("status", "started").put("run_id", "run-1"));
        service.json(
                "POST /api/maintenance/persist-scan-results",
                202,
                service.post("/api/maintenance/persist-scan-results?market=crypto"));
        assertThat(service.post("/api/maintenance/persist-scan-results").statusCode())
                .isEqualTo(503);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "true, true, -, 200, ready, up, -",
                "false, true, -, 200, degraded, down, us: why",
                "true, false, -, 200, degraded, down, crypto: why",
                "false, false, -, 503, unready, down, us: why",
                "false, true, crypto, 200, degraded, down, us: why",
                "true, false, crypto, 503, unready, down, crypto: why",
                "false, false, none, 200, degraded, down, us: why"
            })
    void itIsReadyIfItCanScanOneOfItsMarkets(
            boolean firstScans,
            boolean otherScans,
            @Nullable String scannedHere,
            int code,
            String status,
            String check,
            @Nullable String reason)
            throws Exception {
        service.market
                .answers(FakeMarket.ADDRESSES.scannerStats(), condition(firstScans))
                .answers(OTHER.scannerStats(), condition(otherScans))
                .answers(FakeMarket.ADDRESSES.persistenceStats(), FakeMarket.persistence())
                .answers(OTHER.persistenceStats(), FakeMarket.persistence())
                .answers(ClusterAddresses.STATE, cluster(scannedHere));
        JsonObject ready = service.json("GET /health/ready", code, service.get("/health/ready"));
        assertThat(ready.getString("status")).isEqualTo(status);
        JsonObject scanner = ready.getJsonObject("checks").getJsonObject("scanner");
        assertThat(scanner.getString("status")).isEqualTo(check);
        assertThat(scanner.getString("reason")).isEqualTo(reason);
    }

    private static JsonObject condition(boolean ready) {
        return FakeMarket.stats().put("ready", ready).put("reason", ready ? null : "why");
    }

    /// @param scannedHere what this node of a cluster is the active scanner of; null: there is no cluster
    private static JsonObject cluster(@Nullable String scannedHere) {
        NodeReport.Seat seat = new NodeReport.Seat(
                String.valueOf(scannedHere), "scanner", "", NodeReport.Seat.ACTIVE, 1, Optional.empty());
        NodeReport node = new NodeReport("1", "own", "1", Instant.EPOCH, List.of("scanner"), List.of(seat));
        return new JsonObject()
                .put("node", "own")
                .put("clustered", scannedHere != null)
                .put("nodes", new JsonArray().add(node.toJson()));
    }
}
