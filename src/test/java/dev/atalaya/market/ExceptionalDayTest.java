package dev.atalaya.market;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExceptionalDayTest {
    private static final ExceptionalDay CLOSED = new ExceptionalDay(LocalDate.of(2025, 1, 9), Optional.empty());
    private static final ExceptionalDay EARLY =
            new ExceptionalDay(LocalDate.of(2025, 7, 3), Optional.of(LocalTime.of(13, 0)));

    @Test
    void columnsAreFoundByTheHeader() throws IOException {
        assertThat(read("date,kind,close_et", "2025-01-09,closed,", "", "2025-07-03,early_close,13:00"))
                .containsExactly(CLOSED, EARLY);
        assertThat(read("date,weekday,kind,close_et,name", "2025-01-09,Thu,closed,,Mourning, national"))
                .containsExactly(CLOSED);
        assertThat(read("name,close_et,kind,date", "Eve,13:00,early_close,2025-07-03"))
                .containsExactly(EARLY);
    }

    @Test
    void aHeaderAloneIsAnEmptyList() throws IOException {
        assertThat(read("date,kind,close_et")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2025-13-09,closed, | line 2: date '2025-13-09' is no date such as 2025-01-09",
                "2025-01-09,shut, | line 2: kind 'shut' is neither closed nor early_close",
                "2025-01-09,early_close, | line 2: close_et '' is no time from 09:31 to 16:00",
                "2025-01-09,early_close,09:30 | line 2: close_et '09:30' is no time from 09:31 to 16:00",
                "2025-01-09,closed,13:00 | line 2: close_et '13:00' on a day that is closed",
                "2025-01-09 | line 2: '2025-01-09' has too few columns"
            })
    void aWrongLineIsNamedWithItsValue(String line, String message) {
        assertThatThrownBy(() -> read("date,kind,close_et", line))
                .isInstanceOf(IOException.class)
                .hasMessage(message);
    }

    @Test
    void aDayThatStandsThereTwiceIsRefused() {
        assertThatThrownBy(() -> read("date,kind,close_et", "2025-01-09,closed,", "2025-01-09,closed,"))
                .hasMessage("line 3: date '2025-01-09' stands there twice");
    }

    @Test
    void anotherFileIsRefused() {
        assertThatThrownBy(() -> read("symbol,price"))
                .hasMessage("line 1: the header names date, kind and close_et, not 'symbol,price'");
        assertThatThrownBy(() -> ExceptionalDay.read(new StringReader(""))).hasMessageContaining("line 1");
    }

    private static List<ExceptionalDay> read(String... lines) throws IOException {
        return ExceptionalDay.read(new StringReader(String.join("\n", lines)));
    }
}
