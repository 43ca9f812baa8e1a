package dev.atalaya.persistence;

import dev.atalaya.bus.Backoff;
import dev.atalaya.bus.BusFailure;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.PersistenceSettings.Mode;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/// Stores the top of each session's list in the database: at start, at every boundary of the calendar, and on
/// request; in direct mode all kept tickers of each cycle that it is asked to store. Deploy it as a worker.
public final class PersistenceVerticle extends VerticleBase {
    private static final Duration CLOCK_CHECK = Duration.ofSeconds(10);
    private static final long SLOWEST_CHECK_MILLIS = 1_000;
    static final String NO_TABLES = "The database's tables are not there yet";
    private static final long FINISH_SECONDS = 5;
    private static final long CLOSE_SECONDS = 1;

    private final MarketAddresses addresses;
    private final PersistenceSettings settings;
    private final boolean direct;
    private final DatabaseSettings database;
    private final RedisSettings redisSettings;
    private final Keys keys;
    private final TradingCalendar calendar;
    private final MarketClock clock;
    private final InstantSource wall;
    private final MeterRegistry metrics;
    private final Supplier<Future<Void>> schema;
    private final WriterFence fence;
    private final RunPlans plans;
    private final List<MessageConsumer<?>> consumers = new ArrayList<>();

    // from start() on, on the verticle's context
    private RedisLink redis;
    private ResultTable table;
    private RunFailures failures;
    private RunHistory history;
    private RunQueue queue;
    private PersistenceSchedule schedule;
    private Instant lastCheck = Instant.MIN;
    private volatile boolean stopped;

    /// @param schema gives, each time it is asked, a future that completes when the tables are there
    /// @param fence [WriterFence#unchecked] for the market's only writer
    @SuppressWarnings("NullAway.Init")
    public PersistenceVerticle(
            MarketAddresses addresses,
            PersistenceSettings settings,
            DatabaseSettings database,
            RedisSettings redis,
            Keys keys,
            TradingCalendar calendar,
            MarketClock clock,
            InstantSource wall,
            MeterRegistry metrics,
            Supplier<Future<Void>> schema,
            WriterFence fence) {
        this.fence = fence;
        this.addresses = addresses;
        this.settings = settings;
        this.direct = settings.mode() == Mode.DIRECT;
        this.database = database;
        this.redisSettings = redis;
        this.keys = keys;
        this.calendar = calendar;
        this.clock = clock;
        this.wall = wall;
        this.metrics = metrics;
        this.schema = schema;
        List<String> own = calendar.sessions().stream().map(MarketSession::name).toList();
        List<String> sessions = settings.sessions().isEmpty()
                ? own
                : settings.sessions().stream().filter(own::contains).toList();
        this.plans = new RunPlans(calendar, clock, wall, sessions, settings.top());
    }

    @Override
    public Future<?> start() {
        String market = addresses.market();
        redis = new RedisLink(vertx, redisSettings);
        table = new ResultTable(vertx, database, market, fence);
        Backlog backlog = new Backlog(new Journal(redis, keys), table, settings, calendar);
        RunSteps steps = new RunSteps(redis, keys, backlog, calendar, this::schemaOnThisContext, wall);
        failures = new RunFailures(wall, metrics.counter("atalaya.errors", "market", market, "kind", "persistence"));
        history = new RunHistory(
                metrics, market, wall, run -> vertx.eventBus().publish(addresses.persistenceRuns(), run.toJson()));
        queue = new RunQueue(
                vertx, steps, history, failures, wall, new Backoff(database.retry(), RandomGenerator.getDefault()));
        schedule = new PersistenceSchedule(calendar, settings.interval(), clock.instant());
        consume(
                addresses.persist(),
                request -> Future.succeededFuture(new JsonObject()
                        .put("status", "started")
                        .put(
                                "run_id",
                                queue.request(() -> plans.now(Reason.REQUEST)).id())));
        consume(addresses.persistenceStats(), request -> Future.succeededFuture(stats()));
        consume(
                addresses.persistenceLedger(),
                new LedgerReport(table::pool, market, database, () -> calendar.marketDay(clock.instant()))::answer);
        consume(addresses.persistenceSettle(), request -> settle(CycleSummary.fromJson(request)));
        consumers.add(vertx.eventBus()
                .<JsonObject>consumer(
                        addresses.scannerCycles(), message -> scanned(CycleSummary.fromJson(message.body()))));
        if (!direct) {
            long checkMillis = clock.onTheWall(CLOCK_CHECK).toMillis();
            vertx.setPeriodic(
                    clock.isLockstep() ? SLOWEST_CHECK_MILLIS : Math.clamp(checkMillis, 1, SLOWEST_CHECK_MILLIS),
                    timer -> checkClock());
            queue.submit(plans.now(Reason.START));
        }
        return Future.join(consumers.stream().map(MessageConsumer::completion).toList());
    }

