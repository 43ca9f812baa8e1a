package dev.atalaya.http;

import static dev.atalaya.http.FakeMarket.ADDRESSES;
import static dev.atalaya.http.FakeMarket.TIME;
import static dev.atalaya.http.HttpService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListRoutesTest extends WithHttpService {
    @Test
    void filteredIsTheNewestSessionsListByteForByte() throws Exception {
        service.lists.replace(List.of(
                FakeMarket.list("PRE_MARKET", 41, TIME.minusSeconds(3600), 3),
                FakeMarket.list("MARKET_OPEN", 43, TIME, 2),
                FakeMarket.list("gappers_up", 9, TIME.plusSeconds(1), 1)));
        String open = """
                {"list":"MARKET_OPEN","sequence":43,"time":"2025-01-24T16:32:04Z","count":2,"rows":\
                [{ "symbol": "AAA" , "rank": 1 },{ "symbol": "AAB" , "rank": 2 }]}""";
        assertThat(service.get("/api/filtered").body()).isEqualTo(open);
        assertThat(service.get("/api/filtered?session=MARKET_OPEN").body()).isEqualTo(open);
        assertThat(new JsonObject(
                                service.get("/api/filtered?session=PRE_MARKET").body())
                        .getInteger("count"))
                .isEqualTo(3);
        assertThat(service.market.requests).isEmpty();
    }

    @Test
    void aListIsAnsweredAsItStandsHoweverOftenItIsAskedFor() throws Exception {
        service.lists.replace(List.of(FakeMarket.list("losers", 1, TIME, 3)));
        String first = service.get("/api/categories/losers").body();
        assertThat(service.get("/api/categories/losers").body()).isEqualTo(first);
        assertThat(symbols(service.get("/api/categories/losers?limit=2"))).hasSize(2);
        assertThat(service.get("/api/categories/losers?limit=3").body()).isEqualTo(first);

        service.lists.replace(List.of(FakeMarket.list("losers", 2, TIME, 3)));
        assertThat(service.get("/api/categories/losers").body())
                .isEqualTo(first.replace("\"sequence\":1", "\"sequence\":2"));
    }

    @Test
    void theLimitCutsTheRowsAndIsAHundredByDefault() throws Exception {
        service.lists.replace(
                List.of(FakeMarket.list("MARKET_OPEN", 1, TIME, 512), FakeMarket.list("losers", 1, TIME, 0)));
        assertThat(symbols(service.get("/api/filtered"))).hasSize(100);
        assertThat(symbols(service.get("/api/filtered?limit=2"))).containsExactly("AAA", "AAB");
        assertThat(symbols(service.get("/api/filtered?limit=512")))
                .hasSize(512)
                .last()
                .isEqualTo(FakeMarket.symbol(511));
        assertThat(symbols(service.get("/api/filtered?limit=10000"))).hasSize(512);
        assertThat(symbols(service.get("/api/categories/losers?limit=1"))).isEmpty();
    }

    private static List<String> symbols(HttpResponse<String> response) {
        JsonObject list = new JsonObject(response.body());
        List<String> symbols = list.getJsonArray("rows").stream()
                .map(row -> ((JsonObject) row).getString("symbol"))
                .toList();
        assertThat(list.getInteger("count")).isEqualTo(symbols.size());
        return symbols;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-1", "0", "abc", "1000000000", "10001", "99999999999999999999", "1.5", "", "+1", "1e3", "%20"})
    void aLimitThatIsNoneIsA400(String limit) throws Exception {
        service.lists.replace(
                List.of(FakeMarket.list("MARKET_OPEN", 1, TIME, 5), FakeMarket.list("losers", 1, TIME, 5)));
        HttpResponse<String> filtered = service.get("/api/filtered?limit=" + limit);
        assertProblem(filtered, 400, "is no whole number from 1 to 10000");
        service.json("GET /api/filtered", 400, filtered);
        assertProblem(service.get("/api/categories/losers?limit=" + limit), 400, "limit: ");
    }

    @Test
    void aParameterGivenTwiceIsA400() throws Exception {
        assertProblem(service.get("/api/filtered?limit=1&limit=2"), 400, "limit: given 2 times");
        assertProblem(service.get("/api/filtered?session=A&session=B"), 400, "session: given 2 times");
    }

    @Test
    void anUnknownSessionOrCategoryIsA404() throws Exception {
        service.lists.replace(
                List.of(FakeMarket.list("MARKET_OPEN", 1, TIME, 5), FakeMarket.list("losers", 1, TIME, 5)));
        service.market.fails(ADDRESSES.scannerList(), 404, "There is no list 'nonsense'");
        HttpResponse<String> session = service.get("/api/filtered?session=NIGHT");
        assertProblem(session, 404, "'NIGHT' is none of the sessions");
        service.json("GET /api/filtered", 404, session);
        assertProblem(service.get("/api/filtered?session=losers"), 404, "'losers' is none of the sessions");
        assertProblem(service.get("/api/categories/nonsense"), 404, "There is no list 'nonsense'");
        assertProblem(service.get("/api/categories/MARKET_OPEN"), 404, "'MARKET_OPEN' is a session");
    }

    @Test
    void aListThatThisNodeDoesNotPublishIsAskedFor() throws Exception {
        JsonArray rows = new JsonArray().add(FakeMarket.ticker("BRK.B", 1)).add(FakeMarket.ticker("F", 2));
        JsonObject list = new JsonObject()
                .put("list", "MARKET_OPEN")
                .put("sequence", 12)
                .put("time", TIME.toString())
                .put("rows", rows);
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats()).answers(ADDRESSES.scannerList(), list);
        JsonObject answer = service.json("GET /api/filtered", 200, service.get("/api/filtered?limit=7"));
        assertThat(answer).isEqualTo(list.copy().put("count", 2));
        assertThat(service.market.requests.getLast().body())
                .isEqualTo(new JsonObject().put("list", "MARKET_OPEN").put("limit", 7));
        service.json("GET /api/categories/{name}", 200, service.get("/api/categories/losers"));
        assertThat(service.market.requests.getLast().body())
                .isEqualTo(new JsonObject().put("list", "losers").put("limit", 100));
    }

    @Test
    void aListThatWasNeverPublishedIsEmptyWithoutNumberAndTime() throws Exception {
        JsonObject list = new JsonObject()
                .put("list", "POST_MARKET")
                .putNull("sequence")
                .putNull("time")
                .put("rows", new JsonArray());
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats()).answers(ADDRESSES.scannerList(), list);
        JsonObject answer = service.json("GET /api/filtered", 200, service.get("/api/filtered?session=POST_MARKET"));
        assertThat(answer).isEqualTo(list.copy().put("count", 0));
        service.json("GET /api/categories", 200, service.get("/api/categories"));
    }

    @Test
    void categoriesAreThoseThatArePublished() throws Exception {
        service.lists.replace(List.of(
                FakeMarket.list("MARKET_OPEN", 43, TIME, 5),
                FakeMarket.list("gappers_up", 9, TIME, 3),
                FakeMarket.list("losers", 2, TIME, 0)));
        JsonObject answer = service.json("GET /api/categories", 200, service.get("/api/categories"));
        assertThat(answer.getJsonArray("categories"))
                .containsExactly(category("gappers_up", 3, 9), category("losers", 0, 2));
    }

    @Test
    void categoriesAreAskedForWhereNoneArePublished() throws Exception {
        JsonObject list = new JsonObject()
                .put("list", "any")
                .put("sequence", 5)
                .put("time", TIME.toString())
                .put("rows", new JsonArray());
        service.market.answers(ADDRESSES.scannerStats(), FakeMarket.stats()).answers(ADDRESSES.scannerList(), list);
        JsonObject answer = service.json("GET /api/categories", 200, service.get("/api/categories"));
        assertThat(answer.getJsonArray("categories"))
                .containsExactly(category("gappers_up", 100, 5), category("losers", 0, 5));
    }

    private static JsonObject category(String name, int size, int sequence) {
        return new JsonObject()
                .put("name", name)
                .put("size", size)
                .put("sequence", sequence)
                .put("time", TIME.toString());
    }
}
