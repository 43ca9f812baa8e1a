package dev.atalaya.scanner;

import dev.atalaya.feed.Feed;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// Has nothing new, says so after a while, and counts who asks.
final class SlowFeed implements Feed {
    private final Vertx vertx;
    private final Duration delay;
    private final SymbolTable symbols = new SymbolTable(1);
    final AtomicInteger asked = new AtomicInteger();
    final AtomicInteger askedTooEarly = new AtomicInteger();
    private boolean busy;

    SlowFeed(Vertx vertx, Duration delay) {
        this.vertx = vertx;
        this.delay = delay;
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    @Override
    public Future<Optional<Snapshot>> next() {
        asked.incrementAndGet();
        if (busy) {
            askedTooEarly.incrementAndGet();
        }
        busy = true;
        return vertx.timer(delay.toMillis(), TimeUnit.MILLISECONDS).map(over -> {
            busy = false;
            return Optional.empty();
        });
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