    private void consume(String address, Function<JsonObject, Future<JsonObject>> answer) {
        consumers.add(vertx.eventBus()
                .<JsonObject>consumer(
                        address,
                        message -> Future.succeededFuture(message.body())
                                .compose(answer)
                                .onSuccess(message::reply)
                                .onFailure(failure -> message.fail(BusFailure.codeOf(failure), failure.getMessage()))));
    }

    /// The schema's future may be another context's; what follows it is to run on this one.
    private Future<Void> schemaOnThisContext() {
        Future<Void> tables = schema.get();
        if (tables.succeeded()) {
            return Future.succeededFuture();
        }
        Promise<Void> here = Promise.promise();
        tables.onComplete(done -> {
            if (!stopped) { // else this context may be over
                context.runOnContext(now -> here.complete(done.result(), done.cause()));
            }
        });
        return here.future();
    }

    private void scanned(CycleSummary cycle) {
        queue.scanned();
        if (!direct) {
            schedule.scanned(cycle.time()).ifPresent(due -> queue.submit(plans.closing(due)));
        }
    }

    /// In lockstep a clock that moved is about to be followed by the scan, which is what decides then.
    private void checkClock() {
        Instant now = clock.instant();
        boolean stands = now.equals(lastCheck);
        lastCheck = now;
        if (stands || !clock.isLockstep()) {
            schedule.clockAt(now).ifPresent(due -> queue.submit(plans.closing(due)));
        }
    }

    private Future<JsonObject> settle(CycleSummary cycle) {
        scanned(cycle);
        if (!direct) {
            return queue.idle().map(done -> new JsonObject());
        }
        if (!schema.get().isComplete()) {
            return Future.failedFuture(NO_TABLES);
        }
        PersistenceRun run = plans.direct(cycle);
        queue.submit(run);
        return run.ended()
                .compose(done -> done.failure()
                        .<Future<JsonObject>>map(Future::failedFuture)
                        .orElseGet(() -> Future.succeededFuture(new JsonObject().put("rows", done.rows()))));
    }

    private JsonObject stats() {
        Optional<String> reason =
                failures.present().or(() -> schema.get().isComplete() ? Optional.empty() : Optional.of(NO_TABLES));
        return history.toJson()
                .put("next_run", direct ? null : schedule.next().toString())
                .put("degraded", reason.isPresent())
                .put("reason", reason.orElse(null))
                .put("mode", direct ? "direct" : "hourly");
    }

    /// The run under way is finished and the running period stored, or rolled back if that takes longer than the
    /// shutdown may.
    @Override
    public Future<?> stop() {
        stopped = true;
        consumers.forEach(MessageConsumer::unregister);
        boolean canStore = schema.get().isComplete();
        Optional<PersistenceRun> last = canStore && !direct ? Optional.of(plans.now(Reason.STOP)) : Optional.empty();
        Future<Void> underWay = queue.stop(last);
        Future<Void> finished = canStore ? underWay : Future.succeededFuture();
        return Future.any(finished, vertx.timer(FINISH_SECONDS, TimeUnit.SECONDS))
                .compose(done -> Future.any(
                        finished.isComplete() ? finished : table.cancel(),
                        vertx.timer(CLOSE_SECONDS, TimeUnit.SECONDS)))
                .compose(done -> Future.any(
                        Future.join(table.close(), redis.close()), vertx.timer(CLOSE_SECONDS, TimeUnit.SECONDS)))
                .onComplete(done -> history.close());
    }
}
