package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.TickerColumns;
import java.util.Arrays;

/// Derives metrics, each at most once a scan and only for the rows that are still in the running. The formulas
/// are those of the design: changes against the previous close, ranges against the day's with extended hours,
/// relative volume as the feed gives it, else volume today against the 30-day average. What cannot be computed
/// is NaN. Not thread safe.
final class Metrics {
    private final double rvolWeight;
    private final double volumeWeight;
    private boolean beforeOpen;
    private final boolean[] derived = new boolean[Column.values().length];

    Metrics(double rvolWeight, double volumeWeight) {
        this.rvolWeight = rvolWeight;
        this.volumeWeight = volumeWeight;
    }

    /// Forgets what was derived: a scan begins of a snapshot of that session.
    void begin(MarketSession session) {
        Arrays.fill(derived, false);
        beforeOpen = session.equals(MarketSession.PRE_MARKET);
    }

    /// The column with its values for the first `count` rows. Later calls in the same scan must ask for a
    /// subset.
    double[] column(Column column, TickerColumns tickers, int[] rows, int count) {
        if (column.isDerived() && !derived[column.ordinal()]) {
            derive(column, tickers, rows, count);
            derived[column.ordinal()] = true;
        }
        return tickers.column(column);
    }

    private void derive(Column column, TickerColumns tickers, int[] rows, int count) {
        double[] out = tickers.column(column);
        double[] price = tickers.column(Column.PRICE);
        double[] prevClose = tickers.column(Column.PREV_CLOSE);
        switch (column) {
            case RVOL -> {
                double[] fed = tickers.column(Column.FEED_RVOL);
                double[] volume = tickers.column(Column.VOLUME_TODAY);
                double[] average = tickers.column(Column.AVG_VOLUME_30D);
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    out[row] = Double.isNaN(fed[row]) ? ratio(volume[row], average[row]) : fed[row];
                }
            }
            case CHANGE -> {
                for (int i = 0; i < count; i++) {
                    out[rows[i]] = finite(price[rows[i]] - prevClose[rows[i]]);
                }
            }
            case CHANGE_PERCENT -> percent(price, prevClose, out, rows, count);
            case GAP_PERCENT -> {
                double[] open = tickers.column(Column.OPEN);
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    boolean fromPrice = beforeOpen && Double.isNaN(open[row]);
                    out[row] = percent(fromPrice ? price[row] : open[row], prevClose[row]);
                }
            }
            case PRICE_FROM_HIGH -> range(tickers, Column.INTRADAY_HIGH, Column.HIGH, out, rows, count);
            case PRICE_FROM_LOW -> range(tickers, Column.INTRADAY_LOW, Column.LOW, out, rows, count);
            case PRICE_VS_VWAP -> percent(price, tickers.column(Column.VWAP), out, rows, count);
            case CHANGE_FROM_OPEN -> percent(price, tickers.column(Column.OPEN), out, rows, count);
            case SCORE -> {
                double[] rvol = column(Column.RVOL, tickers, rows, count);
                double[] volume = tickers.column(Column.VOLUME_TODAY);
                double[] average = tickers.column(Column.AVG_VOLUME_30D);
                for (int i = 0; i < count; i++) {
                    int row = rows[i];
                    out[row] = known(rvol[row]) * rvolWeight + known(ratio(volume[row], average[row])) * volumeWeight;
                }
            }
            default -> throw new IllegalArgumentException(column + " is not derived");
        }
    }

    private static void range(
            TickerColumns tickers, Column extended, Column regular, double[] out, int[] rows, int count) {
        double[] price = tickers.column(Column.PRICE);
        double[] first = tickers.column(extended);
        double[] second = tickers.column(regular);
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            out[row] = percent(price[row], Double.isNaN(first[row]) ? second[row] : first[row]);
        }
    }

    private static void percent(double[] values, double[] bases, double[] out, int[] rows, int count) {
        for (int i = 0; i < count; i++) {
            out[rows[i]] = percent(values[rows[i]], bases[rows[i]]);
        }
    }

    private static double percent(double value, double base) {
        return base > 0 ? finite((value - base) / base * 100) : Double.NaN;
    }

    private static double ratio(double value, double base) {
        return base > 0 ? finite(value / base) : Double.NaN;
    }

    private static double known(double value) {
        return Double.isNaN(value) ? 0 : value;
    }

    private static double finite(double value) {
        return Double.isFinite(value) ? value : Double.NaN;
    }
}
