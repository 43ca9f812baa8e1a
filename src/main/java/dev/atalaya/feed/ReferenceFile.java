package dev.atalaya.feed;

import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import dev.atalaya.market.Reference;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads reference data from a CSV file with a header: `symbol`, and of `exchange`, `sector`, `industry`,
/// `market_cap`, `float_shares`, `shares_outstanding`, `avg_volume_30d` and `avg_volume_10d` those there are.
/// Other columns stay as metadata; an empty field is unknown, and so is a number that is none.
final class ReferenceFile {
    private static final Set<String> OWN_FIELDS = Set.of(
            "symbol",
            "exchange",
            "sector",
            "industry",
            "market_cap",
            "float_shares",
            "shares_outstanding",
            "avg_volume_30d",
            "avg_volume_10d");

    private ReferenceFile() {}

    /// Blocks. By symbol; of a symbol that stands twice the first row counts.
    ///
    /// @throws IOException if the file cannot be read or has no column `symbol`, saying so
    static Map<String, Reference> read(Path file) throws IOException {
        Map<String, Reference> references = new HashMap<>();
        try (CsvReader<NamedCsvRecord> rows = CsvReader.builder().ofNamedCsvRecord(file)) {
            for (NamedCsvRecord row : rows) {
                if (!row.getHeader().contains("symbol")) {
                    throw new IOException(file + " has no column symbol");
                }
                references.putIfAbsent(row.getField("symbol"), reference(row));
            }
        } catch (RuntimeException e) {
            throw new IOException(file + " is no CSV file: " + e.getMessage(), e);
        }
        return references;
    }

    private static Reference reference(NamedCsvRecord row) {
        JsonObject metadata = new JsonObject();
        for (String field : row.getHeader()) {
            String value = text(row, field);
            if (!OWN_FIELDS.contains(field) && value != null) {
                metadata.put(ReferenceDecoder.withoutNul(field), ReferenceDecoder.withoutNul(value));
            }
        }
        return new Reference(
                number(row, "avg_volume_30d"),
                number(row, "avg_volume_10d"),
                number(row, "float_shares"),
                number(row, "shares_outstanding"),
                number(row, "market_cap"),
                text(row, "exchange"),
                text(row, "sector"),
                text(row, "industry"),
                metadata.isEmpty() ? null : metadata.encode());
    }

    private static @Nullable String text(NamedCsvRecord row, String field) {
        return row.findField(field).filter(value -> !value.isBlank()).orElse(null);
    }

    private static double number(NamedCsvRecord row, String field) {
        String value = text(row, field);
        if (value == null) {
            return Double.NaN;
        }
        try {
            double number = Double.parseDouble(value);
            return number > 0 && number < Double.POSITIVE_INFINITY ? number : Double.NaN;
        } catch (NumberFormatException e) {
            return Double.NaN;
        }
    }
}
