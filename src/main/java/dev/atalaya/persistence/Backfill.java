package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/// Works off by hand what the journal holds and the ledger does not have, beside a running service or without one:
/// whoever comes second finds it done.
public final class Backfill {
    /// So often the ledger may have gone on meanwhile.
    private static final int ATTEMPTS = 100;

    private final RedisLink redis;
    private final Journal journal;
    private final ResultTable table;
    private final Backlog backlog;
    private int ranges;
    private long rows;

    /// @param market as whose rows they are stored
    public Backfill(
            Vertx vertx,
            String market,
            PersistenceSettings settings,
            DatabaseSettings database,
            RedisSettings redis,
            Keys keys,
            TradingCalendar calendar) {
        this.redis = new RedisLink(vertx, redis);
        this.journal = new Journal(this.redis, keys);
        this.table = new ResultTable(vertx, database, market);
        this.backlog = new Backlog(journal, table, settings, calendar);
    }

    /// Stores what waits, oldest first; a second call of the same goes on where another has ended.
    ///
    /// @param from refused if older scans wait: they cannot be passed over
    /// @param to only periods that began before; empty: all there is, the running period included
    /// @param told gets a line for each range
    /// @return what was done, in a sentence
    public Future<String> run(Optional<Instant> from, Optional<Instant> to, Consumer<String> told) {
        return table.position()
                .compose(position -> journal.read(position.scanNo(), 1))
                .compose(first -> {
                    Optional<Instant> oldest =
                            first.entries().stream().map(entry -> entry.time()).findFirst();
                    if (from.isPresent() && oldest.isPresent() && oldest.get().isBefore(from.get())) {
                        return Future.failedFuture("Scans wait from " + oldest.get()
                                + " on and are stored in their order: begin with --from " + oldest.get());
                    }
                    return workOff(to, told, ATTEMPTS);
                })
                .map(done -> ranges == 0
                        ? "Nothing waits in the journal"
                        : rows + " rows of " + ranges + (ranges == 1 ? " range" : " ranges") + " were stored")
                .eventually(() -> Future.join(redis.close(), table.close()).otherwiseEmpty());
    }

    private Future<Void> workOff(Optional<Instant> to, Consumer<String> told, int attempts) {
        return backlog.workOffJournal(to, (range, inserted) -> {
                    ranges++;
                    rows += inserted;
                    told.accept(line(range, inserted));
                })
                .recover(failure -> failure.getCause() instanceof MovedException && attempts > 1
                        ? workOff(to, told, attempts - 1)
                        : Future.failedFuture(failure));
    }

    private static String line(LedgerRange range, int inserted) {
        return Objects.requireNonNullElse(range.hour(), range.day()) + " "
                + Objects.requireNonNullElse(range.session(), "-") + " scans " + range.first() + " to " + range.last()
                + " " + range.status().key() + ", " + inserted + " rows"
                + range.reason().map(reason -> " (" + reason + ")").orElse("");
    }
}
