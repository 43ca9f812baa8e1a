package dev.atalaya.cluster;

import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.NodeReport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.shareddata.AsyncMap;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other nodes how this one stands, reads how they do, and answers who is there. Deploy it first: it refuses
/// to start where an older node has the same name. Runs on an event loop.
///
/// The reports stand in a map of the cluster's and are not published on the event bus: a node that has just joined may
/// not be known there yet to those that publish, and would not hear them.
public final class ClusterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterVerticle.class);
    private static final String REPORTS = "atalaya.nodes";
    private static final long CHECK_MILLIS = 100;
    private static final long REPORT_MILLIS = 500;
    private static final long LIFE_MILLIS = 10_000;

    private final Members members;
    private final Supplier<Set<String>> nodes;
    private final List<String> markets;
    private final FailureLog failures;
    private boolean isReporting;

    /// @param nodes the ids of those in the cluster now
    /// @param markets that this node has settings for
    public ClusterVerticle(Members members, Supplier<Set<String>> nodes, List<String> markets, InstantSource wall) {
        this.members = members;
        this.markets = List.copyOf(markets);
        this.nodes = nodes;
        this.failures = new FailureLog(LOG, wall);
    }

    @Override
    public Future<?> start() {
        members.present(nodes.get());
        vertx.eventBus().localConsumer(ClusterAddresses.STATE, (Message<JsonObject> request) -> request.reply(state()));
        if (!vertx.isClustered()) {
            return Future.succeededFuture();
        }
        return vertx.sharedData()
                .<String, String>getAsyncMap(REPORTS)
                .compose(reports -> report(reports).map(reports))
                .compose(reports -> {
                    vertx.setPeriodic(CHECK_MILLIS, timer -> look());
                    vertx.setPeriodic(REPORT_MILLIS, timer -> reportAgain(reports));
                    return members.olderNamesake()
                            .map(other -> Future.<Void>failedFuture("node.name: '" + other.name()
                                    + "' is the name of another node, which is there since " + other.started()))
                            .orElseGet(Future::succeededFuture);
                });
    }

    private void look() {
        members.present(nodes.get()).forEach(gone -> LOG.info("The node {} is gone", gone.name()));
    }

    private void reportAgain(AsyncMap<String, String> reports) {
        if (!isReporting) {
            isReporting = true;
            report(reports)
                    .onFailure(e -> failures.warn("What the other nodes say cannot be read", e))
                    .onComplete(done -> isReporting = false);
        }
    }

    /// Says how this node stands, and then reads how the others do: of two that start at once each sees the other.
    private Future<Void> report(AsyncMap<String, String> reports) {
        NodeReport own = members.own();
        return reports.put(own.id(), own.toJson().encode(), LIFE_MILLIS)
                .compose(said -> reports.entries())
                .onSuccess(this::heard)
                .mapEmpty();
    }

    private void heard(Map<String, String> reports) {
        Set<String> present = nodes.get();
        reports.forEach((id, text) -> {
            if (present.contains(id)) {
                NodeReport.parse(text)
                        .ifPresentOrElse(
                                this::heard,
                                () -> failures.warn(
                                        "What the node " + id + " says cannot be read: is it of another version?"));
            }
        });
    }

    private void heard(NodeReport report) {
        if (members.heard(report)) {
            LOG.info("The node {} (version {}, {}) is there", report.name(), report.version(), report.roles());
        }
    }

    private JsonObject state() {
        NodeReport own = members.own();
        return new JsonObject()
                .put("node", own.name())
                .put("clustered", vertx.isClustered())
                .put("markets", new JsonArray(markets))
                .put(
                        "nodes",
                        new JsonArray(
                                members.all().stream().map(NodeReport::toJson).toList()))
                .put("problem", problem(own).orElse(null));
    }

    /// What keeps this node from its work.
    private static Optional<String> problem(NodeReport own) {
        return own.seats().stream().flatMap(seat -> seat.reason().stream()).findFirst();
    }
}
