package dev.atalaya.market;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/// What time the market has: the wall clock's, or, for a simulation or a replay, a start and a speed in market
/// seconds per second; in lockstep it stands still until it is told. Safe for any thread.
public final class MarketClock implements InstantSource {
    private final InstantSource wall;
    private final Instant wallOrigin;
    private final Instant marketOrigin;
    private final double speed;
    private volatile Instant limit;
    private volatile Instant lockstep;

    private MarketClock(InstantSource wall, Instant wallOrigin, Instant marketOrigin, double speed, Instant limit) {
        this.wall = wall;
        this.wallOrigin = wallOrigin;
        this.marketOrigin = marketOrigin;
        this.speed = speed;
        this.limit = limit;
        this.lockstep = marketOrigin;
    }

    /// Market time is the wall clock's.
    public static MarketClock live(InstantSource wall) {
        Instant now = wall.instant();
        return new MarketClock(wall, now, now, 1, Instant.MAX);
    }

    /// Market time starts now at `start`, passes `speed` times as fast as the wall clock's, and stops at
    /// `limit` (see [#runOnTo]).
    ///
    /// @throws IllegalArgumentException if the speed is not above 0
    public static MarketClock scaled(InstantSource wall, Instant start, double speed, Instant limit) {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("A market clock's speed is above 0: " + speed);
        }
        return new MarketClock(wall, wall.instant(), start, speed, limit);
    }

    /// Market time stands at `start` until [#advanceTo]: each snapshot waits for the work on the last.
    public static MarketClock lockstep(InstantSource wall, Instant start) {
        return new MarketClock(wall, start, start, Double.POSITIVE_INFINITY, Instant.MAX);
    }

    @Override
    public Instant instant() {
        if (isLockstep()) {
            return lockstep;
        }
        Instant now = wall.instant();
        if (speed != 1 || !wallOrigin.equals(marketOrigin)) {
            double elapsedNanos = Duration.between(wallOrigin, now).toNanos() * speed;
            now = marketOrigin.plusNanos((long) elapsedNanos);
        }
        return now.isAfter(limit) ? limit : now;
    }

    /// Whether this clock moves only when it is told.
    public boolean isLockstep() {
        return Double.isInfinite(speed);
    }

    /// How long a span of market time takes on the wall clock, at least a millisecond; zero in lockstep.
    public Duration onTheWall(Duration marketSpan) {
        if (isLockstep()) {
            return Duration.ZERO;
        }
        return Duration.ofNanos(Math.max(1_000_000L, (long) (marketSpan.toNanos() / speed)));
    }

    /// Lets a clock that stops run on to a later moment; a lockstep clock is there at once.
    public void runOnTo(Instant time) {
        if (time.isAfter(limit)) {
            limit = time;
        }
        if (isLockstep() && time.isAfter(lockstep)) {
            lockstep = time;
        }
    }

    /// Moves a lockstep clock forward.
    ///
    /// @throws IllegalStateException if this clock moves by itself
    public void advanceTo(Instant time) {
        if (!isLockstep()) {
            throw new IllegalStateException("This clock moves by itself; asked to go to " + time);
        }
        lockstep = Objects.requireNonNull(time);
    }
}
