package dev.atalaya.market;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// A day on which the exchange did what no rule foresees. Immutable.
///
/// @param close when it closed early, New York time; empty if it did not open
public record ExceptionalDay(LocalDate date, Optional<LocalTime> close) {
    private static final String BUNDLED = "/calendar/us-exceptional-days.csv";
    private static final LocalTime OPEN = LocalTime.of(9, 30);

    /// The US exchanges' exceptional closures that Atalaya knows, 2001 to 2025.
    public static List<ExceptionalDay> bundled() {
        try (InputStream file = Objects.requireNonNull(ExceptionalDay.class.getResourceAsStream(BUNDLED), BUNDLED)) {
            return read(new InputStreamReader(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(BUNDLED, e);
        }
    }

    /// Reads CSV whose header names the columns `date`, `kind` (`closed` or `early_close`) and `close_et`, in
    /// any order and with others after or between them; of the others, only the last may hold commas.
    ///
    /// @throws IOException if the text cannot be read or is not such CSV, with the line's number and the value
    public static List<ExceptionalDay> read(Reader csv) throws IOException {
        BufferedReader lines = new BufferedReader(csv);
        String header = lines.readLine();
        List<String> columns = header == null ? List.of() : fields(header);
        int date = columns.indexOf("date");
        int kind = columns.indexOf("kind");
        int close = columns.indexOf("close_et");
        if (date < 0 || kind < 0 || close < 0) {
            throw new IOException("line 1: the header names date, kind and close_et, not '" + header + "'");
        }
        List<ExceptionalDay> days = new ArrayList<>();
        Set<LocalDate> dates = new HashSet<>();
        int number = 1;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            number++;
            if (line.isBlank()) {
                continue;
            }
            List<String> fields = fields(line);
            if (fields.size() <= Math.max(date, Math.max(kind, close))) {
                throw new IOException("line " + number + ": '" + line + "' has too few columns");
            }
            ExceptionalDay day = day(fields.get(date), fields.get(kind), fields.get(close), number);
            if (!dates.add(day.date)) {
                throw new IOException("line " + number + ": date '" + day.date + "' stands there twice");
            }
            days.add(day);
        }
        return List.copyOf(days);
    }

    private static List<String> fields(String line) {
        return Arrays.stream(line.split(",", -1)).map(String::strip).toList();
    }

    private static ExceptionalDay day(String date, String kind, String close, int line) throws IOException {
        LocalDate day;
        try {
            day = LocalDate.parse(date);
        } catch (DateTimeException e) {
            throw new IOException("line " + line + ": date '" + date + "' is no date such as 2025-01-09", e);
        }
        return switch (kind) {
            case "closed" -> new ExceptionalDay(day, noClose(close, line));
            case "early_close" -> new ExceptionalDay(day, Optional.of(close(close, line)));
            default ->
                throw new IOException("line " + line + ": kind '" + kind + "' is neither closed nor early_close");
        };
    }

    private static Optional<LocalTime> noClose(String text, int line) throws IOException {
        if (!text.isEmpty()) {
            throw new IOException("line " + line + ": close_et '" + text + "' on a day that is closed");
        }
        return Optional.empty();
    }

    private static LocalTime close(String text, int line) throws IOException {
        try {
            LocalTime close = LocalTime.parse(text);
            if (close.isAfter(OPEN) && !close.isAfter(SessionHours.USUAL_CLOSE)) {
                return close;
            }
        } catch (DateTimeException e) {
            // said below
        }
        throw new IOException("line " + line + ": close_et '" + text + "' is no time from 09:31 to 16:00");
    }
}
