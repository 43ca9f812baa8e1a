package dev.atalaya.bench;

import dev.atalaya.Sizing;
import java.util.List;

/// The table of the sizes in OPERATIONS: what a market takes in Redis, in PostgreSQL, on the heap and on the wire.
final class SizingBenchmark implements Benchmark {
    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        report.note("%s", Sizing.head());
        List<String> sizes = arguments.isEmpty() ? List.of("1000", "11000", "110000") : arguments;
        for (int i = 0; i < sizes.size(); i++) {
            int tickers = Benchmark.number(sizes, i, 1);
            report.progress("%,d tickers", tickers);
            report.note("%s", Sizing.measure(tickers));
        }
    }
}
