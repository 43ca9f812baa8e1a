package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SimulatedCalendarTest {
    private static final Instant ORIGIN = Instant.parse("2026-02-03T17:11:12.5Z");
    private static final Duration DAY = Duration.ofHours(16);

    private final SimulatedCalendar calendar =
            new SimulatedCalendar(ORIGIN, LocalTime.of(9, 29), LocalDate.of(2026, 2, 3));

    @ParameterizedTest
    @CsvSource({
        "PT0S, 2026-02-03, 09:29, PRE_MARKET, 0",
        "PT59.999999999S, 2026-02-03, 09:29:59.999999999, PRE_MARKET, 0",
        "PT1M, 2026-02-03, 09:30, MARKET_OPEN, 0",
        "PT6H31M, 2026-02-03, 16:00, POST_MARKET, 0",
        "PT10H30M59.999S, 2026-02-03, 19:59:59.999, POST_MARKET, 0",
        "PT10H31M, 2026-02-04, 04:00, PRE_MARKET, 1",
        "PT16H, 2026-02-04, 09:29, PRE_MARKET, 1",
        "PT-5H-29M, 2026-02-03, 04:00, PRE_MARKET, 0",
        "PT-5H-29M-0.001S, 2026-02-02, 19:59:59.999, POST_MARKET, -1",
        "PT-16H, 2026-02-02, 09:29, PRE_MARKET, -1"
    })
    void theNightIsSkipped(Duration since, LocalDate day, LocalTime local, String session, long number) {
        Instant time = ORIGIN.plus(since);

        assertThat(calendar.marketDay(time)).isEqualTo(day);
        assertThat(calendar.localTime(time)).isEqualTo(local);
        assertThat(calendar.sessionAt(time)).hasToString(session);
        assertThat(calendar.dayNumber(time)).isEqualTo(number);
    }

    @Test
    void aDayHasSixteenHoursAndSeventeenHourlyBoundaries() {
        Instant start = ORIGIN.minus(Duration.ofMinutes(329));
        List<LocalTime> boundaries = new ArrayList<>();
        Instant time = calendar.nextBoundary(start, Duration.ofHours(1));
        for (; time.isBefore(start.plus(DAY)); time = calendar.nextBoundary(time, Duration.ofHours(1))) {
            boundaries.add(calendar.localTime(time));
        }

        assertThat(time).as("20:00, which is 04:00 of the next day").isEqualTo(start.plus(DAY));
        assertThat(boundaries).hasSize(16).contains(LocalTime.of(9, 30)).doesNotHaveDuplicates();
        assertThat(boundaries.getFirst()).isEqualTo(LocalTime.of(5, 0));
        assertThat(boundaries.getLast()).isEqualTo(LocalTime.of(19, 0));
    }

    @Test
    void noBoundaryLiesBetweenTheLastAndTheNext() {
        SplittableRandom random = new SplittableRandom(11);
        Duration[] steps = {
            Duration.ofMinutes(1), Duration.ofMinutes(40), Duration.ofHours(1), Duration.ofHours(8), Duration.ofDays(1)
        };
        for (int i = 0; i < 2_000; i++) {
            Duration every = steps[random.nextInt(steps.length)];
            Instant minute = ORIGIN.plus(Duration.ofMinutes(random.nextInt(-3_000, 3_000)));
            Instant time = minute.plusMillis(random.nextInt(60_000));
            BoundaryWalk.compare(calendar, minute, time, every);
        }
    }

    @Test
    void theExchangeDoesNotStartAtNight() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SimulatedCalendar(ORIGIN, LocalTime.of(20, 0), LocalDate.EPOCH))
                .withMessageContaining("20:00");
    }
}
