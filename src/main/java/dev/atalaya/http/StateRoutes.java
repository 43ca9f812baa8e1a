package dev.atalaya.http;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.LedgerRequest;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How the scanner and the persistence are doing, what became of the scans, whether this node is ready, and the
/// manual trigger.
final class StateRoutes {
    private static final Pattern JSON = Pattern.compile("(?i)application/json\\s*(;.*)?");

    private final BusRequests bus;
    private final MarketAddresses addresses;
    private final BooleanSupplier isDraining;

    /// @param isDraining whether the node is about to end
    StateRoutes(BusRequests bus, MarketAddresses addresses, BooleanSupplier isDraining) {
        this.bus = bus;
        this.addresses = addresses;
        this.isDraining = isDraining;
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

    /// Who is there, and who does what, as this node knows it.
    Future<Answer> cluster(RoutingContext call) {
        return bus.askHere(ClusterAddresses.STATE).map(state -> Answer.json(200, state));
    }

    /// Answers as long as the event loop turns.
    Future<Answer> live(RoutingContext call) {
        return Future.succeededFuture(Answer.json(200, new JsonObject().put("status", "up")));
    }

    /// Ready is who can scan, or, among several nodes, who can do its own part; a persistence that cannot store only
    /// degrades, and so does a market that another node should scan and does not.
    Future<Answer> ready(RoutingContext call) {
        Future<Optional<Boolean>> scansHere =
                bus.askHere(ClusterAddresses.STATE).map(StateRoutes::scansHere).otherwise(Optional.empty());
        Future<JsonObject> scanner = bus.ask(addresses.scannerStats())
                .map(stats -> check(stats.getBoolean("ready", false) ? "up" : "down", stats.getString("reason")))
                .otherwise(cause -> check("down", cause.getMessage()));
        Future<JsonObject> persistence = bus.ask(addresses.persistenceStats())
                .map(stats -> check(stats.getBoolean("degraded", false) ? "degraded" : "up", stats.getString("reason")))
                .otherwise(cause -> check("degraded", cause.getMessage()));
        return Future.join(scansHere, scanner, persistence)
                .map(all -> readiness(
                        isDraining.getAsBoolean(),
                        scansHere.result().orElse(true),
                        scanner.result(),
                        persistence.result()));
    }

    /// Whether the scanner that is asked is to be this node's own; empty where there is one node alone.
    private static Optional<Boolean> scansHere(JsonObject cluster) {
        return cluster.getBoolean("clustered")
                ? Optional.of(cluster.getJsonArray("nodes").stream()
                        .map(JsonObject.class::cast)
                        .map(NodeReport::fromJson)
                        .filter(node -> node.name().equals(cluster.getString("node")))
                        .flatMap(node -> node.seats().stream())
                        .anyMatch(seat ->
                                seat.role().equals("scanner") && seat.state().equals(NodeReport.Seat.ACTIVE)))
                : Optional.empty();
    }

    private static JsonObject check(String status, @Nullable String reason) {
        return new JsonObject().put("status", status).put("reason", reason);
    }

    private static Answer readiness(boolean isDraining, boolean scansHere, JsonObject scanner, JsonObject persistence) {
        boolean scans = Objects.equals(scanner.getString("status"), "up");
        boolean stores = Objects.equals(persistence.getString("status"), "up");
        JsonObject checks = new JsonObject().put("scanner", scanner).put("persistence", persistence);
        boolean isReady = !isDraining && (scans || !scansHere);
        String status = isReady ? (scans && stores ? "ready" : "degraded") : isDraining ? "stopping" : "unready";
        return Answer.json(
                isReady ? 200 : 503, new JsonObject().put("status", status).put("checks", checks));
    }
}
