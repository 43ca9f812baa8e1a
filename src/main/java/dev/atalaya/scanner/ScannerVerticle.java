package dev.atalaya.scanner;

import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.NodeReport;
import dev.atalaya.cluster.Candidate;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.feed.Feed;
import dev.atalaya.redis.FencedConnection;
import io.micrometer.core.instrument.Gauge;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Scans one market at every interval of its time and publishes to Redis. Runs on an event loop and never waits
/// for the database, but in direct mode, which is the way back. One of a market in a process; a second is
/// refused. Of several in a cluster one is active; the others practise, so that they can go on at once.
public final class ScannerVerticle extends VerticleBase implements Candidate.Occupant {
    private static final Logger LOG = LoggerFactory.getLogger(ScannerVerticle.class);
    private static final String RUNNING = "atalaya.scanners";
    private static final long STOP_SECONDS = 5;
    private static final long LOCKSTEP_IDLE_MILLIS = 20;

    private final MarketAddresses addresses;
    private final ScannerStats stats;
    private final Feed feed;
    private final CycleRunner runner;
    private final EventLoopLag lag;
    private final Optional<Candidate> candidate;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();
    private ScannerSetup setup;
    private StatsReport report;
    private long ticks = -1;
    private boolean active;
    private boolean stopped;

    /// Nothing runs before it is deployed.
    ///
    /// @param vertx where it will be deployed
    public ScannerVerticle(Vertx vertx, ScannerSetup setup) {
        this.setup = setup;
        addresses = setup.addresses();
        stats = new ScannerStats(setup.metrics(), setup.market().name(), setup.wall());
        feed = setup.feeds().apply(vertx);
        runner = new CycleRunner(vertx, setup, feed, stats, LOG);
        report = new StatsReport(vertx, setup, stats, runner.cycle());
        candidate = setup.candidate(vertx, this);
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
        lag.start();
        tickEveryInterval();
        if (candidate.isEmpty()) {
            return begin();
        }
        candidate.get().start();
        return Future.succeededFuture();
    }

    private void tickEveryInterval() {
        vertx.cancelTimer(ticks);
        if (!setup.clock().isLockstep()) {
            Duration interval = setup.clock().onTheWall(setup.market().scan().interval());
            ticks = vertx.setPeriodic(interval.toMillis(), timer -> tick());
        }
    }

    /// Takes up other settings between two cycles, and begins to scan by them at once. Consumers get every list as a
    /// whole, but where another scanner could go on in this one's place. Any thread.
    ///
    /// @param market differs in nothing that the feed, the calendar or the keys depend on
    public Future<Void> takeUp(MarketSettings market, PersistenceSettings persistence) {
        Promise<Void> taken = Promise.promise();
        context.runOnContext(now -> takeUp(setup.with(market, persistence), taken));
        return taken.future();
    }

    private void takeUp(ScannerSetup next, Promise<Void> taken) {
        runner.takeUp(next).onComplete(done -> {
            setup = next;
            report = new StatsReport(vertx, setup, stats, runner.cycle());
            tickEveryInterval();
            taken.complete();
            if (!setup.clock().isLockstep()) {
                tick();
            }
        });
    }

    /// How this scanner stands among several; empty where it is the only one. Safe for any thread.
    public Optional<NodeReport.Seat> status() {
        return candidate.map(Candidate::status);
    }

    @Override
    public Future<Void> enter(long fence) {
        runner.begin(fence);
        return begin();
    }

    /// Answers and scans from now on, at once if nothing is under way.
    private Future<Void> begin() {
        report = new StatsReport(vertx, setup, stats, runner.cycle());
        answer(addresses.scannerStats(), request -> Future.succeededFuture(report.stats()));
        answer(addresses.scannerList(), request -> report.list(request));
        answer(addresses.scannerScan(), request -> scanNow());
        active = true;
        runner.current().onComplete(done -> {
            if (setup.clock().isLockstep()) {
                lockstep();
            } else {
                tick();
            }
        });
        return Future.join(consumers.stream().map(MessageConsumer::completion).toList())
                .mapEmpty();
    }

    @Override
    public Future<Void> leave() {
        active = false;
        ScanCycle ended = runner.cycle();
        return Future.join(consumers.stream().map(MessageConsumer::unregister).toList())
                .otherwiseEmpty()
                .compose(unregistered -> {
                    consumers.clear();
                    return runner.current().timeout(STOP_SECONDS, TimeUnit.SECONDS);
                })
                .eventually(ended::close)
                .onComplete(closed -> {
                    setup.lists().clear();
                    runner.begin(FencedConnection.NONE);
                })
                .otherwise(failure -> null)
                .mapEmpty();
    }

    @Override
    public boolean isOverruled() {
        return runner.cycle().isFencedOff();
    }

    @Override
    public Future<?> stop() {
        if (stopped) {
            return Future.succeededFuture();
        }
        stopped = true;
        lag.stop();
        return candidate
                .map(Candidate::stop)
                .orElseGet(this::leave)
                .eventually(() ->
                        runner.current().timeout(STOP_SECONDS, TimeUnit.SECONDS).otherwise(failure -> null))
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
        if (!active) {
            runner.rehearse();
            return;
        }
        boolean closed = setup.calendar().sessionAt(setup.clock().instant()).isClosed();
        if (!runner.isRunning() && closed) {
            runner.rest();
        } else if (!runner.isRunning()) {
            runner.run();
        } else if (!closed) {
            stats.cycleSkipped();
        }
    }

    private void lockstep() {
        if (active && runner.isRunning()) {
            runner.current().onComplete(done -> lockstep()); // somebody asked for a scan in between
        } else if (active) {
            runner.run().onComplete(done -> {
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
        if (runner.isRunning()) {
            return Future.failedFuture("A scan is under way");
        }
        return runner.run()
                .compose(summary -> summary.map(done -> Future.succeededFuture(done.toJson()))
                        .orElseGet(() -> Future.failedFuture("There is no new snapshot to scan")));
    }

    private void answer(String address, Function<JsonObject, Future<JsonObject>> answer) {
        consumers.add(vertx.eventBus().consumer(address, (Message<Object> message) -> {
            JsonObject request = message.body() instanceof JsonObject json ? json : new JsonObject();
            Future.succeededFuture(request)
                    .compose(answer) // a throw becomes a failed future
                    .onSuccess(message::reply)
                    .onFailure(e -> message.fail(BusFailure.codeOf(e), FailureLog.sentence(e)));
        }));
    }
}
