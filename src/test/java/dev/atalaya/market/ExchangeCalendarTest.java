package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.atalaya.testing.SharedData;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExchangeCalendarTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");

    private final ExchangeCalendar calendar = ExchangeCalendar.newYork();

    @Test
    void everyDayFrom2024To2027IsAsTheExchangePublishedIt() throws Exception {
        Path file = SharedData.folder("calendar").resolve("us-equity-holidays-2024-2027.csv");
        Map<LocalDate, ExceptionalDay> published;
        try (Reader csv = Files.newBufferedReader(file)) {
            published = ExceptionalDay.read(csv).stream().collect(Collectors.toMap(ExceptionalDay::date, day -> day));
        }
        List<String> wrong = new ArrayList<>();
        for (LocalDate day = LocalDate.of(2024, 1, 1); day.getYear() < 2028; day = day.plusDays(1)) {
            Optional<LocalTime> expected = day.getDayOfWeek().getValue() > 5
                    ? Optional.empty()
                    : Optional.ofNullable(published.get(day))
                            .map(ExceptionalDay::close)
                            .orElse(Optional.of(LocalTime.of(16, 0)));
            if (!calendar.closeOf(day).equals(expected)) {
                wrong.add(day + ": " + calendar.closeOf(day) + " instead of " + expected);
            }
        }
        assertThat(wrong).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1998-01-19", "2000-04-21", "2008-03-21", "2010-12-24", "2011-12-26", "2012-01-02", "2015-07-03",
                "2017-01-02", "2020-07-03", "2021-07-05", "2021-12-24", "2022-06-20", "2023-01-02", "2038-04-23",
                "2001-09-11", "2001-09-14", "2004-06-11", "2007-01-02", "2012-10-30", "2018-12-05", "2025-01-09"
            })
    void theExchangeIsClosed(LocalDate day) {
        assertThat(calendar.isTradingDay(day)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"1997-01-20", "2004-12-31", "2010-12-31", "2021-12-31", "2021-06-18", "2019-06-19"})
    void theExchangeTradesAllDay(LocalDate day) {
        assertThat(calendar.closeOf(day)).contains(LocalTime.of(16, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"2014-07-03", "2018-07-03", "2019-07-03", "2023-07-03", "2018-12-24", "2019-11-29"})
    void theExchangeClosesEarly(LocalDate day) {
        assertThat(calendar.closeOf(day)).contains(LocalTime.of(13, 0));
    }

    @ParameterizedTest
    @CsvSource({
        // an ordinary day
        "2025-01-24T03:59:59.999999999, CLOSED",
        "2025-01-24T04:00, PRE_MARKET",
        "2025-01-24T09:29:59.999999999, PRE_MARKET",
        "2025-01-24T09:30, MARKET_OPEN",
        "2025-01-24T15:59:59.999999999, MARKET_OPEN",
        "2025-01-24T16:00, POST_MARKET",
        "2025-01-24T19:59:59.999999999, POST_MARKET",
        "2025-01-24T20:00, CLOSED",
        // an early close
        "2025-07-03T12:59:59, MARKET_OPEN",
        "2025-07-03T13:00, POST_MARKET",
        "2025-07-03T16:59:59, POST_MARKET",
        "2025-07-03T17:00, CLOSED",
        // a holiday, a weekend, a day of mourning
        "2025-07-04T10:00, CLOSED",
        "2025-07-05T10:00, CLOSED",
        "2025-01-09T10:00, CLOSED",
        // the first trading days after the clocks changed
        "2025-03-10T09:29:59, PRE_MARKET",
        "2025-03-10T09:30, MARKET_OPEN",
        "2025-11-03T09:29:59, PRE_MARKET",
        "2025-11-03T09:30, MARKET_OPEN"
    })
    void theSessionIsThatOfTheMoment(LocalDateTime newYork, String session) {
        assertThat(calendar.sessionAt(newYork.atZone(NEW_YORK).toInstant())).hasToString(session);
    }

    @Test
    void theOpeningBellRingsAnHourEarlierInUtcInSummer() {
        assertThat(calendar.sessionAt(Instant.parse("2025-03-07T14:30:00Z"))).hasToString("MARKET_OPEN");
        assertThat(calendar.sessionAt(Instant.parse("2025-03-07T14:29:59Z"))).hasToString("PRE_MARKET");
        assertThat(calendar.sessionAt(Instant.parse("2025-03-10T13:30:00Z"))).hasToString("MARKET_OPEN");
        assertThat(calendar.sessionAt(Instant.parse("2025-03-10T13:29:59Z"))).hasToString("PRE_MARKET");
    }

    @Test
    void theMarketDayAndTheTimeAreNewYorks() {
        assertThat(calendar.marketDay(Instant.parse("2025-01-25T00:30:00Z"))).isEqualTo("2025-01-24");
        assertThat(calendar.marketDay(Instant.parse("2025-07-05T04:00:00Z"))).isEqualTo("2025-07-05");
        assertThat(calendar.localTime(Instant.parse("2025-01-25T00:30:00Z"))).isEqualTo("19:30");
        assertThat(calendar.localTime(Instant.parse("2025-07-05T04:00:00Z"))).isEqualTo("00:00");
    }

    @Test
    void thereAreThreeSessionsInTheirOrder() {
        assertThat(calendar.sessions().stream().map(MarketSession::name))
                .containsExactly("PRE_MARKET", "MARKET_OPEN", "POST_MARKET");
    }

    @Test
    void anExceptionalDayCountsMoreThanTheRules() {
        ExchangeCalendar with = ExchangeCalendar.newYork(List.of(
                new ExceptionalDay(LocalDate.of(2026, 3, 4), Optional.of(LocalTime.of(11, 0))),
                new ExceptionalDay(LocalDate.of(2026, 3, 5), Optional.empty())));

        assertThat(with.closeOf(LocalDate.of(2026, 3, 4))).contains(LocalTime.of(11, 0));
        assertThat(with.isTradingDay(LocalDate.of(2026, 3, 5))).isFalse();
        assertThat(with.isTradingDay(LocalDate.of(2025, 1, 9))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // full hours, round the clock and on a Saturday
        "2025-01-24T08:00:00-05:00, PT1H, 2025-01-24T09:00:00-05:00",
        "2025-01-25T23:59:59-05:00, PT1H, 2025-01-26T00:00:00-05:00",
        // ends of sessions
        "2025-01-24T09:00:00-05:00, PT1H, 2025-01-24T09:30:00-05:00",
        "2025-01-24T09:30:00-05:00, PT4H, 2025-01-24T12:00:00-05:00",
        "2025-07-03T12:59:59-04:00, PT6H, 2025-07-03T13:00:00-04:00",
        "2025-07-03T13:00:00-04:00, PT6H, 2025-07-03T17:00:00-04:00",
        "2025-07-04T12:59:59-04:00, PT6H, 2025-07-04T18:00:00-04:00",
        // the hour from 02:00 is left out, the one from 01:00 comes twice
        "2025-03-09T01:30:00-05:00, PT1H, 2025-03-09T03:00:00-04:00",
        "2025-03-09T01:00:00-05:00, PT2H, 2025-03-09T04:00:00-04:00",
        "2025-11-02T00:30:00-04:00, PT1H, 2025-11-02T01:00:00-04:00",
        "2025-11-02T01:00:00-04:00, PT1H, 2025-11-02T01:00:00-05:00",
        "2025-11-02T01:00:00-05:00, PT1H, 2025-11-02T02:00:00-05:00",
        "2025-11-02T00:00:00-04:00, PT2H, 2025-11-02T02:00:00-05:00",
        "2025-11-02T00:00:00-04:00, P1D, 2025-11-03T00:00:00-05:00"
    })
    void theNextBoundaryComesAfterTheTime(String time, Duration every, String expected) {
        Instant next = calendar.nextBoundary(ZonedDateTime.parse(time).toInstant(), every);

        assertThat(next).isEqualTo(ZonedDateTime.parse(expected).toInstant());
        assertThat(calendar.lastBoundary(next, every)).isEqualTo(next);
        assertThat(calendar.lastBoundary(next.minusNanos(1), every))
                .isBeforeOrEqualTo(ZonedDateTime.parse(time).toInstant());
    }

    @Test
    void boundariesAreExactlyTheMultiplesAndTheSessionsEnds() {
        SplittableRandom random = new SplittableRandom(7);
        Duration[] steps = {
            Duration.ofMinutes(1),
            Duration.ofMinutes(15),
            Duration.ofMinutes(90),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(12),
            Duration.ofDays(1)
        };
        Instant[] around = {
            Instant.parse("2025-03-09T00:00:00Z"), Instant.parse("2025-11-02T00:00:00Z"),
            Instant.parse("2025-07-02T00:00:00Z"), Instant.parse("2024-12-24T00:00:00Z")
        };
        for (int i = 0; i < 1_000; i++) {
            Duration every = steps[random.nextInt(steps.length)];
            Instant minute = around[random.nextInt(around.length)].plusSeconds(60L * random.nextInt(2 * 1_440));
            Instant time = minute.plusMillis(random.nextInt(60_000));
            BoundaryWalk.compare(calendar, minute, time, every);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1H", "PT7H", "P2D"})
    void aStepThatDoesNotDivideADayIsRefused(Duration every) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> calendar.nextBoundary(Instant.EPOCH, every))
                .withMessageContaining(every.toString());
    }
}
