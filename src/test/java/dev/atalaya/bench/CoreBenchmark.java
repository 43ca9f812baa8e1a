package dev.atalaya.bench;

import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.RandomMarket;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanListener;
import java.util.Arrays;
import java.util.Locale;

/// Measures the core alone: filter, score, rank and categorise the tickers of a snapshot that stands in columns
/// already.
public final class CoreBenchmark {
    private static final int SCANS = 2_000;

    private CoreBenchmark() {}

    public static void main(String[] arguments) {
        for (int tickers : new int[] {11_000, 110_000}) {
            TickerColumns columns = new RandomMarket(42).next(tickers);
            ScanEngine engine = new ScanEngine(DefaultRules.rules());
            Count count = new Count();
            double[] millis = new double[SCANS];
            for (int i = -SCANS; i < SCANS; i++) {
                long begin = System.nanoTime();
                engine.scan(columns, DefaultRules.MARKET_OPEN, count);
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "%,7d tickers, %d kept: p50 %.3f  p90 %.3f  p99 %.3f ms%n",
                    tickers,
                    count.kept,
                    millis[SCANS / 2],
                    millis[SCANS * 9 / 10],
                    millis[SCANS * 99 / 100]);
        }
    }

    private static final class Count implements ScanListener {
        int kept;

        @Override
        public void ranked(int scanned, int[] rows, int count) {
            kept = count;
        }

        @Override
        public void category(int category, int[] rows, int count) {}
    }
}
