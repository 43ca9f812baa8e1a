package dev.atalaya.market;

import static java.time.DayOfWeek.MONDAY;
import static java.time.DayOfWeek.SATURDAY;
import static java.time.DayOfWeek.SUNDAY;
import static java.time.DayOfWeek.THURSDAY;
import static java.time.temporal.TemporalAdjusters.dayOfWeekInMonth;
import static java.time.temporal.TemporalAdjusters.lastInMonth;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.Month;
import java.time.MonthDay;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.zone.ZoneOffsetTransition;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The calendar of the US equity exchanges: holidays and early closes by today's rules (NYSE Rule 7.2 and its
/// yearly announcements) for any year, Martin Luther King Day since 1998, Juneteenth since 2022, and what no
/// rule foresees as a list. Immutable, any thread.
public final class ExchangeCalendar implements TradingCalendar {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final List<SessionHours> USUAL_DAY = SessionHours.ofUsDay(SessionHours.USUAL_CLOSE);
    private static final List<SessionHours> EARLY_DAY = SessionHours.ofUsDay(LocalTime.of(13, 0));

    private static final MonthDay JULY_3 = MonthDay.of(7, 3);
    private static final MonthDay CHRISTMAS_EVE = MonthDay.of(12, 24);

    private final Map<LocalDate, List<SessionHours>> exceptional = new HashMap<>();

    private ExchangeCalendar(List<ExceptionalDay> exceptionalDays) {
        for (ExceptionalDay day : exceptionalDays) {
            exceptional.put(day.date(), day.close().map(SessionHours::ofUsDay).orElse(List.of()));
        }
    }

    /// The calendar with the exceptional days that Atalaya knows.
    public static ExchangeCalendar newYork() {
        return newYork(ExceptionalDay.bundled());
    }

    /// The calendar with exactly these exceptional days, which count more than the rules.
    public static ExchangeCalendar newYork(List<ExceptionalDay> exceptionalDays) {
        return new ExchangeCalendar(exceptionalDays);
    }

    @Override
    public List<MarketSession> sessions() {
        return USUAL_DAY.stream().map(SessionHours::session).toList();
    }

    @Override
    public MarketSession sessionAt(Instant time) {
        ZonedDateTime local = time.atZone(NEW_YORK);
        return SessionHours.at(local.toLocalTime(), hoursOf(local.toLocalDate()));
    }

    @Override
    public LocalTime localTime(Instant time) {
        return LocalTime.ofInstant(time, NEW_YORK);
    }

    @Override
    public LocalDate marketDay(Instant time) {
        return LocalDate.ofInstant(time, NEW_YORK);
    }

    /// Whether the exchange opens on that day.
    public boolean isTradingDay(LocalDate day) {
        return !hoursOf(day).isEmpty();
    }

    /// When the regular session of that day ends, New York time; empty if the exchange does not open.
    public Optional<LocalTime> closeOf(LocalDate day) {
        List<SessionHours> hours = hoursOf(day);
        return hours.isEmpty() ? Optional.empty() : Optional.of(hours.getLast().start());
    }

    @Override
    public Instant nextBoundary(Instant time, Duration every) {
        Instant next = nextMultiple(time, SessionHours.nanosDividingADay(every));
        // midnight is a multiple, so that no other day's sessions matter
        LocalDate day = marketDay(time);
        for (SessionHours hours : hoursOf(day)) {
            Instant end = endOf(hours, day);
            if (end.isAfter(time) && end.isBefore(next)) {
                next = end;
            }
        }
        return next;
    }

    @Override
    public Instant lastBoundary(Instant time, Duration every) {
        Instant last = lastMultiple(time, SessionHours.nanosDividingADay(every));
        LocalDate day = marketDay(time);
        for (SessionHours hours : hoursOf(day)) {
            Instant end = endOf(hours, day);
            if (!end.isAfter(time) && end.isAfter(last)) {
                last = end;
            }
        }
        return last;
    }

    private static Instant endOf(SessionHours hours, LocalDate day) {
        return day.atTime(hours.end()).atZone(NEW_YORK).toInstant();
    }

