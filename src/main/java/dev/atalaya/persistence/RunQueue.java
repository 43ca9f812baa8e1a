package dev.atalaya.persistence;

import dev.atalaya.bus.Backoff;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs, one at a time: another one that becomes due meanwhile comes after it, and the newest replaces those
/// that wait. A run that failed is tried again until it is done or replaced. Belongs to the verticle's context.
final class RunQueue {
    /// So long a run that was asked for answers further requests, as long as there was no other scan.
    private static final Duration SAME_REQUEST = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final RunSteps steps;
    private final RunHistory history;
    private final RunFailures failures;
    private final InstantSource wall;
    private final Backoff backoff;

    private @Nullable PersistenceRun current;
    private @Nullable PersistenceRun next;
    private @Nullable PersistenceRun requested;
    private @Nullable Future<Void> attempt;
    private long retryTimer = -1;
    private boolean stopped;

    RunQueue(
            Vertx vertx,
            RunSteps steps,
            RunHistory history,
            RunFailures failures,
            InstantSource wall,
            Backoff backoff) {
        this.vertx = vertx;
        this.steps = steps;
        this.history = history;
        this.failures = failures;
        this.wall = wall;
        this.backoff = backoff;
    }

    /// Starts a run, or lets it wait for the one under way, in the place of another that waited.
    void submit(PersistenceRun run) {
        if (stopped) {
            return;
        }
        history.started(run);
        steps.begin(run);
        PersistenceRun replaced;
        if (attempt != null) {
            replaced = next;
            next = run;
        } else {
            replaced = current;
            current = run;
            vertx.cancelTimer(retryTimer);
            attempt();
        }
        if (replaced != null) {
            replaced.failed(wall.instant(), replaced.summary().failure().orElse("Replaced by a newer run"));
            history.ended(replaced);
        }
    }

    /// Joins the run there is, or starts one.
    PersistenceRun request(Supplier<PersistenceRun> fresh) {
        if (current != null) {
            if (attempt == null) {
                vertx.cancelTimer(retryTimer);
                retry();
            }
            return current;
        }
        if (requested == null || !isRecent(requested.started())) {
            requested = fresh.get();
            submit(requested);
        }
        return requested;
    }

    /// Not if the clock was put back, either.
    private boolean isRecent(Instant time) {
        Instant now = wall.instant();
        return !now.isBefore(time) && now.isBefore(time.plus(SAME_REQUEST));
    }

    /// There are new lists, so that the next request is another one.
    void scanned() {
        requested = null;
    }

    /// Completes when there is no run, neither under way nor waiting.
    Future<Void> idle() {
        PersistenceRun last = next == null ? current : next;
        return last == null ? Future.succeededFuture() : last.ended().compose(ended -> idle());
    }

    private void retry() {
        history.retried();
        attempt();
    }

    private void attempt() {
        PersistenceRun run = current;
        if (run == null || stopped) {
            return;
        }
        double start = history.nowMillis();
        Future<Void> proceeding = Future.future(promise -> steps.proceed(run).onComplete(promise));
        attempt = proceeding;
        proceeding.onComplete(done -> attempted(run, done, history.nowMillis() - start));
    }

    private void attempted(PersistenceRun run, AsyncResult<Void> done, double millis) {
        attempt = null;
        Optional<String> failure = done.succeeded() ? Optional.empty() : Optional.of(failures.add(done.cause()));
        if (failure.isPresent() && run.isRetried() && next == null && !stopped) {
            run.attemptFailed(failure.get());
            retryTimer = vertx.setTimer(backoff.nextMillis(), timer -> retry());
            return;
        }
        current = next;
        next = null;
        if (failure.isPresent()) {
            run.failed(wall.instant(), failure.get());
        } else {
            failures.clear();
            backoff.reset();
            run.completed(wall.instant(), millis);
        }
        history.ended(run);
        attempt();
    }

    /// Starts nothing any more but a last run, where there is one, which is tried once.
    ///
    /// @return completes when that is done
    Future<Void> stop(Optional<PersistenceRun> last) {
        stopped = true;
        vertx.cancelTimer(retryTimer);
        Future<Void> underWay = attempt == null ? Future.succeededFuture() : attempt.otherwiseEmpty();
        return last.isEmpty() ? underWay : underWay.compose(done -> finish(last.get()));
    }

    private Future<Void> finish(PersistenceRun run) {
        history.started(run);
        steps.begin(run);
        double start = history.nowMillis();
        return steps.proceed(run).transform(done -> {
            if (done.succeeded()) {
                run.completed(wall.instant(), history.nowMillis() - start);
            } else {
                run.failed(wall.instant(), failures.add(done.cause()));
            }
            history.ended(run);
            return Future.succeededFuture();
        });
    }
}
