package dev.atalaya.persistence;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.TradingCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/// Makes runs: of which sessions, how many tickers, and scans of which times belong to them.
///
/// @param top tickers of each session
record RunPlans(TradingCalendar calendar, MarketClock clock, InstantSource wall, List<String> sessions, int top) {
    /// So far ahead of the clock a scan may be: upstream's clock is another one.
    private static final Duration AHEAD = Duration.ofSeconds(60);

    /// Closes a period. Where there is no journal, with the cached lists of scans in it and up to now: in a fast
    /// market the scan that crossed its end is not the last any more when the lists are read.
    PersistenceRun closing(PersistenceSchedule.Due due) {
        return new PersistenceRun(
                due.reason(),
                due.boundary(),
                wall.instant(),
                sessions,
                top,
                Optional.of(due.boundary()),
                time -> !time.isBefore(due.from()) && isPresent(time));
    }

    /// At start, on request and at the end: all there is, of cached lists those of this market day.
    PersistenceRun now(Reason reason) {
        return new PersistenceRun(
                reason,
                clock.instant(),
                wall.instant(),
                sessions,
                top,
                Optional.empty(),
                time -> isPresent(time) && calendar.marketDay(time).equals(calendar.marketDay(clock.instant())));
    }

    /// In direct mode: all that a cycle kept.
    PersistenceRun direct(CycleSummary cycle) {
        return new PersistenceRun(
                Reason.DIRECT,
                cycle.time(),
                wall.instant(),
                List.of(cycle.session()),
                Integer.MAX_VALUE,
                Optional.empty(),
                time -> true);
    }

    private boolean isPresent(Instant time) {
        return !time.isAfter(clock.instant().plus(AHEAD));
    }
}
