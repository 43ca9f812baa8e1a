package dev.atalaya.bench;

import dev.atalaya.feed.SnapshotDecoding;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// How the time a ticker grows with the number of tickers: three sizes in turns, in each turn as many tickers of
/// each.
final class ScaleBenchmark implements Benchmark {
    private static final int[] SIZES = {11_000, 110_000, 1_100_000};
    private static final Instant TIME = Instant.parse("2026-01-05T15:00:00.123Z");

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int rounds = Benchmark.number(arguments, 0, 9);
        core(report, rounds * 5);
        decoder(report, rounds);
    }

    private static void core(Report report, int rounds) throws Exception {
        report.progress("the core");
        Turns turns = new Turns();
        for (int size : SIZES) {
            CoreScan core = new CoreScan(size, true);
            turns.add(name(size), () -> {
                long kept = 0;
                for (int i = 0; i < largest() / size; i++) {
                    kept += core.scan();
                }
                return kept;
            });
        }
        tell(report, "core", turns.run(10, rounds));
    }

    private static void decoder(Report report, int rounds) throws Exception {
        Turns turns = new Turns();
        for (int size : SIZES) {
            report.progress("making JSON of %,d tickers", size);
            byte[] json = new VendorMarket(size, 42).once(TIME);
            SnapshotDecoding decoding = new SnapshotDecoding(size);
            turns.add(name(size), () -> {
                long tickers = 0;
                for (int i = 0; i < largest() / size; i++) {
                    tickers += decoding.decode(json, json.length).tickers().size();
                }
                return tickers;
            });
        }
        report.progress("the decoder");
        tell(report, "decoder", turns.run(3, rounds));
    }

    private static int largest() {
        return SIZES[SIZES.length - 1];
    }

    private static String name(int size) {
        return String.format(Locale.ROOT, "%,d tickers", size);
    }

    private static void tell(Report report, String what, Turns turns) {
        report.note("Nanoseconds a ticker, %s", what);
        for (int size : SIZES) {
            report.median(what + ", " + name(size), turns.of(name(size)).scaled(1e6 / largest()), "ns a ticker");
        }
        report.median(
                what + ", the largest against the smallest",
                turns.ratio(name(largest()), name(SIZES[0])),
                "times",
                Target.atMost(1.5));
    }
}
