package dev.atalaya.scan;

import dev.atalaya.market.Column;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import java.util.List;

/// Filters, scores, ranks and categorises the tickers of a snapshot, column by column. Not thread safe.
/// Allocates nothing once it has seen a snapshot of the size.
public final class ScanEngine {
    private static final Column[] DERIVED = derived();

    private final ScanRules rules;
    private final Metrics metrics;
    private final TopRows top = new TopRows();
    private int[] rows = new int[0];
    private int[] members = new int[0];

    public ScanEngine(ScanRules rules) {
        this.rules = rules;
        this.metrics = new Metrics(rules.rvolWeight(), rules.volumeWeight());
    }

    private static Column[] derived() {
        return List.of(Column.values()).stream().filter(Column::isDerived).toArray(Column[]::new);
    }

    /// Scans a snapshot. The derived columns of the kept rows are filled in when the listener is called, and
    /// the skipped tickers are counted in the columns.
    public void scan(TickerColumns tickers, MarketSession session, ScanListener out) {
        if (rows.length < tickers.size()) {
            rows = new int[tickers.capacity()];
            members = new int[tickers.capacity()];
        }
        metrics.begin(session);
        int scanned = selectTradable(tickers);
        int selected = filter(tickers, session, scanned);
        double[] score = metrics.column(Column.SCORE, tickers, rows, selected);
        int kept = top.select(tickers, score, true, rows, selected, rules.keep(), rows);
        for (Column column : DERIVED) {
            metrics.column(column, tickers, rows, kept);
        }
        out.ranked(scanned + tickers.scannedElsewhere(), rows, kept);
        for (int i = 0; i < rules.categories().size(); i++) {
            out.category(
                    i, members, categorise(tickers, session, rules.categories().get(i), kept));
        }
    }

    /// Which rows these are is chance to a processor, so nothing branches on it: a row that does not count is
    /// overwritten by the next.
    private int selectTradable(TickerColumns tickers) {
        double[] price = tickers.column(Column.PRICE);
        double[] volume = tickers.column(Column.VOLUME_TODAY);
        int[] tradable = rows;
        double least = rules.minPrice();
        int priced = 0;
        int dear = 0;
        int count = 0;
        for (int row = 0; row < tickers.size(); row++) {
            int hasPrice = price[row] > 0 ? 1 : 0;
            int isDear = hasPrice & (price[row] >= least ? 1 : 0);
            priced += hasPrice;
            dear += isDear;
            tradable[count] = row;
            count += isDear & (volume[row] > 0 ? 1 : 0);
        }
        tickers.skip(SkipReason.NO_PRICE, tickers.size() - priced);
        tickers.skip(SkipReason.PRICE_TOO_LOW, priced - dear);
        tickers.skip(SkipReason.NO_VOLUME, dear - count);
        return count;
    }

    private int filter(TickerColumns tickers, MarketSession session, int scanned) {
        int count = scanned;
        for (int i = 0; i < rules.filters().size(); i++) {
            FilterRule filter = rules.filters().get(i);
            if (filter.appliesIn(session)) {
                count = filter.select(tickers, metrics, rows, count);
            }
        }
        return count;
    }

    private int categorise(TickerColumns tickers, MarketSession session, CategoryRule category, int kept) {
        if (!category.appliesIn(session)) {
            return 0;
        }
        int count = category.anyOf().size() == 1
                ? membersOf(tickers, category.anyOf().getFirst(), kept)
                : membersOfAny(tickers, category.anyOf(), kept);
        double[] order = tickers.column(category.order());
        return top.select(tickers, order, category.descending(), members, count, category.limit(), members);
    }

    /// Of the usual category, which has one condition: column by column.
    private int membersOf(TickerColumns tickers, List<Bound> bounds, int kept) {
        System.arraycopy(rows, 0, members, 0, kept);
        int count = kept;
        for (int i = 0; i < bounds.size(); i++) {
            Bound bound = bounds.get(i);
            count = bound.select(tickers.column(bound.column()), members, count, false);
        }
        return count;
    }

    private int membersOfAny(TickerColumns tickers, List<List<Bound>> anyOf, int kept) {
        int count = 0;
        for (int i = 0; i < kept; i++) {
            if (qualifies(tickers, rows[i], anyOf)) {
                members[count++] = rows[i];
            }
        }
        return count;
    }

    private static boolean qualifies(TickerColumns tickers, int row, List<List<Bound>> anyOf) {
        for (int i = 0; i < anyOf.size(); i++) {
            if (allHold(tickers, row, anyOf.get(i))) {
                return true;
            }
        }
        return false;
    }

    private static boolean allHold(TickerColumns tickers, int row, List<Bound> bounds) {
        for (int i = 0; i < bounds.size(); i++) {
            Bound bound = bounds.get(i);
            if (!bound.holds(tickers.get(bound.column(), row))) {
                return false;
            }
        }
        return true;
    }
}
