package dev.atalaya.bus;

import java.time.Duration;
import java.util.random.RandomGenerator;

/// How long to wait before a failed attempt is repeated: twice as long each time up to a limit, and each time
/// something between half of that and all of it, so that those who failed together do not come back together.
/// Not thread safe.
public final class Backoff {
    private static final int LONGEST = 6;

    private final long firstMillis;
    private final RandomGenerator random;
    private long millis;

    /// @param first the longest first wait; the longest of all is six times that
    public Backoff(Duration first, RandomGenerator random) {
        this.firstMillis = first.toMillis();
        this.random = random;
        this.millis = firstMillis;
    }

    /// How long to wait this time, at least a millisecond.
    public long nextMillis() {
        long wait = millis / 2 + random.nextLong(millis / 2 + 1);
        millis = Math.min(millis * 2, firstMillis * LONGEST);
        return Math.max(1, wait);
    }

    /// Begins anew: it worked.
    public void reset() {
        millis = firstMillis;
    }
}
