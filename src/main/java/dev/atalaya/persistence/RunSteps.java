package dev.atalaya.persistence;

import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What a run consists of: read the lists, store them, say when. A step that fails gives a [StoreException].
final class RunSteps {
    private static final Logger LOG = LoggerFactory.getLogger(RunSteps.class);

    private final RedisLink redis;
    private final Keys keys;
    private final SessionLists lists;
    private final Backlog backlog;
    private final TradingCalendar calendar;
    private final Supplier<Future<Void>> schema;
    private final InstantSource wall;

    RunSteps(
            RedisLink redis,
            Keys keys,
            Backlog backlog,
            TradingCalendar calendar,
            Supplier<Future<Void>> schema,
            InstantSource wall) {
        this.redis = redis;
        this.keys = keys;
        this.lists = new SessionLists(redis, keys);
        this.backlog = backlog;
        this.calendar = calendar;
        this.schema = schema;
        this.wall = wall;
    }

    /// Completes when the tables are there.
    Future<Void> schema() {
        return schema.get().recover(failure -> failed("Schema", failure));
    }

    /// Begins a run. The cached lists of one that closes a period are read at once: soon they will be others.
    void begin(PersistenceRun run) {
        if (run.reason() != Reason.DIRECT) {
            LOG.atInfo()
                    .addKeyValue("run_id", run.id())
                    .addKeyValue("reason", run.reason().key())
                    .log("Iniciando persistencia de scan results desde Redis cache");
        }
        if (run.closesPeriod()) {
            run.lists(lists);
        }
    }

    /// Does what is still to be done of a run.
    Future<Void> proceed(PersistenceRun run) {
        Future<Void> canRead = run.closesPeriod() ? Future.succeededFuture() : schema();
        return canRead.compose(ready -> run.lists(lists).recover(failure -> failed("Redis", failure)))
                .compose(cached -> schema().compose(ready -> store(run, cached)))
                .compose(stored -> setLastPersistence());
    }

    private Future<Void> store(PersistenceRun run, List<SessionList> cached) {
        Backlog.Work work = new Backlog.Work(
                run.until(),
                calendar.marketDay(run.summary().marketTime()),
                cached,
                run::check,
                range -> run.announce(range, keys.session(Objects.toString(range.session()))),
                run::stored);
        return run.reason() == Reason.DIRECT ? direct(cached, work) : backlog.workOff(work);
    }

    private Future<Void> direct(List<SessionList> kept, Backlog.Work work) {
        return kept.isEmpty() ? Future.succeededFuture() : backlog.direct(kept.getFirst(), work);
    }

    private Future<Void> setLastPersistence() {
        String now = wall.instant().toString();
        return redis.send(Request.cmd(Command.SET).arg(keys.lastPersistence()).arg(now))
                .<Void>mapEmpty()
                .recover(failure -> failed("Redis", failure));
    }

    private static <T> Future<T> failed(String store, Throwable cause) {
        return Future.failedFuture(new StoreException(store, cause));
    }
}
