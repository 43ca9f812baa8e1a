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
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A synthetic market, made up on a worker thread as it is asked for. Every value is a function of the seed,
/// the day's number, the listing's number and the market time in milliseconds, whatever was asked before: the
/// same seed plays the same days again.
public final class SimulatedFeed implements Feed {
    private static final int START_MILLIS = LocalTime.of(4, 0).toSecondOfDay() * 1_000;

    private final Vertx vertx;
    private final FeedSettings.Simulated settings;
    private final MarketClock clock;
    private final SimulatedTime time;
    private final Duration interval;
    private final SymbolTable symbols;
    private final TickerColumns columns;
    private @Nullable SimulatedMarket market;
    private Instant last = Instant.MIN;

    /// @param time says which day and time it is at the simulated exchange
    /// @param interval by which a lockstep clock is moved from one snapshot to the next
    public SimulatedFeed(
            Vertx vertx, FeedSettings.Simulated settings, MarketClock clock, SimulatedTime time, Duration interval) {
        this.vertx = vertx;
        this.settings = settings;
        this.clock = clock;
        this.time = time;
        this.interval = interval;
        symbols = new SymbolTable(settings.tickers());
        columns = new TickerColumns(symbols, settings.tickers());
    }

    @Override
    public SymbolTable symbols() {
        return symbols;
    }

    /// The market now, to the millisecond. In lockstep the clock's own time first, and then the clock is moved
    /// by the interval before each snapshot.
    @Override
    public Future<Optional<Snapshot>> next() {
        if (clock.isLockstep() && !last.equals(Instant.MIN)) {
            clock.advanceTo(clock.instant().plus(interval));
        }
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (!now.isAfter(last)) {
            return Future.succeededFuture(Optional.empty());
        }
        last = now;
        return vertx.executeBlocking(() -> Optional.of(snapshot(now)), false);
    }

    @Override
    public Future<Optional<Snapshot>> rehearse() {
        if (clock.isLockstep()) {
            return Future.succeededFuture(Optional.empty());
        }
        Instant before = last;
        return next().onComplete(done -> last = before);
    }

    private Snapshot snapshot(Instant now) {
        if (market == null) {
            market = new SimulatedMarket(settings.seed(), settings.tickers(), symbols);
        }
        int millis = (int) (time.ofDay(now).toNanoOfDay() / 1_000_000) - START_MILLIS;
        market.fill(columns, time.dayNumber(now), millis, now.toEpochMilli());
        return new Snapshot(now, columns);
    }

    @Override
    public Future<Void> close() {
        return Future.succeededFuture();
    }
}
