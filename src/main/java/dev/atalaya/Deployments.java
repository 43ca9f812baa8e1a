package dev.atalaya;

import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Supplier;

/// What a node has deployed, and undeploys in the opposite order. Not thread safe.
final class Deployments {
    private final Vertx vertx;
    private final Deque<Supplier<Future<Void>>> endings = new ArrayDeque<>();

    Deployments(Vertx vertx) {
        this.vertx = vertx;
    }

    Future<Void> deploy(Deployable verticle, DeploymentOptions options) {
        return vertx.deployVerticle(verticle, options)
                .onSuccess(id -> atEnd(() -> vertx.undeploy(id)))
                .mapEmpty();
    }

    /// Has something done in its turn when all ends.
    void atEnd(Supplier<Future<Void>> ending) {
        endings.push(ending);
    }

    Future<Void> undeploy() {
        return endings.isEmpty()
                ? Future.succeededFuture()
                : endings.pop().get().transform(undeployed -> undeploy());
    }
}