    /// The clocks may change on the way to the next multiple: then it is looked for from that moment on.
    private static Instant nextMultiple(Instant time, long everyNanos) {
        Instant next = time.plusNanos(everyNanos - nanoOfDay(time) % everyNanos);
        ZoneOffsetTransition change = NEW_YORK.getRules().nextTransition(time);
        if (change == null || change.getInstant().isAfter(next)) {
            return next;
        }
        return lastMultiple(change.getInstant(), everyNanos).equals(change.getInstant())
                ? change.getInstant()
                : nextMultiple(change.getInstant(), everyNanos);
    }

    private static Instant lastMultiple(Instant time, long everyNanos) {
        Instant last = time.minusNanos(nanoOfDay(time) % everyNanos);
        ZoneOffsetTransition change = NEW_YORK.getRules().previousTransition(time.plusNanos(1));
        return change == null || !last.isBefore(change.getInstant())
                ? last
                : lastMultiple(change.getInstant().minusNanos(1), everyNanos);
    }

    private static long nanoOfDay(Instant time) {
        return time.atZone(NEW_YORK).toLocalTime().toNanoOfDay();
    }

    private List<SessionHours> hoursOf(LocalDate day) {
        List<SessionHours> byDecree = exceptional.get(day);
        if (byDecree != null) {
            return byDecree;
        }
        if (isWeekend(day) || isHoliday(day)) {
            return List.of();
        }
        return isEarlyClose(day) ? EARLY_DAY : USUAL_DAY;
    }

    private static boolean isWeekend(LocalDate day) {
        return day.getDayOfWeek() == SATURDAY || day.getDayOfWeek() == SUNDAY;
    }

    private static boolean isHoliday(LocalDate day) {
        int year = day.getYear();
        return switch (day.getMonth()) {
            case JANUARY -> isNewYearsDay(day) || (year >= 1998 && isNth(day, 3, MONDAY));
            case FEBRUARY -> isNth(day, 3, MONDAY);
            case MARCH, APRIL -> day.equals(easterSunday(year).minusDays(2));
            case MAY -> day.equals(day.with(lastInMonth(MONDAY)));
            case JUNE -> year >= 2022 && day.equals(observed(LocalDate.of(year, 6, 19)));
            case JULY -> day.equals(observed(LocalDate.of(year, 7, 4)));
            case SEPTEMBER -> isNth(day, 1, MONDAY);
            case NOVEMBER -> isNth(day, 4, THURSDAY);
            case DECEMBER -> day.equals(observed(LocalDate.of(year, 12, 25)));
            default -> false;
        };
    }

    /// On a Sunday it is observed on Monday, on a Saturday not at all: the Friday before ends the year's
    /// accounts.
    private static boolean isNewYearsDay(LocalDate day) {
        return day.getDayOfMonth() == 1 || (day.getDayOfMonth() == 2 && day.getDayOfWeek() == MONDAY);
    }

    /// A trading day right before Independence Day or Christmas, or right after Thanksgiving.
    private static boolean isEarlyClose(LocalDate day) {
        MonthDay date = MonthDay.from(day);
        return date.equals(JULY_3)
                || date.equals(CHRISTMAS_EVE)
                || (day.getMonth() == Month.NOVEMBER && isNth(day.minusDays(1), 4, THURSDAY));
    }

    private static LocalDate observed(LocalDate holiday) {
        return switch (holiday.getDayOfWeek()) {
            case SATURDAY -> holiday.minusDays(1);
            case SUNDAY -> holiday.plusDays(1);
            default -> holiday;
        };
    }

    private static boolean isNth(LocalDate day, int nth, DayOfWeek weekday) {
        return day.equals(day.with(dayOfWeekInMonth(nth, weekday)));
    }

    /// The anonymous Gregorian computus (Meeus, Astronomical Algorithms, chapter 8).
    private static LocalDate easterSunday(int year) {
        int golden = Math.floorMod(year, 19);
        int century = Math.floorDiv(year, 100);
        int rest = Math.floorMod(year, 100);
        int moonShift = (century - (century + 8) / 25 + 1) / 3;
        int epact = (19 * golden + century - century / 4 - moonShift + 15) % 30;
        int weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
        int correction = (golden + 11 * epact + 22 * weekday) / 451;
        int days = epact + weekday - 7 * correction + 114;
        return LocalDate.of(year, days / 31, days % 31 + 1);
    }
}
