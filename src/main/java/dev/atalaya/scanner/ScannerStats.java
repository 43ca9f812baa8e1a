package dev.atalaya.scanner;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.FailureLog;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Counts what the scanner does, for the stats, for Prometheus and, as to bad tickers, for the log. Written
/// on the scanner's event loop; the gauges are read from any thread.
final class ScannerStats {
    private final InstantSource wall;
    private final Instant started;
    private final Map<Stage, Timer> stages = new EnumMap<>(Stage.class);
    private final Timer total;
    private final Counter scanned;
    private final Counter filtered;
    private final Map<SkipReason, Counter> skipped = new EnumMap<>(SkipReason.class);
    private final Map<RefusalReason, Counter> refused = new EnumMap<>(RefusalReason.class);
    private final Counter cyclesSkipped;
    private final Counter unpublished;
    private final Counter failures;
    private final DistributionSummary publishBytes;
    private final Counter journalDropped;
    private volatile long journalEntries;
    private volatile long journalBytes;
    private long scans;
    private volatile @Nullable CycleSummary last;
    private volatile @Nullable Instant lastScan;
    private final JsonObject lastSkipped = new JsonObject();
    private final BadTickerLog badTickers;
    private @Nullable String lastFailure;

    ScannerStats(MeterRegistry registry, String market, InstantSource wall) {
        this.wall = wall;
        this.started = wall.instant();
        this.badTickers = new BadTickerLog(LoggerFactory.getLogger(BadTickerLog.class), wall);
        Tags tags = Tags.of("market", market);
        for (Stage stage : Stage.values()) {
            stages.put(stage, timer(registry, "atalaya.scan.stage.duration", tags.and("stage", stage.key())));
        }
        total = timer(registry, "atalaya.scan.duration", tags);
        scanned = registry.counter("atalaya.tickers.scanned", tags);
        filtered = registry.counter("atalaya.tickers.filtered", tags);
        for (SkipReason reason : SkipReason.values()) {
            skipped.put(reason, registry.counter("atalaya.tickers.skipped", tags.and("reason", reason.key())));
        }
        for (RefusalReason reason : RefusalReason.values()) {
            refused.put(reason, registry.counter("atalaya.snapshots.refused", tags.and("reason", reason.key())));
        }
        cyclesSkipped = registry.counter("atalaya.cycles.skipped", tags);
        unpublished = Counter.builder("atalaya.scans.unpublished")
                .description("Scans that only this node shows, because Redis did not take them")
                .tags(tags)
                .register(registry);
        failures = registry.counter("atalaya.errors", tags.and("kind", "scan"));
        publishBytes = DistributionSummary.builder("atalaya.publish.bytes")
                .tags(tags)
                .baseUnit("bytes")
                .register(registry);
        journalDropped = Counter.builder("atalaya.journal.dropped")
                .description("Scans that left the journal although they were not stored")
                .tags(tags)
                .register(registry);
        Gauge.builder("atalaya.journal.entries", this, stats -> stats.journalEntries)
                .description("Scans in the journal")
                .tags(tags)
                .register(registry);
        Gauge.builder("atalaya.journal.bytes", this, stats -> stats.journalBytes)
                .tags(tags)
                .register(registry);
        Gauge.builder("atalaya.snapshot.age", this, stats -> stats.age(snapshotTime()))
                .tags(tags)
                .baseUnit("seconds")
                .register(registry);
        Gauge.builder("atalaya.scan.age", this, stats -> stats.age(stats.lastScan))
                .tags(tags)
                .baseUnit("seconds")
                .register(registry);
    }

    private static Timer timer(MeterRegistry registry, String name, Tags tags) {
        return Timer.builder(name)
                .tags(tags)
                .serviceLevelObjectives(Arrays.stream(new int[] {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000})
                        .mapToObj(Duration::ofMillis)
                        .toArray(Duration[]::new))
                .register(registry);
    }

