package dev.atalaya.persistence;

import dev.atalaya.bus.RunSummary;
import dev.atalaya.bus.RunSummary.Reason;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Instant;
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
    private final Predicate<Instant> period;
    private final Promise<RunSummary> ended = Promise.promise();

    private @Nullable Future<List<SessionList>> lists;
    private Optional<Map<String, Integer>> rows = Optional.empty();
    private Optional<String> failure = Optional.empty();
    private Optional<Instant> finished = Optional.empty();
    private double durationMillis;

    /// @param marketTime that it is due at
    /// @param started on the wall clock
    /// @param top tickers of each session
    /// @param period whether a list of that time belongs to it
    PersistenceRun(
            Reason reason,
            Instant marketTime,
            Instant started,
            List<String> sessions,
            int top,
            Predicate<Instant> period) {
        this.reason = reason;
        this.marketTime = marketTime;
        this.started = started;
        this.sessions = sessions;
        this.top = top;
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

    /// Whether it closes a period: then its lists are those of the moment at which it became due.
    boolean closesPeriod() {
        return reason == Reason.INTERVAL || reason == Reason.SESSION_END;
    }

    /// Whether it is tried again when it failed; who waits for a direct one decides that for himself.
    boolean isRetried() {
        return reason != Reason.DIRECT;
    }

    /// The lists as first read, now if they were not.
    Future<List<SessionList>> lists(SessionLists source) {
        if (lists == null || lists.failed()) {
            lists = source.read(sessions, top, period).onSuccess(read -> read.forEach(this::announce));
        }
        return lists;
    }

    private void announce(SessionList list) {
        if (reason != Reason.DIRECT) {
            LOG.atInfo()
                    .addArgument(list.rows().size())
                    .addArgument(list.key())
                    .addKeyValue("run_id", id)
                    .addKeyValue("session", list.session())
                    .addKeyValue("scan_time", list.time())
                    .log("Persistiendo {} tickers desde {}");
        }
    }

    /// The rows inserted, once they are.
    Optional<Map<String, Integer>> rows() {
        return rows;
    }

    void inserted(Map<String, Integer> rowsBySession) {
        rows = Optional.of(rowsBySession);
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
        return new RunSummary(
                id, reason, started, finished, marketTime, rows.orElse(Map.of()), durationMillis, failure);
    }
}
