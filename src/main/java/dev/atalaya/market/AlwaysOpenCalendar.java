package dev.atalaya.market;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;

/// The calendar of a market that never closes, such as that of cryptocurrencies: one session around the clock, and days
/// that end at midnight UTC. Immutable, any thread.
public final class AlwaysOpenCalendar implements TradingCalendar {

    @Override
    public List<MarketSession> sessions() {
        return List.of(MarketSession.MARKET_OPEN);
    }

    @Override
    public MarketSession sessionAt(Instant time) {
        return MarketSession.MARKET_OPEN;
    }

    @Override
    public LocalDate marketDay(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    @Override
    public LocalTime localTime(Instant time) {
        return LocalTime.ofInstant(time, ZoneOffset.UTC);
    }

    @Override
    public Instant nextBoundary(Instant time, Duration every) {
        return lastBoundary(time, every).plus(every);
    }

    @Override
    public Instant lastBoundary(Instant time, Duration every) {
        long everyNanos = SessionHours.nanosDividingADay(every);
        return time.minusNanos(localTime(time).toNanoOfDay() % everyNanos);
    }
}
