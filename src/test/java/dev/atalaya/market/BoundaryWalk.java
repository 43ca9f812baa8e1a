package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;

/// Finds a calendar's boundaries the obvious way: minute by minute, as every boundary is a full minute.
final class BoundaryWalk {
    private BoundaryWalk() {}

    /// Fails unless the calendar knows the last boundary at or before the time, and the next after it.
    ///
    /// @param minute the full minute that the time lies in
    static void compare(TradingCalendar calendar, Instant minute, Instant time, Duration every) {
        Instant last = minute;
        while (!isBoundary(calendar, last, every)) {
            last = last.minusSeconds(60);
        }
        Instant next = minute.plusSeconds(60);
        while (!isBoundary(calendar, next, every)) {
            next = next.plusSeconds(60);
        }
        assertThat(calendar.lastBoundary(time, every))
                .as("%s before %s", every, time)
                .isEqualTo(last);
        assertThat(calendar.nextBoundary(time, every))
                .as("%s after %s", every, time)
                .isEqualTo(next);
    }

    private static boolean isBoundary(TradingCalendar calendar, Instant time, Duration every) {
        MarketSession before = calendar.sessionAt(time.minusNanos(1));
        return calendar.localTime(time).toNanoOfDay() % every.toNanos() == 0
                || (!before.isClosed() && !before.equals(calendar.sessionAt(time)));
    }
}
