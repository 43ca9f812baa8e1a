package dev.atalaya.persistence;

import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.market.TradingCalendar;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Says when a run is due: when the scans' times cross a boundary of the calendar, or the market's clock has
/// passed it by [#GRACE]; once for each boundary, and once for several that are crossed together. Not thread
/// safe.
final class PersistenceSchedule {
    /// How long, in market time, the clock leaves a boundary to the scans.
    static final Duration GRACE = Duration.ofSeconds(30);

    /// So far the scans' times may be ahead of the clock.
    private static final Duration AHEAD = Duration.ofMinutes(2);

    private final TradingCalendar calendar;
    private final Duration interval;
    private Instant next;

    /// A run that is due.
    ///
    /// @param boundary the end of the period that it closes, the last one where several were crossed
    /// @param reason why that is a boundary
    /// @param from the start of that period: the boundary before the first one crossed
    record Due(Instant boundary, Reason reason, Instant from) {}

    /// @param now the market's time: only boundaries after it will be due
    PersistenceSchedule(TradingCalendar calendar, Duration interval, Instant now) {
        this.calendar = calendar;
        this.interval = interval;
        this.next = calendar.nextBoundary(now, interval);
    }

    /// The boundary that is waited for.
    Instant next() {
        return next;
    }

    /// A scan of that time was published; told of the same scan again, it has nothing to add.
    Optional<Due> scanned(Instant scanTime) {
        return crossed(scanTime);
    }

    /// The market's clock says that time. Where it was put back over a boundary, a run is due at once: what was scanned
    /// meanwhile may wait.
    Optional<Due> clockAt(Instant now) {
        Instant upcoming = calendar.nextBoundary(now.plus(AHEAD), interval);
        if (upcoming.isBefore(next)) {
            next = upcoming;
            Instant boundary = calendar.lastBoundary(now, interval);
            return Optional.of(
                    new Due(boundary, Reason.INTERVAL, calendar.lastBoundary(boundary.minusNanos(1), interval)));
        }
        return crossed(now.minus(GRACE));
    }

    private Optional<Due> crossed(Instant reached) {
        if (reached.isBefore(next)) {
            return Optional.empty();
        }
        Instant boundary = calendar.lastBoundary(reached, interval);
        Instant from = calendar.lastBoundary(next.minusNanos(1), interval);
        next = calendar.nextBoundary(boundary, interval);
        return Optional.of(new Due(boundary, reason(boundary), from));
    }

    /// A session's end that is a multiple too has a whole interval before or after it.
    private Reason reason(Instant boundary) {
        boolean sessionEnds = !calendar.sessionAt(boundary.minusNanos(1)).equals(calendar.sessionAt(boundary));
        boolean multiple = boundary.minus(interval).equals(calendar.lastBoundary(boundary.minusNanos(1), interval))
                || boundary.plus(interval).equals(next);
        return sessionEnds && !multiple ? Reason.SESSION_END : Reason.INTERVAL;
    }
}
