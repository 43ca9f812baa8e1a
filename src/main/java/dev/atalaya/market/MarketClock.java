package dev.atalaya.market;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;

/// What time the market has: the wall clock's, or, for a simulation or a replay, a start and a speed in market
/// seconds per second; in lockstep it stands still until it is told. Safe for any thread.
public final class MarketClock implements InstantSource {
    private final InstantSource wall;
    private final double speed;
    private volatile Run run;
    private volatile Instant lockstep;

    /// From a moment of the wall clock and of the market on, time passes up to a limit.
    private record Run(Instant wallOrigin, Instant marketOrigin, Instant limit) {}

    private MarketClock(InstantSource wall, Run run, double speed) {
        this.wall = wall;
        this.run = run;
        this.speed = speed;
        this.lockstep = run.marketOrigin;
    }

    /// Market time is the wall clock's.
    public static MarketClock live(InstantSource wall) {
        Instant now = wall.instant();
        return new MarketClock(wall, new Run(now, now, Instant.MAX), 1);
    }

    /// Market time starts now at `start`, passes `speed` times as fast as the wall clock's, and stands at
    /// `limit` until it is told to [#runOnTo] another one.
    ///
    /// @throws IllegalArgumentException if the speed is not above 0
    public static MarketClock scaled(InstantSource wall, Instant start, double speed, Instant limit) {
        if (!(speed > 0) || Double.isInfinite(speed)) {
            throw new IllegalArgumentException("A market clock's speed is above 0: " + speed);
        }
        return new MarketClock(wall, new Run(wall.instant(), start, limit), speed);
    }

    /// The market's time now, if it was `origin` when the wall clock was there too, and has passed at that speed since.
    public static Instant scaledTime(Instant origin, Instant now, double speed) {
        return speed == 1
                ? now
                : origin.plusNanos((long) (Duration.between(origin, now).toNanos() * speed));
    }

    /// Market time stands at `start` until [#advanceTo]: each snapshot waits for the work on the last.
    public static MarketClock lockstep(InstantSource wall, Instant start) {
        return new MarketClock(wall, new Run(start, start, Instant.MAX), Double.POSITIVE_INFINITY);
    }

    @Override
    public Instant instant() {
        if (isLockstep()) {
            return lockstep;
        }
        Run current = run;
        Instant now = wall.instant();
        if (speed != 1 || !current.wallOrigin.equals(current.marketOrigin)) {
            double elapsedNanos = Duration.between(current.wallOrigin, now).toNanos() * speed;
            now = current.marketOrigin.plusNanos((long) elapsedNanos);
        }
        return now.isAfter(current.limit) ? current.limit : now;
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

    /// Lets a clock that stands at its limit run on from there, up to a later one; a lockstep clock is there at
    /// once. Called by one thread.
    public void runOnTo(Instant time) {
        if (isLockstep()) {
            lockstep = time.isAfter(lockstep) ? time : lockstep;
        } else if (time.isAfter(run.limit)) {
            run = new Run(wall.instant(), instant(), time);
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
