package dev.atalaya.persistence;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.persistence.ResultTable.Position;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One run: which lists it stores, and how far it has come. What an attempt has done, the next one does not do
/// again. Belongs to the verticle's context.
final class PersistenceRun {
    private static final Logger LOG = LoggerFactory.getLogger(PersistenceRun.class);

    private final String id = UUID.randomUUID().toString();
    private final Reason reason;
    private final Instant marketTime;
    private final Instant started;
    private final List<String> sessions;
    private final int top;
    private final Optional<Instant> until;
    private final Predicate<Instant> period;
    private final Promise<RunSummary> ended = Promise.promise();

    private @Nullable Future<List<SessionList>> lists;
    private final Map<String, Integer> rows = new LinkedHashMap<>();
    private long announced;
    private long stored;
    private Optional<String> failure = Optional.empty();
    private Optional<Instant> finished = Optional.empty();
    private double durationMillis;

    /// @param marketTime that it is due at
    /// @param started on the wall clock
    /// @param top tickers of each session
    /// @param until only scans of periods that began before; empty: all there are
    /// @param period whether a cached list of that time belongs to it
    PersistenceRun(
            Reason reason,
            Instant marketTime,
            Instant started,
            List<String> sessions,
            int top,
            Optional<Instant> until,
            Predicate<Instant> period) {
        this.reason = reason;
        this.marketTime = marketTime;
        this.started = started;
        this.sessions = sessions;
        this.top = top;
        this.until = until;
        this.period = period;
    }

    String id() {
        return id;
    }

    Reason reason() {
        return reason;
    }

    Instant started() {
        return started;
    }

    /// Whether it closes a period: then its cached lists are those of the moment at which it became due.
    boolean closesPeriod() {
        return until.isPresent();
    }

    /// Only scans of periods that began before belong to it, where there is such a moment.
    Optional<Instant> until() {
        return until;
    }

    /// Whether it is tried again when it failed; who waits for a direct one decides that for himself.
    boolean isRetried() {
        return reason != Reason.DIRECT;
    }

    /// The cached lists as first read, now if they were not.
    Future<List<SessionList>> lists(SessionLists source) {
        if (lists == null || lists.failed()) {
            lists = source.read(sessions, top, period);
        }
        return lists;
    }

    /// A range is about to be stored, perhaps once more.
    void announce(LedgerRange range, String key) {
        if (reason != Reason.DIRECT && range.first() != announced && range.lastTime() != null) {
            announced = range.first();
            LOG.atInfo()
                    .addArgument(range.rows().size())
                    .addArgument(key)
                    .addKeyValue("run_id", id)
                    .addKeyValue("session", range.session())
                    .addKeyValue("scan_time", range.lastTime())
                    .log("Persistiendo {} tickers desde {}");
        }
    }

    /// A range of a session is stored, with so many rows really inserted.
    void stored(LedgerRange range, int inserted) {
        if (range.session() != null) {
            rows.merge(range.session(), inserted, Integer::sum);
        }
        stored = range.first();
    }

    /// Counts the range that the ledger ends with if this run announced it and was not told that it is stored.
    void check(Position ledger) {
        if (announced != 0 && ledger.first() == announced && stored != announced && ledger.session() != null) {
            rows.merge(ledger.session(), ledger.rows(), Integer::sum);
            stored = announced;
        }
    }

    void attemptFailed(String sentence) {
        failure = Optional.of(sentence);
    }

    /// @param lastAttemptMillis how long it took from reading to the end
    void completed(Instant now, double lastAttemptMillis) {
        failure = Optional.empty();
        durationMillis = lastAttemptMillis;
        end(now);
    }

    void failed(Instant now, String sentence) {
        failure = Optional.of(sentence);
        end(now);
    }

    private void end(Instant now) {
        finished = Optional.of(now);
        lists = null;
        ended.complete(summary());
    }

    Future<RunSummary> ended() {
        return ended.future();
    }

    RunSummary summary() {
        return new RunSummary(id, reason, started, finished, marketTime, rows, durationMillis, failure);
    }
}
