package dev.atalaya.testing;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Waits for what happens elsewhere, a minute at most.
public final class Waiting {
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(20);

    /// What is waited for.
    public interface Condition {
        boolean holds() throws Exception;
    }

    private Waiting() {}

    /// Looks again and again until it holds.
    ///
    /// @param otherwise what to say if it never does
    public static void until(Condition condition, Supplier<String> otherwise) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > end) {
                throw new AssertionError("Waited for " + PATIENCE + "; " + otherwise.get());
            }
            Thread.sleep(PAUSE);
        }
    }

    /// @throws java.util.concurrent.ExecutionException if the future failed
    public static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /// Calls on a context what is owned by its event loop, and awaits the answer.
    public static <T> T on(Context context, Supplier<Future<T>> call) throws Exception {
        Promise<T> done = Promise.promise();
        context.runOnContext(
                turn -> Future.succeededFuture().compose(begin -> call.get()).onComplete(done));
        return await(done.future());
    }
}
