package dev.atalaya.scanner;

import dev.atalaya.market.MarketClock;
import dev.atalaya.market.TradingCalendar;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Decides which snapshots are scanned. Not thread safe.
final class SnapshotGate {
    private static final Duration AHEAD = Duration.ofSeconds(60);

    private final TradingCalendar calendar;
    private final MarketClock clock;
    private Instant lastAccepted = Instant.MIN;

    SnapshotGate(TradingCalendar calendar, MarketClock clock) {
        this.calendar = calendar;
        this.clock = clock;
    }

    /// Takes note of the snapshot if it is accepted.
    ///
    /// @return why it is not, empty if it is
    Optional<RefusalReason> refuse(Instant time) {
        Instant now = clock.instant();
        if (time.equals(lastAccepted)) {
            return Optional.of(RefusalReason.SEEN);
        }
        if (time.isBefore(lastAccepted)) {
            return Optional.of(RefusalReason.OLDER);
        }
        if (time.isAfter(now.plus(AHEAD))) {
            return Optional.of(RefusalReason.FUTURE);
        }
        if (!calendar.marketDay(time).equals(calendar.marketDay(now))) {
            return Optional.of(RefusalReason.OTHER_DAY);
        }
        if (calendar.sessionAt(time).isClosed()) {
            return Optional.of(RefusalReason.CLOSED);
        }
        lastAccepted = time;
        return Optional.empty();
    }
}
