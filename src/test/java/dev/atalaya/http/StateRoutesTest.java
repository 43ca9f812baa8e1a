package dev.atalaya.http;

import static dev.atalaya.http.FakeMarket.ADDRESSES;
import static dev.atalaya.http.FakeMarket.RUN;
import static dev.atalaya.http.HttpService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StateRoutesTest extends WithHttpService {
    private static final String LEDGER = "GET /api/maintenance/ledger";

    @Test
    void statsAreTheScannersWithThePersistencesInThem() throws Exception {
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats());
        service.market.answers(ADDRESSES.persistenceStats(), FakeMarket.persistence());
        JsonObject stats = service.json("GET /api/stats", 200, service.get("/api/stats"));
        JsonObject persistence = (JsonObject) stats.remove("persistence");
        assertThat(stats).isEqualTo(FakeMarket.stats());
        assertThat(persistence.getJsonObject("last_run")).isEqualTo(RUN.toJson());
        assertThat(persistence.containsKey("runs")).isFalse();
    }

    @Test
    void statsHaveNoPersistenceWhileItDoesNotAnswer() throws Exception {
        service.market
                .answers(ADDRESSES.scannerStats(), FakeMarket.stats())
                .staysSilentAt(ADDRESSES.persistenceStats());
        JsonObject stats = service.json("GET /api/stats", 200, service.get("/api/stats"));
        assertThat(stats.containsKey("persistence")).isTrue();
        assertThat(stats.getValue("persistence")).isNull();
    }

    @Test
    void aPersistenceRunIsStartedByPost() throws Exception {
        JsonObject started = new JsonObject().put("status", "started").put("run_id", "run-8");
        service.market.answers(ADDRESSES.persist(), started);
        String call = "POST /api/maintenance/persist-scan-results";
        assertThat(service.json(call, 202, service.post("/api/maintenance/persist-scan-results")))
                .isEqualTo(started);
    }

    @ParameterizedTest
    @CsvSource({
        "application/json,202",
        "Application/JSON; charset=utf-8,202",
        "application/jsonp,415",
        "text/xml,415",
        "application/x-www-form-urlencoded,415",
        "multipart/form-data,415",
        ";;//,415",
    })
    void aBodyThatSaysItIsNoJsonIsRefused(String type, int status) throws Exception {
        service.market.answers(
                ADDRESSES.persist(), new JsonObject().put("status", "started").put("run_id", "run-8"));
        HttpResponse<String> response = service.call(service.request("/api/maintenance/persist-scan-results")
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString("a=%zz")));
        service.json("POST /api/maintenance/persist-scan-results", status, response);
        assertThat(service.market.requests).hasSize(status == 202 ? 1 : 0);
    }

    @Test
    void anotherSitesPageMayNotStartARun() throws Exception {
        service.market.answers(ADDRESSES.persist(), new JsonObject());
        HttpResponse<String> response = service.call(service.request("/api/maintenance/persist-scan-results")
                .header("Sec-Fetch-Site", "cross-site")
                .POST(BodyPublishers.noBody()));
        assertProblem(response, 403, "Another site's page");
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void runsAreThePersistences() throws Exception {
        service.market.answers(ADDRESSES.persistenceStats(), FakeMarket.persistence());
        assertThat(service.json("GET /api/maintenance/runs", 200, service.get("/api/maintenance/runs")))
                .isEqualTo(FakeMarket.persistence());
        assertThat(service.json("GET /api/maintenance/runs/{id}", 200, service.get("/api/maintenance/runs/run-7")))
                .isEqualTo(RUN.toJson());
        HttpResponse<String> unknown = service.get("/api/maintenance/runs/run-99");
        assertProblem(unknown, 404, "There is no run 'run-99'");
        service.json("GET /api/maintenance/runs/{id}", 404, unknown);
    }

    @Test
    void theLedgerIsThePersistences() throws Exception {
        service.market.answers(ADDRESSES.persistenceLedger(), FakeMarket.ledger());
        assertThat(service.json(LEDGER, 200, service.get("/api/maintenance/ledger")))
                .isEqualTo(FakeMarket.ledger());
        service.json(LEDGER, 200, service.get("/api/maintenance/ledger?day=2024-02-29&limit=1"));
        assertThat(service.market.requests)
                .extracting(request -> request.body().encode())
                .containsExactly("{\"limit\":10000}", "{\"limit\":1,\"day\":\"2024-02-29\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "day=",
                "day=today",
                "day=2025-02-29",
                "day=2025-13-01",
                "day=2025-1-2",
                "day=20250124",
                "day=%2B2025-01-24",
                "day=-2025-01-24",
                "day=12025-01-24",
                "day=2025-01-24T00:00:00Z",
                "day=2025-01-24%20",
                "day=2025-01-24'%20OR%201=1--",
                "day=%D9%A2%D9%A0%D9%A2%D9%A5-01-24", // Arabic digits
                "day=2025-01-24&day=2025-01-25",
                "limit=0",
                "limit=10001",
                "limit=all",
            })
    void aDayThatIsNoneIsRefusedWithoutAskingAnybody(String query) throws Exception {
        service.market.answers(ADDRESSES.persistenceLedger(), FakeMarket.ledger());
        HttpResponse<String> response = service.get("/api/maintenance/ledger?" + query);
        assertProblem(response, 400, query.substring(0, query.indexOf('=')) + ": ");
        service.json(LEDGER, 400, response);
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aLedgerThatCannotBeReadIsA503WithTheReason() throws Exception {
        service.market.fails(ADDRESSES.persistenceLedger(), 503, "PostgreSQL: Connection refused");
        HttpResponse<String> response = service.get("/api/maintenance/ledger");
        assertProblem(response, 503, "PostgreSQL: Connection refused");
        service.json(LEDGER, 503, response);
    }

    @Test
    void aNodeThatScansAndStoresIsReady() throws Exception {
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats());
        service.market.answers(ADDRESSES.persistenceStats(), FakeMarket.persistence());
        JsonObject answer = service.json("GET /health/ready", 200, service.get("/health/ready"));
        assertThat(answer).isEqualTo(readiness("ready", check("up", null), check("up", null)));
    }

    @Test
    void aDeadDatabaseOrPersistenceOnlyDegrades() throws Exception {
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats());
        JsonObject scanner = check("up", null);
        JsonObject nobody = check("degraded", "Nobody answers at atalaya.us.persistence.stats");
        assertThat(service.json("GET /health/ready", 200, service.get("/health/ready")))
                .isEqualTo(readiness("degraded", scanner, nobody));
        JsonObject dead = FakeMarket.persistence().put("degraded", true).put("reason", "PostgreSQL does not answer");
        service.market.answers(ADDRESSES.persistenceStats(), dead);
        assertThat(service.json("GET /health/ready", 200, service.get("/health/ready")))
                .isEqualTo(readiness("degraded", scanner, check("degraded", "PostgreSQL does not answer")));
    }

    @Test
    void aScannerThatSaysSoOrIsSilentIsUnready(Vertx vertx) throws Exception {
        service.market.answers(ADDRESSES.persistenceStats(), FakeMarket.persistence());
        JsonObject nobody = check("down", "Nobody answers at atalaya.us.scanner.stats");
        assertThat(service.json("GET /health/ready", 503, service.get("/health/ready")))
                .isEqualTo(readiness("unready", nobody, check("up", null)));
        JsonObject waiting = FakeMarket.stats().put("ready", false).put("reason", "No snapshot yet");
        service.market.answers(ADDRESSES.scannerStats(), waiting);
        assertThat(service.json("GET /health/ready", 503, service.get("/health/ready")))
                .isEqualTo(readiness("unready", check("down", "No snapshot yet"), check("up", null)));
    }

    private static JsonObject check(String status, @Nullable String reason) {
        return new JsonObject().put("status", status).put("reason", reason);
    }

    private static JsonObject readiness(String status, JsonObject scanner, JsonObject persistence) {
        JsonObject checks = new JsonObject().put("scanner", scanner).put("persistence", persistence);
        return new JsonObject().put("status", status).put("checks", checks);
    }
}
