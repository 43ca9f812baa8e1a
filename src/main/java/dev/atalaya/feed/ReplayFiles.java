package dev.atalaya.feed;

import de.siegmar.fastcsv.reader.CsvParseException;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.atalaya.config.FeedSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/// The files of a replay: where they are, and their rows.
final class ReplayFiles {
    private ReplayFiles() {}

    static Path universe(FeedSettings.Replay settings, LocalDate day) {
        return settings.folder().resolve("universe").resolve("universe-" + day + ".csv.gz");
    }

    static Path bars(FeedSettings.Replay settings) {
        return settings.folder().resolve("bars").resolve("bars-" + settings.day() + ".csv.gz");
    }

    /// What is done with a row; it may throw IllegalArgumentException, whose sentence is then completed with
    /// the file and the line.
    @FunctionalInterface
    interface Row {
        void read(NamedCsvRecord row);
    }

    /// Reads a compressed CSV file with a header, row by row.
    ///
    /// @throws IOException if it cannot be read or a row is wrong, with the file and the line
    static void read(Path file, Row reader) throws IOException {
        long line = 1;
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder()
                .ofNamedCsvRecord(new GZIPInputStream(Files.newInputStream(file), 65_536), StandardCharsets.UTF_8)) {
            for (NamedCsvRecord row : rows) {
                line = row.getStartingLineNumber();
                reader.read(row);
            }
        } catch (IllegalArgumentException | NoSuchElementException | CsvParseException e) {
            throw new IOException(file + ", line " + line + ": " + e.getMessage(), e);
        } catch (IOException | UncheckedIOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    /// The vendor's spelling: `BRK.B` instead of `BRK/B`, `ABRpD` instead of `ABR^D`.
    static String symbol(NamedCsvRecord row) {
        return row.getField("symbol").replace('/', '.').replace('^', 'p');
    }

    /// @return NaN if the field is empty
    static double number(NamedCsvRecord row, String column) {
        return decimal(row, column).map(BigDecimal::doubleValue).orElse(Double.NaN);
    }

    /// Exact, as binary fractions would leave a rest.
    static Optional<BigDecimal> decimal(NamedCsvRecord row, String column) {
        String text = row.getField(column);
        try {
            return text.isEmpty() ? Optional.empty() : Optional.of(new BigDecimal(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(column + " '" + text + "' is no number", e);
        }
    }
}
