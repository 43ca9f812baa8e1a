package dev.atalaya.bench;

import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.RandomMarket;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanListener;
import dev.atalaya.scan.ScanRules;
import java.util.List;

/// The core on a random market that stands in columns already: half the tickers pass the filters, and many have
/// the same score. Not thread safe.
final class CoreScan implements ScanListener {
    private final TickerColumns columns;
    private final ScanEngine engine;
    private final String[] kept;
    private int count;

    /// @param categories whether they are drawn, too
    CoreScan(int tickers, boolean categories) {
        columns = new RandomMarket(42).next(tickers);
        ScanRules rules = DefaultRules.rules();
        engine = new ScanEngine(
                categories
                        ? rules
                        : new ScanRules(
                                rules.minPrice(),
                                rules.keep(),
                                rules.rvolWeight(),
                                rules.volumeWeight(),
                                rules.filters(),
                                List.of()));
        kept = new String[rules.keep()];
    }

    TickerColumns columns() {
        return columns;
    }

    /// Scans once and answers how many tickers were kept.
    int scan() {
        engine.scan(columns, DefaultRules.MARKET_OPEN, this);
        return count;
    }

    /// The kept tickers' symbols, the first ranked first.
    List<String> symbols() {
        return List.of(kept).subList(0, count);
    }

    @Override
    public void ranked(int scanned, int[] rows, int kept) {
        count = kept;
        for (int i = 0; i < kept; i++) {
            this.kept[i] = columns.symbol(rows[i]);
        }
    }

    @Override
    public void category(int category, int[] rows, int members) {}
}
