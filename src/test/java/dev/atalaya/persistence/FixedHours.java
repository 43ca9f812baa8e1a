package dev.atalaya.persistence;

import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TradingCalendar;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;

/// A calendar of which one can count the boundaries on one's fingers: the US sessions, every day, in UTC.
final class FixedHours implements TradingCalendar {
    private static final MarketSession PRE_MARKET = new MarketSession("PRE_MARKET");
    private static final MarketSession MARKET_OPEN = new MarketSession("MARKET_OPEN");
    private static final MarketSession POST_MARKET = new MarketSession("POST_MARKET");
    private static final LocalTime START = LocalTime.of(4, 0);
    private static final LocalTime BELL = LocalTime.of(9, 30);
    private static final LocalTime CLOSE = LocalTime.of(16, 0);
    private static final LocalTime END = LocalTime.of(20, 0);

    @Override
    public List<MarketSession> sessions() {
        return List.of(PRE_MARKET, MARKET_OPEN, POST_MARKET);
    }

    @Override
    public MarketSession sessionAt(Instant time) {
        LocalTime local = time.atOffset(ZoneOffset.UTC).toLocalTime();
        if (local.isBefore(START) || !local.isBefore(END)) {
            return MarketSession.CLOSED;
        }
        return local.isBefore(BELL) ? PRE_MARKET : local.isBefore(CLOSE) ? MARKET_OPEN : POST_MARKET;
    }

    @Override
    public LocalDate marketDay(Instant time) {
        return LocalDate.ofInstant(time, ZoneOffset.UTC);
    }

    @Override
    public Instant nextBoundary(Instant time, Duration every) {
        return boundaries(time, every)
                .filter(boundary -> boundary.isAfter(time))
                .min(Instant::compareTo)
                .orElseThrow();
    }

    @Override
    public Instant lastBoundary(Instant time, Duration every) {
        return boundaries(time, every)
                .filter(boundary -> !boundary.isAfter(time))
                .max(Instant::compareTo)
                .orElseThrow();
    }

    private Stream<Instant> boundaries(Instant time, Duration every) {
        Instant day = marketDay(time).atStartOfDay(ZoneOffset.UTC).toInstant();
        long count = Duration.ofDays(1).dividedBy(every);
        return Stream.concat(
                Stream.iterate(day, boundary -> boundary.plus(every)).limit(count + 1),
                Stream.of(BELL, CLOSE, END)
                        .map(end -> marketDay(time).atTime(end).toInstant(ZoneOffset.UTC)));
    }

    @Override
    public LocalTime localTime(Instant time) {
        return LocalTime.ofInstant(time, ZoneOffset.UTC);
    }
}
