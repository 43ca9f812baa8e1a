package dev.atalaya.scanner;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.feed.Feed;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scans one market at every interval of its time and publishes to Redis. Runs on an event loop and never waits
/// for the database, but in direct mode, which is the way back. One of a market in a process; a second is
/// refused.
public final class ScannerVerticle extends VerticleBase {
    private static final Logger LOG = LoggerFactory.getLogger(ScannerVerticle.class);
    private static final String RUNNING = "atalaya.scanners";
    private static final DeliveryOptions PATIENT =
            new DeliveryOptions().setSendTimeout(Duration.ofMinutes(5).toMillis());
    private static final long STOP_SECONDS = 5;
    private static final long LOCKSTEP_IDLE_MILLIS = 20;

    private final ScannerSetup setup;
    private final MarketAddresses addresses;
    private final ScannerStats stats;
    private final StatsReport report;
    private final FailureLog failures;
    private final Feed feed;
    private final ScanCycle cycle;
    private final EventLoopLag lag;
    private Future<Optional<CycleSummary>> current = Future.succeededFuture(Optional.empty());
    private boolean running;
    private boolean stopped;

    /// Nothing runs before it is deployed.
    ///
    /// @param vertx where it will be deployed
    public ScannerVerticle(Vertx vertx, ScannerSetup setup) {
        this.setup = setup;
        addresses = setup.addresses();
        stats = new ScannerStats(setup.metrics(), setup.market().name(), setup.wall());
        failures = new FailureLog(LOG, setup.wall());
        feed = setup.feeds().apply(vertx);
        cycle = setup.cycle(vertx, feed, stats);
        report = new StatsReport(vertx, setup, stats, cycle);
        Gauge.builder("atalaya.session.open", setup, ScannerVerticle::openSessions)
                .description("1 while the market's clock is in a session, else 0")
                .tag("market", setup.market().name())
                .strongReference(true)
                .register(setup.metrics());
        lag = new EventLoopLag(vertx, setup.metrics(), setup.market().name(), setup::nanoTime);
    }

    private static int openSessions(ScannerSetup setup) {
        return setup.calendar().sessionAt(setup.clock().instant()).isClosed() ? 0 : 1;
    }

    @Override
    public Future<?> start() {
        Object other = vertx.sharedData().getLocalMap(RUNNING).putIfAbsent(addresses.market(), deploymentID());
        if (other != null) {
            stopped = true;
            String refusal = "A scanner of the market " + addresses.market()
                    + " runs in this process already: deploy one instance";
            return feed.close().transform(closed -> Future.failedFuture(refusal));
        }
        answer(addresses.scannerStats(), request -> Future.succeededFuture(report.stats()));
        answer(addresses.scannerList(), report::list);
        answer(addresses.scannerScan(), request -> scanNow());
        lag.start();
        if (setup.clock().isLockstep()) {
            lockstep();
        } else {
            Duration interval = setup.clock().onTheWall(setup.market().scan().interval());
            vertx.setPeriodic(0, interval.toMillis(), timer -> tick());
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        if (stopped) {
            return Future.succeededFuture();
        }
        stopped = true;
        lag.stop();
        return current.timeout(STOP_SECONDS, TimeUnit.SECONDS)
                .eventually(cycle::close)
                .eventually(feed::close)
                .eventually(() -> {
                    vertx.sharedData().getLocalMap(RUNNING).remove(addresses.market());
                    return Future.succeededFuture();
                })
                .otherwiseEmpty();
    }

    private void tick() {
        if (stopped) {
            return;
        }
        boolean closed = setup.calendar().sessionAt(setup.clock().instant()).isClosed();
        if (!running && closed) {
            rest();
        } else if (!running) {
            runCycle();
        } else if (!closed) {
            stats.cycleSkipped();
        }
    }

    /// In the night there is nothing to scan, but the connection is kept, so that it is known whether one
    /// could.
    private void rest() {
        running = true;
        cycle.connect()
                .onSuccess(connected -> stats.rested())
                .onFailure(e -> failures.warn("Redis cannot be reached", e))
                .onComplete(done -> running = false);
    }

    private void lockstep() {
        if (!stopped && running) {
            current.onComplete(done -> lockstep()); // somebody asked for a scan in between
        } else if (!stopped) {
            runCycle().onComplete(done -> {
                boolean idle = done.failed() || done.result().isEmpty();
                if (idle) {
                    vertx.setTimer(LOCKSTEP_IDLE_MILLIS, timer -> lockstep());
                } else {
                    context.runOnContext(next -> lockstep());
                }
            });
        }
    }

    private Future<JsonObject> scanNow() {
        if (running) {
            return Future.failedFuture("A scan is under way");
        }
        return runCycle()
                .compose(summary -> summary.map(done -> Future.succeededFuture(done.toJson()))
                        .orElseGet(() -> Future.failedFuture("There is no new snapshot to scan")));
    }

    private Future<Optional<CycleSummary>> runCycle() {
        running = true;
        current = Future.succeededFuture()
                .compose(begin -> cycle.run()) // a throw becomes a failed future
                .compose(this::settle)
                .onSuccess(summary -> summary.ifPresent(this::announce))
                .onFailure(e -> {
                    stats.failed(e);
                    failures.warn("The scan failed", e);
                })
                .onComplete(done -> running = false);
        return current;
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
                    return Optional.of(direct ? done.withStage(Stage.STORE.key(), millisSince(begin)) : done);
                });
    }

    private double millisSince(long nanos) {
        return (setup.nanoTime() - nanos) / 1e6;
    }

    private void announce(CycleSummary summary) {
        stats.completed(summary);
        double seconds = Math.rint(summary.durationMillis()) / 1000;
        LOG.atInfo()
                .addKeyValue("filtered_count", summary.filtered())
                .addKeyValue("duration_sec", seconds)
                .addKeyValue("scan_no", summary.scanNo())
                .addKeyValue("session", summary.session())
                .log("Discovery scan completed filtered_count={} duration_sec={}", summary.filtered(), seconds);
        vertx.eventBus().publish(addresses.scannerCycles(), summary.toJson());
    }

    private void answer(String address, Function<JsonObject, Future<JsonObject>> answer) {
        vertx.eventBus().consumer(address, (Message<Object> message) -> {
            JsonObject request = message.body() instanceof JsonObject json ? json : new JsonObject();
            Future.succeededFuture(request)
                    .compose(answer) // a throw becomes a failed future
                    .onSuccess(message::reply)
                    .onFailure(e -> message.fail(BusFailure.codeOf(e), FailureLog.sentence(e)));
        });
    }
}
