package dev.atalaya.http;

import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.bus.NodeReport.Seat;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which nodes there are, whether this one lives, and whether it is ready.
final class NodeRoutes {
    private static final String UP = "up";
    private static final String DOWN = "down";
    private static final String DEGRADED = "degraded";

    private final BusRequests bus;
    private final List<MarketAddresses> markets;
    private final BooleanSupplier isDraining;

    /// @param isDraining whether the node is about to end
    NodeRoutes(BusRequests bus, List<MarketAddresses> markets, BooleanSupplier isDraining) {
        this.bus = bus;
        this.markets = List.copyOf(markets);
        this.isDraining = isDraining;
    }

    /// How a market is doing.
    ///
    /// @param name of the market
    /// @param isHere whether its scanner is to be this node's own
    private record Condition(String name, boolean isHere, JsonObject scanner, JsonObject persistence) {
        boolean scans() {
            return is(scanner, UP);
        }

        boolean stores() {
            return is(persistence, UP);
        }

        private static boolean is(JsonObject check, String status) {
            return Objects.equals(check.getString("status"), status);
        }
    }

    /// Who is there, and who does what, as this node knows it.
    Future<Answer> cluster(RoutingContext call) {
        return bus.askHere(ClusterAddresses.STATE).map(state -> Answer.json(200, state));
    }

    /// Answers as long as the event loop turns.
    Future<Answer> live(RoutingContext call) {
        return Future.succeededFuture(Answer.json(200, new JsonObject().put("status", UP)));
    }

    /// Ready is who can scan a market, or, among several nodes, who can do its own part; a persistence that cannot
    /// store
    /// only degrades, and so does a market that another node should scan and does not, or one of several.
    Future<Answer> ready(RoutingContext call) {
        return bus.askHere(ClusterAddresses.STATE)
                .map(NodeRoutes::scannedHere)
                .otherwise(Optional.empty())
                .compose(here -> Future.join(markets.stream()
                        .map(market -> condition(market, here.map(names -> names.contains(market.market()))))
                        .toList()))
                .map(all -> readiness(isDraining.getAsBoolean(), all.list()));
    }

    private Future<Condition> condition(MarketAddresses market, Optional<Boolean> isHere) {
        Future<JsonObject> scanner = bus.ask(market.scannerStats())
                .map(stats -> check(stats.getBoolean("ready", false) ? UP : DOWN, stats.getString("reason")))
                .otherwise(cause -> check(DOWN, cause.getMessage()));
        Future<JsonObject> persistence = bus.ask(market.persistenceStats())
                .map(stats -> check(stats.getBoolean("degraded", false) ? DEGRADED : UP, stats.getString("reason")))
                .otherwise(cause -> check(DEGRADED, cause.getMessage()));
        return Future.join(scanner, persistence)
                .map(both ->
                        new Condition(market.market(), isHere.orElse(true), scanner.result(), persistence.result()));
    }

    /// The markets of which this node is the active scanner; empty where there is one node alone.
    private static Optional<Set<String>> scannedHere(JsonObject cluster) {
        return cluster.getBoolean("clustered")
                ? Optional.of(cluster.getJsonArray("nodes").stream()
                        .map(JsonObject.class::cast)
                        .map(NodeReport::fromJson)
                        .filter(node -> node.name().equals(cluster.getString("node")))
                        .flatMap(node -> node.seats().stream())
                        .filter(seat ->
                                seat.role().equals("scanner") && seat.state().equals(Seat.ACTIVE))
                        .map(Seat::market)
                        .collect(Collectors.toSet()))
                : Optional.empty();
    }

    private static JsonObject check(String status, @Nullable String reason) {
        return new JsonObject().put("status", status).put("reason", reason);
    }

    private static Answer readiness(boolean isDraining, List<Condition> markets) {
        List<Condition> own = markets.stream().filter(Condition::isHere).toList();
        boolean isReady = !isDraining && (own.isEmpty() || own.stream().anyMatch(Condition::scans));
        boolean isAllWell = markets.stream().allMatch(market -> market.scans() && market.stores());
        String status = isReady ? (isAllWell ? "ready" : DEGRADED) : isDraining ? "stopping" : "unready";
        JsonObject checks = new JsonObject()
                .put("scanner", worst(markets, Condition::scans, Condition::scanner))
                .put("persistence", worst(markets, Condition::stores, Condition::persistence));
        return Answer.json(
                isReady ? 200 : 503, new JsonObject().put("status", status).put("checks", checks));
    }

    /// The check of the first market that is not well, which is named where there are others.
    private static JsonObject worst(
            List<Condition> markets, Predicate<Condition> isWell, Function<Condition, JsonObject> check) {
        return markets.stream()
                .filter(isWell.negate())
                .findFirst()
                .map(market -> {
                    JsonObject found = check.apply(market);
                    return markets.size() == 1
                            ? found
                            : check(found.getString("status"), market.name() + ": " + found.getString("reason"));
                })
                .orElseGet(() -> check.apply(markets.getFirst()));
    }
}
