package dev.atalaya.http;

import static dev.atalaya.http.FakeMarket.ADDRESSES;
import static dev.atalaya.http.FakeMarket.TIME;
import static dev.atalaya.http.HttpService.PATIENCE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Requests that no honest client sends: they are the client's fault, each gets a problem, and the service goes on.
class HostileClientTest extends WithHttpService {
    private static final String CLOSE = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n";
    private static final String PERSIST = "POST /api/maintenance/persist-scan-results" + CLOSE;

    @BeforeEach
    void everybodyAnswers() {
        JsonObject list = new JsonObject()
                .put("list", "losers")
                .put("sequence", 12)
                .put("time", TIME.toString())
                .put("rows", new JsonArray());
        service.market
                .answers(ADDRESSES.scannerStats(), FakeMarket.stats())
                .answers(ADDRESSES.scannerList(), list)
                .answers(ADDRESSES.persistenceStats(), FakeMarket.persistence())
                .answers(ADDRESSES.persistenceLedger(), FakeMarket.ledger())
                .answers(
                        ADDRESSES.persist(),
                        new JsonObject().put("status", "started").put("run_id", "run-8"));
    }

    private static void assertProblem(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.").contains("\r\ncontent-type: application/problem+json\r\n");
        assertThat(answer.lines().findFirst().orElseThrow()).contains(" " + status + " ");
        JsonObject problem = new JsonObject(answer.substring(answer.indexOf("\r\n\r\n")));
        assertThat(problem.getInteger("status")).isEqualTo(status);
        assertThat(problem.getString("title")).isNotEqualTo("Request Refused");
        assertThat(answer).contains("\r\nX-Content-Type-Options: nosniff\r\n");
    }

    @ParameterizedTest
    @CsvSource({
        "/api/filtered?limit=%zz,400",
        "/api/filtered?limit,400",
        "/api/filtered?limit=%2B1,400",
        "/api/filtered?limit=%D9%A1,400", // an Arabic digit
        "/api/filtered?session=%00,404",
        "/api/filtered;limit=1,404",
        "/api/maintenance/ledger?day=%zz,400",
        "/api/maintenance/ledger?day,400",
        "/api/maintenance/ledger/2025-01-24,404",
        "/api/categories/%zz,400",
        "/api/categories/a%,400",
        "/api/categories/a/b,404",
        "/../../etc/passwd,404",
        "/%2e%2e/%2e%2e/etc/passwd,404",
        "/..%2f..%2fetc%2fpasswd,404",
        "/web/..%2findex.html,404",
        "/..\\..\\pom.xml,404",
        "/conf/atalaya.yaml,404",
        "/health/live#x,404",
        "api,404",
        "?x,400",
        "*,404",
    })
    void aStrangeAddressIsTheClientsFault(String address, int status) throws Exception {
        assertProblem(service.raw("GET " + address + CLOSE + "\r\n"), status);
    }

