package dev.atalaya.feed;

import dev.atalaya.market.SimulatedCalendar;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/// Which of its days, and what time of it, a simulated exchange has. Any thread.
public interface SimulatedTime {
    /// Days follow one another without a gap.
    long dayNumber(Instant time);

    /// From 04:00 up to but without 20:00.
    LocalTime ofDay(Instant time);

    /// That of an exchange with a calendar of its own.
    static SimulatedTime of(SimulatedCalendar calendar) {
        return new SimulatedTime() {
            @Override
            public long dayNumber(Instant time) {
                return calendar.dayNumber(time);
            }

            @Override
            public LocalTime ofDay(Instant time) {
                return calendar.localTime(time);
            }
        };
    }

    /// That of an exchange which never closes: the simulated day is stretched over a day of UTC.
    static SimulatedTime aroundTheClock() {
        return new SimulatedTime() {
            private static final long START_NANOS = TimeUnit.HOURS.toNanos(4);

            @Override
            public long dayNumber(Instant time) {
                return Math.floorDiv(time.getEpochSecond(), TimeUnit.DAYS.toSeconds(1));
            }

            @Override
            public LocalTime ofDay(Instant time) {
                long nanoOfDay = LocalTime.ofInstant(time, ZoneOffset.UTC).toNanoOfDay();
                return LocalTime.ofNanoOfDay(START_NANOS + nanoOfDay / 3 * 2); // 16 hours of 24
            }
        };
    }
}
