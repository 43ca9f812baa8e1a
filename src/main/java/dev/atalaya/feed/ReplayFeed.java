package dev.atalaya.feed;

import dev.atalaya.config.FeedSettings;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A recorded day, from universe and bar files: one snapshot a minute, with the time of its last second, every
/// one of them in its order, however fast the clock is. The files are read on a worker thread when the first
/// snapshot is asked for; a day that cannot be read fails, and is tried again when it is asked for again.
public final class ReplayFeed implements Feed {
    private final Vertx vertx;
    private final FeedSettings.Replay settings;
    private final MarketClock clock;
    private final SymbolTable symbols = new SymbolTable(1_024);
    private final TickerColumns columns = new TickerColumns(symbols, 1_024);
    private @Nullable ReplayDay day;
    private int nextMinute;
    private int lastMinute;

    public ReplayFeed(Vertx vertx, FeedSettings.Replay settings, MarketClock clock) {
        this.vertx = vertx;
        this.settings = settings;
        this.clock = clock;
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    /// The next minute's snapshot if the clock has reached its time; a lockstep clock is moved there. Fails
    /// with one sentence that says what to do if the day is not there or cannot be read.
    @Override
    public Future<Optional<Snapshot>> next() {
        return day == null
                ? vertx.executeBlocking(() -> ReplayDay.load(settings, symbols), false)
                        .compose(this::start)
                : nextOf(day);
    }

    private Future<Optional<Snapshot>> start(ReplayDay loaded) {
        day = loaded;
        nextMinute = firstMinute(settings);
        lastMinute = lastMinute(settings);
        if (!clock.isLockstep()) {
            clock.runOnTo(endOf(settings)); // it stood while the day was read
        }
        return nextOf(loaded);
    }

    private Future<Optional<Snapshot>> nextOf(ReplayDay loaded) {
        int minute = nextMinute;
        Instant time = ReplayDay.timeOf(settings, minute);
        if (isFinished()) {
            clock.runOnTo(time); // one more minute, so that what is due when the last session ends is done
            return Future.succeededFuture(Optional.empty());
        }
        if (time.isAfter(clock.instant()) && !clock.isLockstep()) {
            return Future.succeededFuture(Optional.empty());
        }
        if (time.isAfter(clock.instant())) {
            clock.advanceTo(time);
        }
        nextMinute++;
        return vertx.executeBlocking(
                () -> {
                    loaded.fill(minute, columns);
                    return Optional.of(new Snapshot(time, columns));
                },
                false);
    }

    /// Whether the last snapshot was given.
    public boolean isFinished() {
        return day != null && nextMinute > lastMinute;
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }

    /// The time of the replay's first snapshot: where its clock starts, and stands until the day is read.
    public static Instant startOf(FeedSettings.Replay settings) {
        return ReplayDay.timeOf(settings, firstMinute(settings));
    }

    /// The time of the replay's last snapshot: where its clock stops.
    public static Instant endOf(FeedSettings.Replay settings) {
        return ReplayDay.timeOf(settings, lastMinute(settings));
    }

    /// The first minute that is shown: with bars the first that does not start before `from`, else the only
    /// one.
    private static int firstMinute(FeedSettings.Replay settings) {
        int only = minute(ReplayDay.ONLY_MINUTE);
        int from = minute(settings.from().plusSeconds(59));
        return ReplayDay.hasBars(settings) ? from : Math.max(from, only);
    }

    private static int lastMinute(FeedSettings.Replay settings) {
        int only = minute(ReplayDay.ONLY_MINUTE);
        int until = minute(settings.until());
        return ReplayDay.hasBars(settings) ? until : Math.min(until, only);
    }

    private static int minute(LocalTime time) {
        return (int) Duration.between(ReplayDay.FIRST_MINUTE, time).toMinutes();
    }
}
