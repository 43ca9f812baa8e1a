package dev.atalaya.persistence;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The latest runs: in the stats, in the metrics, in the log. Belongs to the verticle's context; only the age
/// is read by others.
final class RunHistory {
    private static final Logger LOG = LoggerFactory.getLogger(RunHistory.class);
    private static final int KEPT = 100;

    private final MeterRegistry metrics;
    private final String market;
    private final InstantSource wall;
    private final Consumer<RunSummary> listener;
    private final Clock clock;
    private final Timer duration;
    private final Gauge age;
    private final Counter retries;

    private final Deque<PersistenceRun> runs = new ArrayDeque<>();
    private long runsTotal;
    private long rowsTotal;
    private volatile @Nullable Instant lastCompleted;

    /// @param listener is told of each run that ended
    RunHistory(MeterRegistry metrics, String market, InstantSource wall, Consumer<RunSummary> listener) {
        this.metrics = metrics;
        this.market = market;
        this.wall = wall;
        this.listener = listener;
        this.clock = metrics.config().clock();
        this.duration = Timer.builder("atalaya.persistence.duration")
                .tag("market", market)
                .register(metrics);
        this.age = Gauge.builder("atalaya.persistence.age.seconds", this, RunHistory::ageSeconds)
                .tag("market", market)
                .strongReference(true)
                .register(metrics);
        this.retries = Counter.builder("atalaya.persistence.retries")
                .description("Attempts at runs that had failed before")
                .tag("market", market)
                .register(metrics);
    }

    /// A clock for durations.
    double nowMillis() {
        return clock.monotonicTime() / 1e6;
    }

    private double ageSeconds() {
        Instant completed = lastCompleted;
        return completed == null
                ? Double.NaN
                : Math.max(
                        0, Duration.between(completed, wall.instant()).toMillis() / 1e3); // the clock may be put back
    }

    void started(PersistenceRun run) {
        runs.addFirst(run);
        if (runs.size() > KEPT) {
            runs.removeLast();
        }
    }

    /// A run that failed is attempted again.
    void retried() {
        retries.increment();
    }

    void ended(PersistenceRun run) {
        RunSummary summary = run.summary();
        runsTotal++;
        rowsTotal += summary.rows();
        summary.rowsBySession()
                .forEach((session, rows) -> metrics.counter(
                                "atalaya.persistence.rows", "market", market, "session", session)
                        .increment(rows));
        metrics.counter("atalaya.persistence.runs", "market", market, "status", summary.status())
                .increment();
        if (summary.failure().isEmpty()) {
            lastCompleted = summary.finished().orElseThrow();
            duration.record((long) (summary.durationMillis() * 1e6), TimeUnit.NANOSECONDS);
            LOG.atInfo()
                    .addArgument(summary.rows())
                    .addKeyValue("run_id", summary.runId())
                    .addKeyValue("rows", summary.rows())
                    .addKeyValue("duration_sec", summary.durationMillis() / 1e3)
                    .log(
                            summary.reason() == Reason.DIRECT
                                    ? "save_scan_results stored {} rows"
                                    : "Persistencia completada: {} tickers totales guardados en TimescaleDB");
        }
        listener.accept(summary);
    }

    /// `runs`, `rows_total`, `runs_total`, `last_run` and `last_completed`.
    JsonObject toJson() {
        JsonArray summaries = new JsonArray();
        runs.forEach(run -> summaries.add(run.summary().toJson()));
        Instant completed = lastCompleted;
        return new JsonObject()
                .put("runs", summaries)
                .put("rows_total", rowsTotal)
                .put("runs_total", runsTotal)
                .put(
                        "last_run",
                        runs.isEmpty() ? null : runs.getFirst().summary().toJson())
                .put("last_completed", completed == null ? null : completed.toString());
    }

    void close() {
        metrics.remove(age);
    }
}