    private @Nullable Instant snapshotTime() {
        CycleSummary summary = last;
        return summary == null ? null : summary.time();
    }

    private double age(@Nullable Instant time) {
        return time == null
                ? Double.NaN
                : Duration.between(time, wall.instant()).toMillis() / 1000.0;
    }

    /// Takes note of what was skipped in a snapshot.
    void counted(TickerColumns tickers) {
        badTickers.skipped(tickers);
        skipped.forEach((reason, counter) -> {
            counter.increment(tickers.skipped(reason));
            lastSkipped.put(reason.key(), tickers.skipped(reason));
        });
    }

    void completed(CycleSummary summary) {
        scans++;
        last = summary;
        lastScan = wall.instant();
        lastFailure = null;
        scanned.increment(summary.scanned());
        filtered.increment(summary.filtered());
        total.record(nanos(summary.durationMillis()), TimeUnit.NANOSECONDS);
        stages.forEach((stage, timer) -> {
            Double millis = summary.stageMillis().get(stage.key());
            if (millis != null) {
                timer.record(nanos(millis), TimeUnit.NANOSECONDS);
            }
        });
        publishBytes.record((double) summary.publishBytes());
    }

    private static long nanos(double millis) {
        return (long) (millis * 1e6);
    }

    /// Takes note of how the journal stands after a scan.
    void journalled(ScanJournal journal) {
        journalEntries = journal.entries();
        journalBytes = journal.bytes();
        journalDropped.increment((double) journal.dropped());
    }

    void refused(RefusalReason reason) {
        Objects.requireNonNull(refused.get(reason)).increment();
    }

    void cycleSkipped() {
        cyclesSkipped.increment();
    }

    /// A scan is done and could not be published.
    void unpublished() {
        unpublished.increment();
    }

    void failed(Throwable cause) {
        failures.increment();
        lastFailure = FailureLog.sentence(cause);
    }

    /// There is nothing to scan, and what failed before does not matter until there is.
    void rested() {
        lastFailure = null;
    }

    Optional<String> lastFailure() {
        return Optional.ofNullable(lastFailure);
    }

    /// What of the stats is counted here.
    JsonObject toJson() {
        CycleSummary summary = last;
        Instant scan = lastScan;
        JsonObject stageMillis = new JsonObject();
        if (summary != null) {
            summary.stageMillis().forEach(stageMillis::put);
        }
        return new JsonObject()
                .put("total_scans", scans)
                .put("total_tickers_scanned", (long) scanned.count())
                .put("total_tickers_filtered", (long) filtered.count())
                .put("filter_rate", scanned.count() == 0 ? 0 : filtered.count() / scanned.count())
                .put("last_scan_time", scan == null ? null : scan.toString())
                .put("last_scan_duration_ms", summary == null ? null : summary.durationMillis())
                .put("last_stages_ms", stageMillis)
                .put("last_scan_no", summary == null ? null : summary.scanNo())
                .put(
                        "last_snapshot_time",
                        summary == null ? null : summary.time().toString())
                .put("tickers", summary == null ? 0 : summary.tickers())
                .put("last_filtered", summary == null ? 0 : summary.filtered())
                .put("skipped", lastSkipped.copy())
                .put("snapshots_refused", counts(refused))
                .put("journal_entries", journalEntries)
                .put("cycles_skipped", (long) cyclesSkipped.count())
                .put("scans_unpublished", (long) unpublished.count())
                .put("cycles_failed", (long) failures.count())
                .put("last_failure", lastFailure)
                .put("uptime_seconds", Duration.between(started, wall.instant()).toSeconds());
    }

    private static JsonObject counts(Map<? extends Enum<?>, Counter> counters) {
        JsonObject counts = new JsonObject();
        counters.forEach(
                (reason, counter) -> counts.put(reason.name().toLowerCase(Locale.ROOT), (long) counter.count()));
        return counts;
    }
}