    @ParameterizedTest
    @CsvSource({"OPTIONS", "TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "FOO", "get"})
    void aMethodThatNobodyNeedsIsA405(String method) throws Exception {
        String answer = service.raw(method + " /api/stats" + CLOSE + "\r\n");
        assertProblem(answer, 405);
        assertThat(answer).contains("\r\nallow: GET, HEAD\r\n");
    }

    @Test
    void whatIsNoHttpIsA400() throws Exception {
        assertProblem(service.raw("GET /\r\n\r\n"), 400);
        assertProblem(service.raw("GET /a b HTTP/1.1\r\n\r\n"), 400);
        assertProblem(service.raw("\u0016\u0003\u0001\u0002\u0000\u0001\u00fc\u0003\r\n\r\n"), 400); // TLS
        assertProblem(service.raw("GET /health/live HTTP/1.1\r\n\r\n"), 400); // without Host
        assertProblem(service.raw("GET /health/live" + CLOSE + "Bad Header\r\n\r\n"), 400);
        assertProblem(service.raw("GET /health/live" + CLOSE + "X: a\u0000b\r\n\r\n"), 400);
    }

    @Test
    void whatIsTooLongSaysWhatIsTooLong() throws Exception {
        assertProblem(service.raw("GET /" + "a".repeat(5000) + CLOSE + "\r\n"), 414);
        assertProblem(service.raw("GET /health/live" + CLOSE + "X: " + "a".repeat(9000) + "\r\n\r\n"), 431);
        assertProblem(service.raw("GET /health/live" + CLOSE + "X: a\r\n".repeat(3000) + "\r\n"), 431);
    }

    @ParameterizedTest
    @CsvSource({"abc", "-1", "99999999999999999999999", "+5", "0x5", "5 5"})
    void aLengthThatIsNoneIsA400(String length) throws Exception {
        assertProblem(service.raw(PERSIST + "Content-Length: " + length + "\r\n\r\nhello"), 400);
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedAndTheConnectionClosed() throws Exception {
        assertProblem(service.raw(PERSIST + "Content-Length: 99999999999\r\n\r\n"), 413);
        assertProblem(service.raw(PERSIST + "Expect: 100-continue\r\nContent-Length: 65537\r\n\r\n"), 413);
        assertProblem(service.raw(PERSIST + "Expect: something\r\nContent-Length: 5\r\n\r\n"), 417);
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aChunkedBodyIsCountedAsItComes() throws Exception {
        String chunked = PERSIST + "Transfer-Encoding: chunked\r\n\r\n";
        String chunk = "4000\r\n" + "a".repeat(0x4000) + "\r\n";
        assertThat(service.raw(chunked + chunk.repeat(4) + "0\r\n\r\n")).startsWith("HTTP/1.1 202 ");
        assertProblem(service.raw(chunked + chunk.repeat(5) + "0\r\n\r\n"), 413);
        assertThat(service.market.requests).hasSize(1);
    }

    /// The server may find that out when nothing can be answered any more.
    @Test
    void aBrokenChunkStartsNothing() throws Exception {
        String answer = service.raw(PERSIST + "Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n");
        assertThat(answer)
                .satisfiesAnyOf(nothing -> assertThat(nothing).isEmpty(), refused -> assertProblem(refused, 400));
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aBodyOnAGetIsDroppedWhateverItSaysItIs() throws Exception {
        for (String type : List.of("application/x-www-form-urlencoded", "multipart/form-data", "application/json")) {
            String answer = service.raw(
                    "GET /health/live" + CLOSE + "Content-Type: " + type + "\r\nContent-Length: 7\r\n\r\na=%zz&b");
            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("{\"status\":\"up\"}");
        }
    }

    @Test
    void whatAClientWouldRatherReadMakesNoDifference() throws Exception {
        assertThat(service.raw("GET /health/live" + CLOSE + "Accept: image/png;q=x, ;;\r\nAccept-Language: tr\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("{\"status\":\"up\"}");
    }

    @Test
    void pipelinedRequestsAreAnsweredInTheirOrder() throws Exception {
        String keep = " HTTP/1.1\r\nHost: x\r\n\r\n";
        String answers = service.raw("GET /api/stats" + keep + "GET /nowhere" + keep + "HEAD /" + keep
                + "GET /health/live" + CLOSE + "\r\n");
        assertThat(Pattern.compile("HTTP/1\\.1 (\\d{3}) ")
                        .matcher(answers)
                        .results()
                        .map(found -> found.group(1)))
                .containsExactly("200", "404", "200", "200");
        assertThat(answers).endsWith("{\"status\":\"up\"}");
    }

    @Test
    void neitherWebSocketNorHttp2IsSpoken() throws Exception {
        String upgrade = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade, HTTP2-Settings, close\r\n";
        assertThat(service.raw(upgrade + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
        assertThat(service.raw(upgrade + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aClientThatSendsNothingMoreIsHungUpOn() throws Exception {
        for (String begin : List.of("", "GET /health/li", "GET /health/live HTTP/1.1\r\nHost: x\r\nX")) {
            long start = System.nanoTime();
            assertThat(service.raw(begin)).isEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(PATIENCE.multipliedBy(4));
        }
    }

    @Test
    void aBodyThatDripsIsGivenUp() throws Exception {
        try (Socket socket = new Socket(
                InetAddress.getLoopbackAddress(), service.http.actualPorts().getFirst())) {
            socket.getOutputStream().write((PERSIST + "Content-Length: 1000\r\n\r\n").getBytes(ISO_8859_1));
            socket.setSoTimeout((int) PATIENCE.toMillis() / 10);
            StringBuilder answer = new StringBuilder();
            long end = System.nanoTime() + PATIENCE.multipliedBy(4).toNanos();
            while (answer.isEmpty() && System.nanoTime() < end) {
                socket.getOutputStream().write('a');
                try {
                    answer.append((char) socket.getInputStream().read());
                } catch (SocketTimeoutException nothingYet) {
                    answer.setLength(0); // it drips on
                }
            }
            socket.setSoTimeout(10_000);
            answer.append(new String(socket.getInputStream().readAllBytes(), ISO_8859_1));
            assertProblem(answer.toString(), 408);
        }
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void whateverIsAskedIsNeverTheServersFault() throws Exception {
        long seed = RandomGenerator.getDefault().nextLong();
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        for (int i = 0; i < 500; i++) {
            String request = randomRequest(random);
            String answer = service.raw(request);
            String said = "seed " + seed + ": " + request + " -> " + answer;
            assertThat(answer).as(said).matches("(?s)HTTP/1\\.[01] [24]\\d\\d .*");
            if (answer.charAt(9) == '4' && !request.startsWith("HEAD ")) {
                assertProblem(answer, Integer.parseInt(answer.substring(9, 12)));
            }
        }
        assertThat(service.get("/health/live").statusCode()).isEqualTo(200);
    }

    private static String randomRequest(RandomGenerator random) {
        StringBuilder request = new StringBuilder(
                pick(random, "GET", "GET", "GET", "GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PURGE", "g"));
        request.append(' ');
        int pieces = random.nextInt(1, 6);
        for (int i = 0; i < pieces; i++) {
            request.append(pick(
                    random,
                    "/",
                    "/api",
                    "/filtered",
                    "/api/filtered",
                    "/api/categories/",
                    "/maintenance/runs/",
                    "/api/maintenance/ledger",
                    "..",
                    "losers",
                    "%2e",
                    "%2F",
                    "%zz",
                    "%",
                    "%00",
                    "%C3%91",
                    "\u00d1",
                    "//",
                    "\\",
                    ":",
                    "*",
                    "+",
                    ";a=b",
                    "/health",
                    "/live",
                    "/metrics",
                    "/api/stats",
                    "/openapi.yaml",
                    "{",
                    "|",
                    "\"",
                    "<script>"));
        }
        int parameters = random.nextInt(4);
        for (int i = 0; i < parameters; i++) {
            request.append(i == 0 ? '?' : '&')
                    .append(pick(random, "limit", "session", "day", "LIMIT", "", "a[]", "%zz"))
                    .append(pick(random, "=", "", "=="))
                    .append(pick(
                            random,
                            "1",
                            "-1",
                            "abc",
                            "1000000000",
                            "NaN",
                            "1e9",
                            "%zz",
                            "%00",
                            "MARKET_OPEN",
                            "2025-01-24",
                            "0000-00-00",
                            "'",
                            "2147483648",
                            "",
                            "%20",
                            "../..",
                            "\u00d1"));
        }
        request.append(CLOSE);
        request.append(pick(
                random,
                "",
                "Accept: */*\r\n",
                "Accept: nonsense\r\n",
                "Content-Type: text/xml\r\n",
                "Content-Type: multipart/form-data\r\n",
                "Cookie: =;=\r\n",
                "Range: bytes=5-1\r\n",
                "X-Http-Method-Override: FOO\r\n"));
        String body = pick(random, "", "", "{", "a=%zz");
        return request.append(body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n")
                .append("\r\n")
                .append(body)
                .toString();
    }

    private static String pick(RandomGenerator random, String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
