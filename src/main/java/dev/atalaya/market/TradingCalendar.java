package dev.atalaya.market;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;

/// When a market trades: its sessions, its days and the hours in which its results are stored. Immutable, any
/// thread.
public interface TradingCalendar {
    /// The sessions of a trading day in their order, without `CLOSED`.
    List<MarketSession> sessions();

    /// The session at that moment: from a session's start up to but without its end, else `CLOSED`.
    MarketSession sessionAt(Instant time);

    /// The market's own date at that moment, on holidays too. Snapshots of another market day are refused.
    LocalDate marketDay(Instant time);

    /// The time of day at the exchange at that moment.
    LocalTime localTime(Instant time);

    /// The first moment strictly after `time` at which a persistence is due: a multiple of `every` in the
    /// market's time of day (a full hour, say), or the end of a session. `every` divides a day.
    Instant nextBoundary(Instant time, Duration every);

    /// The last such moment at or before `time`.
    Instant lastBoundary(Instant time, Duration every);
}
