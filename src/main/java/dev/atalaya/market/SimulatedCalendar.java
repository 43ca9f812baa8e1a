package dev.atalaya.market;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;

/// The calendar of an exchange that never sleeps: every day is a trading day with the US sessions, and the
/// night is skipped, so that 04:00 of a day is the moment at which the day before ended at 20:00. Goes
/// backwards without end as well. Immutable, any thread.
public final class SimulatedCalendar implements TradingCalendar {
    private static final List<SessionHours> HOURS = SessionHours.ofUsDay(SessionHours.USUAL_CLOSE);
    private static final long START = HOURS.getFirst().start().toNanoOfDay();
    private static final long END = HOURS.getLast().end().toNanoOfDay();

    private final Instant dayZero;
    private final LocalDate firstDay;

    /// At `origin` it is `atOrigin` on `firstDay` at the exchange.
    ///
    /// @throws IllegalArgumentException if `atOrigin` is not from 04:00 up to but without 20:00
    public SimulatedCalendar(Instant origin, LocalTime atOrigin, LocalDate firstDay) {
        long nanoOfDay = atOrigin.toNanoOfDay();
        if (nanoOfDay < START || nanoOfDay >= END) {
            throw new IllegalArgumentException("The simulated exchange trades from 04:00 to 20:00, not at " + atOrigin);
        }
        this.dayZero = origin.minusNanos(nanoOfDay - START);
        this.firstDay = firstDay;
    }

    /// From 04:00 up to but without 20:00.
    @Override
    public LocalTime localTime(Instant time) {
        return LocalTime.ofNanoOfDay(nanoOfDay(time));
    }

    /// How many days after the first; negative before it.
    public long dayNumber(Instant time) {
        return Math.floorDiv(sinceDayZero(time), END - START);
    }

    private long nanoOfDay(Instant time) {
        return START + Math.floorMod(sinceDayZero(time), END - START);
    }

    private long sinceDayZero(Instant time) {
        return Duration.between(dayZero, time).toNanos();
    }

    @Override
    public List<MarketSession> sessions() {
        return HOURS.stream().map(SessionHours::session).toList();
    }

    @Override
    public MarketSession sessionAt(Instant time) {
        return SessionHours.at(localTime(time), HOURS);
    }

    @Override
    public LocalDate marketDay(Instant time) {
        return firstDay.plusDays(dayNumber(time));
    }

    @Override
    public Instant nextBoundary(Instant time, Duration every) {
        long everyNanos = SessionHours.nanosDividingADay(every);
        long now = nanoOfDay(time);
        long next = (now / everyNanos + 1) * everyNanos;
        for (SessionHours hours : HOURS) {
            long end = hours.end().toNanoOfDay();
            if (end > now) {
                next = Math.min(next, end);
            }
        }
        return time.plusNanos(next - now);
    }

    @Override
    public Instant lastBoundary(Instant time, Duration every) {
        long everyNanos = SessionHours.nanosDividingADay(every);
        long now = nanoOfDay(time);
        // the day's start is the end of the day before
        long last = Math.max(START, now / everyNanos * everyNanos);
        for (SessionHours hours : HOURS) {
            long end = hours.end().toNanoOfDay();
            if (end <= now) {
                last = Math.max(last, end);
            }
        }
        return time.minusNanos(now - last);
    }
}
