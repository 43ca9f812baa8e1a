package dev.atalaya.feed;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One ticker in the vendor's terms, on its way into the columns: set the fields, [#addTo], [#clear], and use
/// it again. A number that is missing is NaN. Not thread safe.
final class TickerDraft {
    /// By [TickerField], the times left out.
    private final double[] values = new double[TickerField.COUNT];

    long lastTradeMillis;
    long updatedMillis;

    private long updatesUntilMillis;
    private long newestUpdateMillis;

    TickerDraft() {
        clear();
    }

    /// A snapshot begins.
    ///
    /// @param updatesUntil an update later than this is an error of the vendor's; null: updates do not matter
    void begin(@Nullable Instant updatesUntil) {
        updatesUntilMillis = updatesUntil == null ? TickerColumns.NO_TIME : updatesUntil.toEpochMilli();
        newestUpdateMillis = TickerColumns.NO_TIME;
    }

    /// Of all tickers added since [#begin], those that were skipped too; null if there is none.
    @Nullable
    Instant newestUpdate() {
        return newestUpdateMillis == TickerColumns.NO_TIME ? null : Instant.ofEpochMilli(newestUpdateMillis);
    }

    /// Counts what another has added as added here.
    void add(TickerDraft other) {
        newestUpdateMillis = Math.max(newestUpdateMillis, other.newestUpdateMillis);
    }

    void clear() {
        lastTradeMillis = TickerColumns.NO_TIME;
        updatedMillis = TickerColumns.NO_TIME;
        Arrays.fill(values, Double.NaN);
    }

    double get(TickerField field) {
        return values[field.ordinal()];
    }

    /// @param field no time
    void set(TickerField field, double value) {
        values[field.ordinal()] = value;
    }

    /// Adds the ticker as a row. The price is the last trade's, else the day's close, else the previous
    /// close; the volume is the last minute's accumulated one, else the day's: each the first above 0. A
    /// price or range of 0 is the vendor's way to say unknown.
    void addTo(TickerColumns columns, int symbolId, Reference reference) {
        if (updatedMillis > newestUpdateMillis && updatedMillis <= updatesUntilMillis) {
            newestUpdateMillis = updatedMillis;
        }
        int row = columns.add(symbolId, reference);
        if (row < 0) {
            return;
        }
        columns.set(
                Column.PRICE,
                row,
                firstPositive(
                        get(TickerField.LAST_TRADE_PRICE),
                        get(TickerField.DAY_CLOSE),
                        get(TickerField.PREV_DAY_CLOSE)));
        columns.set(
                Column.VOLUME_TODAY,
                row,
                firstPositive(get(TickerField.MINUTE_ACCUMULATED_VOLUME), get(TickerField.DAY_VOLUME), Double.NaN));
        columns.set(Column.BID, row, positive(get(TickerField.BID)));
        columns.set(Column.ASK, row, positive(get(TickerField.ASK)));
        columns.set(Column.OPEN, row, positive(get(TickerField.DAY_OPEN)));
        columns.set(Column.HIGH, row, positive(get(TickerField.DAY_HIGH)));
        columns.set(Column.LOW, row, positive(get(TickerField.DAY_LOW)));
        columns.set(Column.VWAP, row, positive(get(TickerField.DAY_VWAP)));
        columns.set(Column.INTRADAY_HIGH, row, positive(get(TickerField.INTRADAY_HIGH)));
        columns.set(Column.INTRADAY_LOW, row, positive(get(TickerField.INTRADAY_LOW)));
        columns.set(Column.PREV_CLOSE, row, positive(get(TickerField.PREV_DAY_CLOSE)));
        columns.set(Column.PREV_VOLUME, row, positive(get(TickerField.PREV_DAY_VOLUME)));
        columns.set(Column.FEED_RVOL, row, finite(get(TickerField.RVOL)));
        columns.set(Column.ATR, row, finite(get(TickerField.ATR)));
        columns.set(Column.ATR_PERCENT, row, finite(get(TickerField.ATR_PERCENT)));
        columns.setLastTradeMillis(row, lastTradeMillis);
    }

    private static double firstPositive(double first, double second, double third) {
        double value = positive(first);
        if (Double.isNaN(value)) {
            value = positive(second);
        }
        return Double.isNaN(value) ? positive(third) : value;
    }

    private static double positive(double value) {
        return value > 0 && value < Double.POSITIVE_INFINITY ? value : Double.NaN;
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }
}
