package dev.atalaya.http;

import static dev.atalaya.http.FakeMarket.ADDRESSES;
import static dev.atalaya.http.HttpService.TIMEOUT;
import static dev.atalaya.http.HttpService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpVerticleTest extends WithHttpService {
    @Test
    void answersOnEveryPort() throws Exception {
        assertThat(service.http.actualPorts()).hasSize(2).doesNotHaveDuplicates();
        for (int port : service.http.actualPorts()) {
            HttpRequest.Builder live = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live"));
            assertThat(service.json("GET /health/live", 200, service.call(live)))
                    .isEqualTo(new JsonObject().put("status", "up"));
        }
    }

    @Test
    void aTakenPortFailsTheStartAndNamesIt(Vertx vertx) {
        int taken = service.http.actualPorts().getFirst();
        assertThatThrownBy(() -> vertx.deployVerticle(service.verticle(List.of(taken)))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get(10, TimeUnit.SECONDS))
                .hasMessageContaining("http.ports: port " + taken + " of 127.0.0.1 cannot be taken");
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/stats",
        "GET,/api/filtered",
        "GET,/api/filtered?session=MARKET_OPEN",
        "GET,/api/categories",
        "GET,/api/categories/losers",
        "GET,/api/maintenance/runs",
        "GET,/api/maintenance/runs/run-7",
        "GET,/api/maintenance/ledger?day=2025-01-24",
        "POST,/api/maintenance/persist-scan-results",
    })
    void aSilentBusIsA503WithTheReasonWithinTheTimeout(String method, String path) throws Exception {
        service.market
                .staysSilentAt(ADDRESSES.scannerStats())
                .staysSilentAt(ADDRESSES.scannerList())
                .staysSilentAt(ADDRESSES.persistenceStats())
                .staysSilentAt(ADDRESSES.persistenceLedger())
                .staysSilentAt(ADDRESSES.persist());
        service.get("/health/live"); // so that connecting does not count
        long start = System.nanoTime();
        HttpResponse<String> response = service.call(service.request(path).method(method, BodyPublishers.noBody()));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        assertProblem(response, 503, "did not answer within 300 ms");
        assertThat(took).isBetween(TIMEOUT.minusMillis(50), TIMEOUT.multipliedBy(3));
    }

    @Test
    void aSlowBusIsWaitedForWithinTheTimeoutHoweverManyAreAsked() throws Exception {
        Duration slow = TIMEOUT.multipliedBy(2).dividedBy(3);
        JsonObject list = new JsonObject()
                .put("list", "losers")
                .put("sequence", 1)
                .put("time", FakeMarket.TIME.toString())
                .put("rows", new JsonArray());
        service.market
                .answersAfter(slow, ADDRESSES.scannerStats(), FakeMarket.stats())
                .answersAfter(slow, ADDRESSES.scannerList(), list);
        assertThat(service.get("/api/categories/losers").statusCode()).isEqualTo(200);
        for (String path : List.of("/api/filtered", "/api/categories")) {
            long start = System.nanoTime();
            assertProblem(service.get(path), 503, "The event bus did not answer within 300 ms");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(3));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/stats",
                "/api/filtered",
                "/api/categories",
                "/api/categories/x",
                "/api/maintenance/runs",
                "/api/maintenance/ledger",
            })
    void withoutAnybodyOnTheBusEveryQuestionIsA503(String path) throws Exception {
        assertProblem(service.get(path), 503, "Nobody answers at atalaya.us.");
    }

    @ParameterizedTest
    @CsvSource({"400,400", "404,404", "409,409", "503,503", "500,503", "200,503", "-1,503", "7,503"})
    void aFailureOnTheBusKeepsItsSentenceAndItsCodeIfItIsTheCallers(int code, int status) throws Exception {
        service.market.fails(ADDRESSES.scannerList(), code, "Redis does not answer");
        assertProblem(service.get("/api/categories/losers"), status, "Redis does not answer");
    }

    @Test
    void anAnswerThatNobodyForesawIsA500ThatSaysNothingMore(Vertx vertx) throws Exception {
        vertx.eventBus().consumer(ADDRESSES.scannerStats(), message -> message.reply("no JSON object"));
        assertProblem(service.get("/api/stats"), 500, "The call failed for a reason that the log names");
    }

    @Test
    void aBodyAbove64KiBIsRefused() throws Exception {
        service.market.answers(
                ADDRESSES.persist(), new JsonObject().put("status", "started").put("run_id", "run-8"));
        HttpRequest.Builder persist = service.request("/api/maintenance/persist-scan-results");
        assertProblem(service.call(persist.POST(BodyPublishers.ofByteArray(new byte[64 * 1024 + 1]))), 413, "larger");
        assertThat(service.call(persist.POST(BodyPublishers.ofByteArray(new byte[64 * 1024])))
                        .statusCode())
                .isEqualTo(202);
    }

    @Test
    void metricsAreTheRegistrysAndErrorsAreCounted() throws Exception {
        service.metrics.counter("atalaya.scans", "market", "us").increment(3);
        service.get("/api/stats");
        service.get("/nowhere");
        HttpResponse<String> response = service.get("/metrics");
        assertThat(response.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(response.body())
                .contains("atalaya_scans_total{market=\"us\"} 3.0")
                .contains("atalaya_errors_total{kind=\"http\",market=\"us\"} 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nowhere", "/api", "/api/filtered/x", "/web/index.html", "/../pom.xml", "/a%2Fb"})
    void anUnknownPathIsA404(String path) throws Exception {
        assertProblem(service.get(path), 404, "There is nothing at this path");
    }

    @Test
    void aWrongMethodIsA405ThatNamesTheRightOnes() throws Exception {
        HttpResponse<String> stats = service.post("/api/stats");
        assertProblem(stats, 405, "This path takes GET, HEAD, not POST");
        assertThat(stats.headers().firstValue("allow")).contains("GET, HEAD");
        HttpResponse<String> persist = service.get("/api/maintenance/persist-scan-results");
        assertProblem(persist, 405, "This path takes POST, not GET");
        assertThat(persist.headers().firstValue("allow")).contains("POST");
        assertThat(service.call(service.request("/").DELETE()).statusCode()).isEqualTo(405);
    }

    @Test
    void headIsGetWithoutABody() throws Exception {
        HttpResponse<String> head = service.call(service.request("/health/live").HEAD());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValue("content-length")).contains("15");
        assertThat(head.body()).isEmpty();
        assertThat(service.raw("HEAD /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-length: 15\r\n")
                .endsWith("\r\n\r\n");
    }

    @Test
    void thePageAndItsFilesAreServedUnderAStrictPolicy() throws Exception {
        Map<String, String> types = Map.of(
                "/", "text/html; charset=utf-8",
                "/style.css", "text/css; charset=utf-8",
                "/app.js", "text/javascript; charset=utf-8",
                "/page.js", "text/javascript; charset=utf-8",
                "/favicon.svg", "image/svg+xml",
                "/openapi.yaml", "application/yaml");
        for (Map.Entry<String, String> type : types.entrySet()) {
            HttpResponse<String> response = service.get(type.getKey());
            assertThat(response.statusCode()).isEqualTo(200);
            assertThat(response.headers().firstValue("content-type")).contains(type.getValue());
        }
        assertThat(service.get("/").body())
                .contains("<title>Atalaya</title>")
                .doesNotContain("style=", "onclick", "://");
        for (String path : List.of("/", "/api/stats", "/nowhere")) {
            var headers = service.get(path).headers();
            assertThat(headers.firstValue("content-security-policy"))
                    .hasValueSatisfying(policy -> assertThat(policy)
                            .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                            .doesNotContain("unsafe"));
            assertThat(headers.firstValue("x-content-type-options")).contains("nosniff");
            assertThat(headers.firstValue("referrer-policy")).contains("no-referrer");
        }
    }

    @Test
    void theContractNamesEveryCallAndNoOther() {
        Set<String> routes = service.http.router(WebFiles.read()).getRoutes().stream()
                .filter(route -> route.methods() != null)
                .flatMap(route -> route.methods().stream()
                        .filter(method -> !method.equals(HttpMethod.HEAD))
                        .map(method -> method + " " + route.getPath().replaceAll(":(\\w+)", "{$1}")))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(service.contract.calls()).isEqualTo(routes);
    }
}
