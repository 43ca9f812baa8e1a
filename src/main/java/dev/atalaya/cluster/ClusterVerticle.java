package dev.atalaya.cluster;

import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.NodeReport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other nodes how this one stands, hears how they do, and answers who is there. Deploy it first: it refuses
/// to start where an older node has the same name. Runs on an event loop.
public final class ClusterVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterVerticle.class);
    private static final long CHECK_MILLIS = 100;
    private static final int CHECKS_A_REPORT = 10;
    private static final long INTRODUCTION_MILLIS = 500;

    private final Members members;
    private final Supplier<Set<String>> nodes;
    private int checks;

    /// @param nodes the ids of those in the cluster now
    public ClusterVerticle(Members members, Supplier<Set<String>> nodes) {
        this.members = members;
        this.nodes = nodes;
    }

    @Override
    public Future<?> start() {
        members.present(nodes.get());
        vertx.setPeriodic(CHECK_MILLIS, timer -> check());
        vertx.eventBus().localConsumer(ClusterAddresses.STATE, (Message<JsonObject> request) -> request.reply(state()));
        return vertx.eventBus()
                .consumer(
                        ClusterAddresses.NODES,
                        (Message<JsonObject> message) -> heard(NodeReport.fromJson(message.body())))
                .completion()
                .onSuccess(registered -> report())
                .compose(registered -> vertx.timer(INTRODUCTION_MILLIS, TimeUnit.MILLISECONDS))
                .compose(introduced -> members.olderNamesake()
                        .map(other -> Future.failedFuture("node.name: '" + other.name()
                                + "' is the name of another node, which is there since " + other.started()))
                        .orElseGet(Future::succeededFuture));
    }

    private void check() {
        members.present(nodes.get()).forEach(gone -> LOG.info("The node {} is gone", gone.name()));
        if (++checks % CHECKS_A_REPORT == 0) {
            report();
        }
    }

    private void report() {
        vertx.eventBus().publish(ClusterAddresses.NODES, members.own().toJson());
    }

    private void heard(NodeReport report) {
        if (nodes.get().contains(report.id()) && members.heard(report)) {
            LOG.info("The node {} (version {}, {}) is there", report.name(), report.version(), report.roles());
            report();
        }
    }

    private JsonObject state() {
        NodeReport own = members.own();
        return new JsonObject()
                .put("node", own.name())
                .put("clustered", vertx.isClustered())
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
