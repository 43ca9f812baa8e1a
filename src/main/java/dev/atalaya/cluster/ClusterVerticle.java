package dev.atalaya.cluster;

import dev.atalaya.bus.ClusterAddresses;
import dev.atalaya.bus.NodeReport;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
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
    private static final int QUESTIONS = 20;
    private static final DeliveryOptions QUESTION = new DeliveryOptions().setSendTimeout(1_000);

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
        Future<Void> answers = vertx.eventBus()
                .consumer(
                        ClusterAddresses.node(members.own().id()),
                        (Message<JsonObject> request) ->
                                request.reply(members.own().toJson()))
                .completion();
        Future<Void> hears = vertx.eventBus()
                .consumer(
                        ClusterAddresses.NODES,
                        (Message<JsonObject> message) -> heard(NodeReport.fromJson(message.body())))
                .completion();
        return Future.join(answers, hears)
                .compose(registered -> meet())
                .onSuccess(met -> report())
                .compose(met -> members.olderNamesake()
                        .map(other -> Future.failedFuture("node.name: '" + other.name()
                                + "' is the name of another node, which is there since " + other.started()))
                        .orElseGet(Future::succeededFuture));
    }

    /// Asks each node that is there how it stands.
    private Future<?> meet() {
        String own = members.own().id();
        return Future.join(nodes.get().stream()
                .filter(id -> !id.equals(own))
                .map(id -> ask(id, QUESTIONS))
                .toList());
    }

    /// One that is about to come or to go may not answer; then it is heard later, or not at all.
    private Future<Void> ask(String id, int questions) {
        return vertx.eventBus()
                .<JsonObject>request(ClusterAddresses.node(id), null, QUESTION)
                .onSuccess(answer -> heard(NodeReport.fromJson(answer.body())))
                .<Void>mapEmpty()
                .recover(failure -> questions > 1 && nodes.get().contains(id) && isUnknown(failure)
                        ? vertx.timer(CHECK_MILLIS, TimeUnit.MILLISECONDS).compose(again -> ask(id, questions - 1))
                        : Future.succeededFuture());
    }

    private static boolean isUnknown(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
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
