package dev.atalaya.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.atalaya.bus.RunSummary.Reason;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.persistence.PersistenceSchedule.Due;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PersistenceScheduleTest {
    private static Instant at(String time) {
        return Instant.parse("2025-01-24T" + time + "Z");
    }

    private static PersistenceSchedule hourlyFrom(String time) {
        return new PersistenceSchedule(new FixedHours(), Duration.ofHours(1), at(time));
    }

    @Test
    void theScanThatCrossesAnHourMakesARunDue() {
        PersistenceSchedule schedule = hourlyFrom("10:20:00");

        assertThat(schedule.scanned(at("10:59:59"))).isEmpty();
        assertThat(schedule.scanned(at("11:00:04"))).contains(new Due(at("11:00:00"), Reason.INTERVAL, at("10:00:00")));
        assertThat(schedule.next()).isEqualTo(at("12:00:00"));
    }

    @Test
    void theSameScanIsNotDueTwice() {
        PersistenceSchedule schedule = hourlyFrom("10:20:00");

        assertThat(schedule.scanned(at("11:00:00"))).isPresent();
        assertThat(schedule.scanned(at("11:00:00"))).isEmpty();
    }

    @Test
    void theClockMakesARunDueThirtySecondsLater() {
        PersistenceSchedule schedule = hourlyFrom("21:20:00");

        assertThat(schedule.clockAt(at("22:00:29.999"))).isEmpty();
        assertThat(schedule.clockAt(at("22:00:30"))).contains(new Due(at("22:00:00"), Reason.INTERVAL, at("21:00:00")));
    }

    @Test
    void scanAndClockNeverCloseTheSamePeriod() {
        PersistenceSchedule schedule = hourlyFrom("10:20:00");

        assertThat(schedule.scanned(at("11:00:01"))).isPresent();
        assertThat(schedule.clockAt(at("11:00:31"))).isEmpty();
        assertThat(schedule.clockAt(at("12:00:31"))).isPresent();
        assertThat(schedule.scanned(at("12:00:32"))).isEmpty();
    }

    @Test
    void theEndOfASessionIsABoundaryToo() {
        PersistenceSchedule schedule = hourlyFrom("09:10:00");

        assertThat(schedule.scanned(at("09:30:00")))
                .contains(new Due(at("09:30:00"), Reason.SESSION_END, at("09:00:00")));
        assertThat(schedule.scanned(at("10:00:00"))).contains(new Due(at("10:00:00"), Reason.INTERVAL, at("09:30:00")));
    }

    @Test
    void aSessionThatEndsOnTheHourIsOneRunOfTheInterval() {
        assertThat(hourlyFrom("15:10:00").scanned(at("16:00:00")))
                .contains(new Due(at("16:00:00"), Reason.INTERVAL, at("15:00:00")));
    }

    @Test
    void severalBoundariesCrossedTogetherAreOneRunOfAllThatTime() {
        PersistenceSchedule schedule = hourlyFrom("08:10:00");

        assertThat(schedule.scanned(at("11:05:00"))).contains(new Due(at("11:00:00"), Reason.INTERVAL, at("08:00:00")));
        assertThat(schedule.next()).isEqualTo(at("12:00:00"));
    }

    @Test
    void aSimulatedDayHasSixteenHoursAndTheBell() {
        Instant open = at("17:03:21.5");
        SimulatedCalendar calendar = new SimulatedCalendar(open, LocalTime.of(4, 0), LocalDate.of(2025, 1, 24));
        PersistenceSchedule schedule = new PersistenceSchedule(calendar, Duration.ofHours(1), open);
        List<Due> due = Stream.iterate(open, scan -> scan.plusSeconds(10))
                .limit(16 * 360 + 1)
                .flatMap(scan -> schedule.scanned(scan).stream())
                .toList();

        assertThat(due).filteredOn(run -> run.reason() == Reason.INTERVAL).hasSize(16);
        assertThat(due)
                .filteredOn(run -> run.reason() == Reason.SESSION_END)
                .extracting(run -> calendar.localTime(run.boundary()))
                .containsExactly(LocalTime.of(9, 30));
        assertThat(due.getLast().boundary()).isEqualTo(open.plus(Duration.ofHours(16)));
    }
}
