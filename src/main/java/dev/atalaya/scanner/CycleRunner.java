package dev.atalaya.scanner;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.feed.Feed;
import dev.atalaya.redis.FencedConnection;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;

/// Runs a market's cycles, one at a time, and tells of each: to the log, to the stats and on the event bus. What goes
/// on between cycles (a rest, a rehearsal, the change to other settings) has its turn in the same way. Owned by the
/// scanner's event loop.
final class CycleRunner {
    private static final DeliveryOptions PATIENT =
            new DeliveryOptions().setSendTimeout(Duration.ofMinutes(5).toMillis());
    private static final long REHEARSAL_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Vertx vertx;
    private final Feed feed;
    private final ScannerStats stats;
    private final MarketAddresses addresses;
    private final Logger log;
    private final FailureLog failures;
    private ScannerSetup setup;
    private ScanCycle cycle;
    private Future<?> current = Future.succeededFuture();
    private boolean running;
    private long nextRehearsal = Long.MIN_VALUE;

    /// @param log of the scanner
    CycleRunner(Vertx vertx, ScannerSetup setup, Feed feed, ScannerStats stats, Logger log) {
        this.vertx = vertx;
        this.setup = setup;
        this.feed = feed;
        this.stats = stats;
        this.addresses = setup.addresses();
        this.log = log;
        this.failures = new FailureLog(log, setup.wall());
        cycle = setup.cycle(vertx, feed, stats, FencedConnection.NONE);
    }

    boolean isRunning() {
        return running;
    }

    /// Completes when what is under way is done, whatever became of it.
    Future<?> current() {
        return current;
    }

    ScanCycle cycle() {
        return cycle;
    }

    /// Makes the cycle anew, with the number to publish with or [FencedConnection#NONE].
    void begin(long fence) {
        cycle = setup.cycle(vertx, feed, stats, fence);
    }

    /// Changes to other settings, when what is under way is done.
    Future<Void> takeUp(ScannerSetup next) {
        if (running) {
            return current.transform(done -> takeUp(next));
        }
        long fence = cycle.fence();
        return exclusively(() -> cycle.close().otherwiseEmpty().onComplete(closed -> {
            setup = next;
            feed.takeUp(next.market());
            begin(fence);
        }));
    }

    /// Scans once; nothing may be under way.
    Future<Optional<CycleSummary>> run() {
        return exclusively(() -> Future.succeededFuture()
                .compose(begin -> cycle.run()) // a throw becomes a failed future
                .compose(this::settle)
                .onSuccess(summary -> summary.ifPresent(this::announce))
                .onFailure(e -> {
                    stats.failed(e);
                    failures.warn("The scan failed", e);
                }));
    }

    /// In the night there is nothing to scan, but the connection is kept, so that it is known whether one
    /// could.
    void rest() {
        exclusively(() -> cycle.connect()
                .onSuccess(connected -> stats.rested())
                .onFailure(e -> failures.warn("Redis cannot be reached", e)));
    }

    /// While another scanner is the active one: practises now and then.
    void rehearse() {
        long now = setup.nanoTime();
        if (!running && now >= nextRehearsal) {
            nextRehearsal = now + REHEARSAL_NANOS;
            exclusively(() -> Future.succeededFuture()
                    .compose(begin -> cycle.rehearse())
                    .onFailure(e -> failures.warn("The rehearsal of a standby failed", e)));
        }
    }

    private <T> Future<T> exclusively(Supplier<Future<T>> work) {
        running = true;
        Future<T> done = work.get().onComplete(ended -> running = false);
        current = done;
        return done;
    }

    /// In direct mode and in lockstep a cycle is done when what is due after it is stored.
    private Future<Optional<CycleSummary>> settle(Optional<CycleSummary> summary) {
        boolean direct = setup.isDirect();
        if (summary.isEmpty() || !(direct || setup.clock().isLockstep())) {
            return Future.succeededFuture(summary);
        }
        long begin = setup.nanoTime();
        return vertx.eventBus()
                .request(addresses.persistenceSettle(), summary.get().toJson(), PATIENT)
                .map(settled -> {
                    CycleSummary done = summary.get();
                    double millis = (setup.nanoTime() - begin) / 1e6;
                    return Optional.of(direct ? done.withStage(Stage.STORE.key(), millis) : done);
                });
    }

    private void announce(CycleSummary summary) {
        stats.completed(summary);
        double seconds = Math.rint(summary.durationMillis()) / 1000;
        log.atInfo()
                .addKeyValue("filtered_count", summary.filtered())
                .addKeyValue("duration_sec", seconds)
                .addKeyValue("scan_no", summary.scanNo())
                .addKeyValue("session", summary.session())
                .addKeyValue("market", addresses.market())
                .log(
                        "Discovery scan completed filtered_count={} duration_sec={} market={}",
                        summary.filtered(),
                        seconds,
                        addresses.market());
        vertx.eventBus().publish(addresses.scannerCycles(), summary.toJson());
    }
}
