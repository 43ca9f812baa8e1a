package dev.atalaya.http;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.LedgerRequest;
import dev.atalaya.bus.MarketAddresses;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a market's scanner and persistence are doing, what became of its scans, and the manual trigger.
final class StateRoutes {
    private static final Pattern JSON = Pattern.compile("(?i)application/json\\s*(;.*)?");

    private final BusRequests bus;
    private final MarketAddresses addresses;

    StateRoutes(BusRequests bus, MarketAddresses addresses) {
        this.bus = bus;
        this.addresses = addresses;
    }

    /// The scanner's stats, and in them the persistence's, `null` where it does not answer.
    Future<Answer> stats(RoutingContext call) {
        Future<@Nullable JsonObject> persistence = bus.ask(addresses.persistenceStats())
                .map(StateRoutes::withoutRuns)
                .otherwiseEmpty();
        return bus.ask(addresses.scannerStats())
                .compose(stats ->
                        persistence.map(stored -> Answer.json(200, stats.copy().put("persistence", stored))));
    }

    private static JsonObject withoutRuns(JsonObject persistence) {
        JsonObject copy = persistence.copy();
        copy.remove("runs");
        return copy;
    }

    Future<Answer> persist(RoutingContext call) {
        if ("cross-site".equals(call.request().getHeader("Sec-Fetch-Site"))) {
            return Future.failedFuture(Answer.refusal(403, "Another site's page may not start a persistence run"));
        }
        String type = call.request().getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && !JSON.matcher(type).matches()) {
            return Future.failedFuture(Answer.refusal(415, "This call takes no body, or one of application/json"));
        }
        return bus.ask(addresses.persist()).map(started -> Answer.json(202, started));
    }

    Future<Answer> runs(RoutingContext call) {
        return bus.ask(addresses.persistenceStats()).map(stats -> Answer.json(200, stats));
    }

    Future<Answer> run(RoutingContext call) {
        String id = call.pathParam("id");
        return bus.ask(addresses.persistenceStats())
                .map(stats -> stats.getJsonArray("runs", new JsonArray()).stream()
                        .map(JsonObject.class::cast)
                        .filter(run -> id.equals(run.getString("run_id")))
                        .findFirst()
                        .map(run -> Answer.json(200, run))
                        .orElseThrow(() ->
                                Answer.refusal(BusFailure.NOT_FOUND, "There is no run '" + id + "' among the latest")));
    }

    /// A day that is none is refused here, so that it need not wait for the writer.
    Future<Answer> ledger(RoutingContext call) {
        JsonObject query = new JsonObject().put("limit", Parameters.limit(call, LedgerRequest.MAX_LIMIT));
        Parameters.text(call, "day").ifPresent(day -> query.put("day", day));
        try {
            return bus.ask(
                            addresses.persistenceLedger(),
                            LedgerRequest.fromJson(query).toJson())
                    .map(ledger -> Answer.json(200, ledger));
        } catch (IllegalArgumentException e) {
            return Future.failedFuture(Answer.refusal(BusFailure.BAD_REQUEST, FailureLog.sentence(e)));
        }
    }
}
