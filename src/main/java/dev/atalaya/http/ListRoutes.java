package dev.atalaya.http;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.ListRequest;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.bus.PublishedLists.PublishedList;
import dev.atalaya.bus.ServedMarket;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The ranked lists: the bytes that this node published, or, where it published none, what the scanner answers.
/// Owned by the HTTP verticle's event loop.
final class ListRoutes {
    static final int DEFAULT_LIMIT = 100;

    private final BusRequests bus;
    private final MarketAddresses addresses;
    private final PublishedLists lists;
    private final List<String> sessions;
    /// By list: what was answered last.
    private final Map<String, Kept> kept = new HashMap<>();

    private record Kept(PublishedList list, int count, Answer answer) {}

    ListRoutes(BusRequests bus, ServedMarket market) {
        this.bus = bus;
        this.addresses = market.addresses();
        this.lists = market.lists();
        this.sessions = market.sessions();
    }

    Future<Answer> filtered(RoutingContext call) {
        int limit = Parameters.limit(call, DEFAULT_LIMIT);
        Future<String> asked =
                Parameters.text(call, "session").map(Future::succeededFuture).orElseGet(this::currentSession);
        return bus.inTime(asked.compose(session -> sessions.contains(session)
                ? top(session, limit)
                : refused(BusFailure.NOT_FOUND, "'" + session + "' is none of the sessions " + sessions)));
    }

    Future<Answer> category(RoutingContext call) {
        int limit = Parameters.limit(call, DEFAULT_LIMIT);
        String name = call.pathParam("name");
        return sessions.contains(name)
                ? refused(BusFailure.NOT_FOUND, "'" + name + "' is a session: ask /api/filtered")
                : top(name, limit);
    }

    Future<Answer> categories(RoutingContext call) {
        List<PublishedList> published =
                lists.all().stream().filter(PublishedList::isCategory).toList();
        Future<List<JsonObject>> categories = published.isEmpty()
                ? askedCategories()
                : Future.succeededFuture(
                        published.stream().map(ListRoutes::described).toList());
        return categories.map(all ->
                Answer.json(200, new JsonObject().put("categories", new JsonArray(List.copyOf(all)))));
    }

    private static JsonObject described(PublishedList list) {
        return described(list.name(), list.size(), list.sequence(), list.time().toString());
    }

    private static JsonObject described(String name, int size, @Nullable Long sequence, @Nullable String time) {
        return new JsonObject()
                .put("name", name)
                .put("size", size)
                .put("sequence", sequence)
                .put("time", time);
    }

    private Future<List<JsonObject>> askedCategories() {
        return bus.inTime(bus.ask(addresses.scannerStats())
                .map(stats -> stats.getJsonObject("lists"))
                .compose(sizes -> Future.join(sizes.fieldNames().stream()
                                .map(name -> askedCategory(name, sizes.getInteger(name)))
                                .toList())
                        .map(all -> all.<JsonObject>list())));
    }

    private Future<JsonObject> askedCategory(String name, int size) {
        return bus.ask(addresses.scannerList(), new ListRequest(name, 1).toJson())
                .map(list -> described(name, size, list.getLong("sequence"), list.getString("time")));
    }

    /// That of the newest list published here, else the scanner's.
    private Future<String> currentSession() {
        return lists.all().stream()
                .filter(list -> !list.isCategory())
                .max(Comparator.comparing(PublishedList::time))
                .map(list -> Future.succeededFuture(list.name()))
                .orElseGet(() -> bus.ask(addresses.scannerStats())
                        .map(stats -> String.valueOf(stats.getValue("current_session"))));
    }

    private Future<Answer> top(String name, int limit) {
        return lists.list(name)
                .map(list -> Future.succeededFuture(published(list, limit)))
                .orElseGet(() -> bus.ask(addresses.scannerList(), new ListRequest(name, limit).toJson())
                        .map(ListRoutes::asked));
    }

    /// Who asks for a list asks again and again, and mostly for as many rows: their bytes are put together once.
    private Answer published(PublishedList list, int limit) {
        int count = Math.min(limit, list.size());
        Kept last = kept.get(list.name());
        if (last != null && last.list == list && last.count == count) {
            return last.answer;
        }
        Answer answer = rows(list.name(), list.sequence(), list.time().toString(), count, list.top(limit));
        kept.put(list.name(), new Kept(list, count, answer));
        return answer;
    }

    private static Answer asked(JsonObject list) {
        JsonArray rows = list.getJsonArray("rows");
        return rows(
                list.getString("list"), list.getLong("sequence"), list.getString("time"), rows.size(), rows.toBuffer());
    }

    /// A list that was never published has neither number nor time.
    private static Answer rows(String name, @Nullable Long sequence, @Nullable String time, int count, Buffer rows) {
        Buffer head = new JsonObject()
                .put("list", name)
                .put("sequence", sequence)
                .put("time", time)
                .put("count", count)
                .toBuffer();
        Buffer body = Buffer.buffer(head.length() + rows.length() + 16)
                .appendBuffer(head, 0, head.length() - 1)
                .appendString(",\"rows\":")
                .appendBuffer(rows)
                .appendByte((byte) '}');
        return new Answer(200, Answer.JSON, body);
    }

    private static Future<Answer> refused(int status, String detail) {
        return Future.failedFuture(Answer.refusal(status, detail));
    }
}
