package dev.atalaya.feed;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.TickerColumns;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One ticker in the vendor's terms, on its way into the columns: set the fields, [#addTo], [#clear], and use
/// it again. A number that is missing is NaN. Not thread safe.
final class TickerDraft {
    double lastTradePrice;
    long lastTradeMillis;
    long updatedMillis;
    double bid;
    double ask;
    double minAccumulatedVolume;
    double dayOpen;
    double dayHigh;
    double dayLow;
    double dayClose;
    double dayVolume;
    double dayVwap;
    double prevDayClose;
    double prevDayVolume;
    double rvol;
    double atr;
    double atrPercent;
    double intradayHigh;
    double intradayLow;

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
        lastTradePrice = Double.NaN;
        lastTradeMillis = TickerColumns.NO_TIME;
        updatedMillis = TickerColumns.NO_TIME;
        bid = Double.NaN;
        ask = Double.NaN;
        minAccumulatedVolume = Double.NaN;
        dayOpen = Double.NaN;
        dayHigh = Double.NaN;
        dayLow = Double.NaN;
        dayClose = Double.NaN;
        dayVolume = Double.NaN;
        dayVwap = Double.NaN;
        prevDayClose = Double.NaN;
        prevDayVolume = Double.NaN;
        rvol = Double.NaN;
        atr = Double.NaN;
        atrPercent = Double.NaN;
        intradayHigh = Double.NaN;
        intradayLow = Double.NaN;
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
        columns.set(Column.PRICE, row, firstPositive(lastTradePrice, dayClose, prevDayClose));
        columns.set(Column.VOLUME_TODAY, row, firstPositive(minAccumulatedVolume, dayVolume, Double.NaN));
        columns.set(Column.BID, row, positive(bid));
        columns.set(Column.ASK, row, positive(ask));
        columns.set(Column.OPEN, row, positive(dayOpen));
        columns.set(Column.HIGH, row, positive(dayHigh));
        columns.set(Column.LOW, row, positive(dayLow));
        columns.set(Column.VWAP, row, positive(dayVwap));
        columns.set(Column.INTRADAY_HIGH, row, positive(intradayHigh));
        columns.set(Column.INTRADAY_LOW, row, positive(intradayLow));
        columns.set(Column.PREV_CLOSE, row, positive(prevDayClose));
        columns.set(Column.PREV_VOLUME, row, positive(prevDayVolume));
        columns.set(Column.FEED_RVOL, row, finite(rvol));
        columns.set(Column.ATR, row, finite(atr));
        columns.set(Column.ATR_PERCENT, row, finite(atrPercent));
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
