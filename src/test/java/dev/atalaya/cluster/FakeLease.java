package dev.atalaya.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A lease that nobody else wants, and what was asked of it. It is taken when the test says so.
final class FakeLease implements Lease {
    final List<String> asked = new CopyOnWriteArrayList<>();
    final Promise<Optional<Long>> taken = Promise.promise();
    /// Its candidate's, once it was to be taken.
    volatile @Nullable Context context;

    @Override
    public Future<Optional<Sight>> look() {
        return Future.succeededFuture(Optional.empty());
    }

    @Override
    public Future<Optional<Long>> take(Optional<Sight> seen) {
        context = Objects.requireNonNull(Vertx.currentContext());
        asked.add("take");
        return taken.future();
    }

    @Override
    public Future<Boolean> renew() {
        return Future.succeededFuture(true);
    }

    @Override
    public Future<Void> release() {
        asked.add("release");
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> close() {
        asked.add("close");
        return Future.succeededFuture();
    }
}
