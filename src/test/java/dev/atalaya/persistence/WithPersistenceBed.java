package dev.atalaya.persistence;

import dev.atalaya.journal.ResultColumn;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.persistence.LedgerRange.Source;
import dev.atalaya.persistence.LedgerRange.Status;
import dev.atalaya.testing.Sql;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;

/// Gives each test empty tables and a bed in which it is 12:10.
@Timeout(60)
abstract class WithPersistenceBed extends WithDatabase {
    PersistenceBed bed;

    @BeforeEach
    void startAtNoon() throws Exception {
        Sql.execute(database, "TRUNCATE scan_results, persistence_ledger, persistence_lease");
        bed = new PersistenceBed(database, at("12:10:00"));
    }

    @AfterEach
    void close() {
        bed.close();
    }

    /// A range of the hour from noon, of which no scan is missing, with so many tickers of one time.
    static LedgerRange range(long first, long last, String time, int symbols) {
        Instant at = at(time);
        List<SelectedRow> rows = IntStream.rangeClosed(1, symbols)
                .mapToObj(rank -> new ResultRow("T" + rank, Map.of(ResultColumn.PRICE, 1.5, ResultColumn.RANK, rank)))
                .map(row -> new SelectedRow(at, row, Optional.empty()))
                .toList();
        return new LedgerRange(
                first,
                last,
                "MARKET_OPEN",
                LocalDate.parse("2025-01-24"),
                at("12:00:00"),
                Status.COMPLETE,
                last - first + 1,
                Source.JOURNAL,
                Optional.empty(),
                "a",
                at,
                at,
                rows);
    }
}
