package dev.atalaya.market;

import java.time.Duration;
import java.time.LocalTime;
import java.util.List;

/// When a session begins and ends in the market's time of day: from `start` up to but without `end`.
record SessionHours(MarketSession session, LocalTime start, LocalTime end) {
    static final LocalTime USUAL_CLOSE = LocalTime.of(16, 0);

    /// The sessions of a US trading day, in their order. Trading after the close lasts four hours.
    static List<SessionHours> ofUsDay(LocalTime close) {
        LocalTime open = LocalTime.of(9, 30);
        return List.of(
                new SessionHours(MarketSession.PRE_MARKET, LocalTime.of(4, 0), open),
                new SessionHours(MarketSession.MARKET_OPEN, open, close),
                new SessionHours(new MarketSession("POST_MARKET"), close, close.plusHours(4)));
    }

    static MarketSession at(LocalTime time, List<SessionHours> day) {
        for (SessionHours hours : day) {
            if (!time.isBefore(hours.start) && time.isBefore(hours.end)) {
                return hours.session;
            }
        }
        return MarketSession.CLOSED;
    }

    /// @return `every` in nanoseconds
    /// @throws IllegalArgumentException unless it divides a day
    static long nanosDividingADay(Duration every) {
        Duration day = Duration.ofDays(1);
        if (every.compareTo(Duration.ZERO) <= 0 || every.compareTo(day) > 0 || day.toNanos() % every.toNanos() != 0) {
            throw new IllegalArgumentException("Boundaries divide a day, which " + every + " does not");
        }
        return every.toNanos();
    }
}
