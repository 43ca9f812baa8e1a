package dev.atalaya.cluster;

import dev.atalaya.bus.NodeReport;
import io.vertx.core.Deployable;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Stands by for a role whose work another verticle does: that is deployed while this node is the active one, and
/// undeployed when it is not any more. Runs on an event loop.
public final class StandbyVerticle extends VerticleBase implements Candidate.Occupant {
    private final Candidate candidate;
    private final LongFunction<Worker> workers;
    private final DeploymentOptions options;
    private final Future<Void> ready;
    private Future<Void> turns = Future.succeededFuture();
    private boolean stopped;
    private boolean isActive;
    private long fence;
    private @Nullable Worker worker;
    private @Nullable String deployment;

    /// What is deployed.
    ///
    /// @param isOverruled whether a write was refused for its fencing number; any thread
    public record Worker(Deployable verticle, BooleanSupplier isOverruled) {}

    /// @param candidacy makes this one's candidature
    /// @param workers gives what is deployed with a fencing number
    /// @param options it is deployed with
    /// @param ready completes when there is something to stand by for
    public StandbyVerticle(
            Function<Candidate.Occupant, Candidate> candidacy,
            LongFunction<Worker> workers,
            DeploymentOptions options,
            Future<Void> ready) {
        this.candidate = candidacy.apply(this);
        this.workers = workers;
        this.options = options;
        this.ready = ready;
    }

    /// How it stands. Safe for any thread.
    public NodeReport.Seat status() {
        return candidate.status();
    }

    @Override
    public Future<?> start() {
        ready.onSuccess(begin -> context.runOnContext(now -> {
            if (!stopped) {
                candidate.start();
            }
        }));
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopped = true;
        return candidate.stop();
    }

    @Override
    public Future<Void> enter(long fence) {
        this.fence = fence;
        isActive = true;
        return turn(this::deploy);
    }

    @Override
    public Future<Void> leave() {
        isActive = false;
        return turn(this::undeploy);
    }

    /// Deploys the worker anew, with whatever it is made of now; nothing where this node is not the active one. Any
    /// thread.
    public Future<Void> redeploy() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(
                now -> turn(() -> isActive ? undeploy().compose(gone -> deploy()) : Future.succeededFuture())
                        .onComplete(done));
        return done.future();
    }

    /// Each waits for the one before, whatever became of that: no worker is left that is not known here.
    private Future<Void> turn(Supplier<Future<Void>> step) {
        turns = turns.transform(before -> step.get());
        return turns;
    }

    private Future<Void> deploy() {
        Worker next = workers.apply(fence);
        worker = next;
        return vertx.deployVerticle(next.verticle(), options)
                .onSuccess(id -> deployment = id)
                .mapEmpty();
    }

    private Future<Void> undeploy() {
        Optional<String> deployed = Optional.ofNullable(deployment);
        worker = null;
        deployment = null;
        return deployed.map(vertx::undeploy).orElseGet(Future::succeededFuture);
    }

    @Override
    public boolean isOverruled() {
        Worker current = worker;
        return current != null && current.isOverruled().getAsBoolean();
    }
}
