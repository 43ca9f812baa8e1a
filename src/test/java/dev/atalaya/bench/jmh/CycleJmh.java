package dev.atalaya.bench.jmh;

import dev.atalaya.bench.Encoding;
import dev.atalaya.market.Column;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.DeltaListener;
import dev.atalaya.scan.DeltaThresholds;
import dev.atalaya.scan.ListDeltas;
import dev.atalaya.scan.RandomMarket;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanListener;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/// The parts of a cycle that need no server, each by itself: 11,500 tickers, all of which have changed since the
/// last time.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CycleJmh {
    private static final int TICKERS = 11_500;

    /// Two snapshots of vendor JSON in turns.
    @State(Scope.Thread)
    public static class Market {
        private Encoding encoding;

        @Setup
        public void make() throws Exception {
            encoding = new Encoding(TICKERS);
            encoding.scan();
        }
    }

    @Benchmark
    public int decode(Market market) throws Exception {
        market.encoding.next();
        return market.encoding.decode();
    }

    @Benchmark
    public int scan(Market market) {
        market.encoding.next();
        return market.encoding.scan();
    }

    /// With the scan, since each encodes what the last scan found: subtract it.
    @Benchmark
    public long scanAndEncode(Market market) {
        market.encoding.next();
        market.encoding.scan();
        return market.encoding.encode();
    }

    /// A list of a thousand in which every row has changed.
    @State(Scope.Thread)
    public static class Lists implements ScanListener, DeltaListener {
        private final ListDeltas deltas = new ListDeltas(1, new DeltaThresholds(0.01, 1000, 0.01, 0.05));
        private final int[] kept = new int[1000];
        private TickerColumns columns = new TickerColumns(new SymbolTable(1), 0);
        private int count;
        private int changes;
        private double step = 1;

        @Setup
        public void make() {
            columns = new RandomMarket(42).next(TICKERS);
            new ScanEngine(DefaultRules.rules()).scan(columns, DefaultRules.MARKET_OPEN, this);
            deltas.advance(0, columns, kept, count, this);
        }

        @Override
        public void ranked(int scanned, int[] rows, int found) {
            count = found;
            System.arraycopy(rows, 0, kept, 0, found);
        }

        @Override
        public void category(int category, int[] rows, int found) {}

        void change() {
            step = -step;
            double[] price = columns.column(Column.PRICE);
            for (int i = 0; i < count; i++) {
                price[kept[i]] += step;
            }
        }

        @Override
        public void removed(int symbolId) {
            changes++;
        }

        @Override
        public void added(int rank, int row) {
            changes++;
        }

        @Override
        public void updated(int rank, int row) {
            changes++;
        }

        @Override
        public void reranked(int row, int oldRank, int newRank) {
            changes++;
        }
    }

    @Benchmark
    public int deltas(Lists lists) {
        lists.change();
        lists.deltas.advance(0, lists.columns, lists.kept, lists.count, lists);
        return lists.changes;
    }
}
