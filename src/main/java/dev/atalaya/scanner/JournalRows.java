package dev.atalaya.scanner;

import dev.atalaya.journal.JournalEncoder;
import dev.atalaya.journal.JournalEntry;
import dev.atalaya.journal.ResultColumn;
import dev.atalaya.market.Column;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.market.TradingCalendar;
import java.time.Duration;
import java.time.Instant;

/// Encodes the top of a session's list for the journal: the values that the list has in JSON. Not thread safe.
final class JournalRows {
    private static final Column[] COLUMNS =
            JournalEntry.numbers().stream().map(JournalRows::column).toArray(Column[]::new);

    private final TradingCalendar calendar;
    private final Duration interval;
    private final int top;
    private final JournalEncoder encoder = new JournalEncoder();
    private final double[] values = new double[COLUMNS.length];

    /// What is stored together, from its start up to but without its end; none before the first scan.
    private Instant periodStart = Instant.MAX;

    private Instant periodEnd = Instant.MIN;
    private String day = "";
    private String hour = "";

    /// @param interval of persistence
    /// @param top how many of the session's first tickers it takes
    JournalRows(TradingCalendar calendar, Duration interval, int top) {
        this.calendar = calendar;
        this.interval = interval;
        this.top = top;
    }

    private static Column column(ResultColumn stored) {
        return switch (stored) {
            case PRICE -> Column.PRICE;
            case VOLUME, VOLUME_TODAY -> Column.VOLUME_TODAY;
            case CHANGE_PERCENT -> Column.CHANGE_PERCENT;
            case RVOL, RVOL_SLOT -> Column.RVOL;
            case PRICE_FROM_HIGH -> Column.PRICE_FROM_HIGH;
            case PRICE_FROM_LOW -> Column.PRICE_FROM_LOW;
            case MARKET_CAP -> Column.MARKET_CAP;
            case FLOAT_SHARES -> Column.FLOAT_SHARES;
            case SCORE -> Column.SCORE;
            case RANK, FILTERS_MATCHED, METADATA -> throw new IllegalArgumentException(stored + " is no column");
        };
    }

    /// Encodes a scan's rows; they are valid until the next scan.
    ///
    /// @param filtersMatched names with [ResultColumn#SEPARATOR] between them
    /// @param texts have the tickers' metadata
    Publication.Journal encode(Snapshot snapshot, RankedLists found, String filtersMatched, SymbolTexts texts) {
        if (snapshot.time().isBefore(periodStart) || !snapshot.time().isBefore(periodEnd)) {
            begin(snapshot.time());
        }
        TickerColumns tickers = snapshot.tickers();
        int count = Math.min(top, found.keptCount());
        encoder.begin(count, filtersMatched);
        for (int i = 0; i < count; i++) {
            int row = found.kept()[i];
            for (int column = 0; column < COLUMNS.length; column++) {
                values[column] = tickers.get(COLUMNS[column], row) + 0.0; // no -0, as in JSON
            }
            encoder.row(tickers.symbol(row), values);
            if (tickers.reference(row).metadata() == null) {
                encoder.noMetadata();
            } else {
                SymbolTexts.Text text = texts.of(tickers, row);
                encoder.metadata(text.bytes(), text.fieldsEnd(), text.bytes().length);
            }
        }
        return new Publication.Journal(day, hour, encoder.array(), encoder.size());
    }

    /// A period lies in one day of the market: a day ends where a period does.
    private void begin(Instant time) {
        periodStart = calendar.lastBoundary(time, interval);
        periodEnd = calendar.nextBoundary(time, interval);
        day = calendar.marketDay(time).toString();
        hour = periodStart.toString();
    }
}
