package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlwaysOpenCalendarTest {
    private final AlwaysOpenCalendar calendar = new AlwaysOpenCalendar();

    @ParameterizedTest
    @CsvSource({"2026-12-25T03:00:00Z", "2026-01-03T23:59:59.999999999Z", "2026-03-08T07:00:00Z", "1969-12-31T23:00:00Z"
    })
    void itIsOpenAtAnyTime(Instant time) {
        assertThat(calendar.sessionAt(time)).isEqualTo(MarketSession.MARKET_OPEN);
        assertThat(calendar.sessions()).containsExactly(MarketSession.MARKET_OPEN);
    }

    @Test
    void itsDaysAreThoseOfUtc() {
        assertThat(calendar.marketDay(Instant.parse("2026-01-03T23:59:59.999Z")))
                .isEqualTo(LocalDate.of(2026, 1, 3));
        assertThat(calendar.marketDay(Instant.parse("2026-01-04T00:00:00Z"))).isEqualTo(LocalDate.of(2026, 1, 4));
        assertThat(calendar.localTime(Instant.parse("2026-01-04T00:00:01Z"))).isEqualTo(LocalTime.of(0, 0, 1));
    }

    @ParameterizedTest
    @CsvSource({
        "2026-01-03T10:20:30Z, PT1H, 2026-01-03T10:00:00Z, 2026-01-03T11:00:00Z",
        "2026-01-03T10:00:00Z, PT1H, 2026-01-03T10:00:00Z, 2026-01-03T11:00:00Z",
        "2026-01-03T23:59:59.999999999Z, PT1H, 2026-01-03T23:00:00Z, 2026-01-04T00:00:00Z",
        "2026-01-03T10:20:30Z, PT24H, 2026-01-03T00:00:00Z, 2026-01-04T00:00:00Z",
        "2026-01-03T10:20:30.5Z, PT0.1S, 2026-01-03T10:20:30.5Z, 2026-01-03T10:20:30.6Z",
        "1969-12-31T23:30:00Z, PT1H, 1969-12-31T23:00:00Z, 1970-01-01T00:00:00Z"
    })
    void boundariesAreMultiplesFromMidnight(Instant time, Duration every, Instant last, Instant next) {
        assertThat(calendar.lastBoundary(time, every)).isEqualTo(last);
        assertThat(calendar.nextBoundary(time, every)).isEqualTo(next);
    }

    @Test
    void whatDividesNoDayIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> calendar.nextBoundary(Instant.EPOCH, Duration.ofMinutes(7)));
    }
}
