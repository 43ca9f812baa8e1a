package dev.atalaya.bench;

import dev.atalaya.feed.SnapshotDecoding;
import dev.atalaya.market.Snapshot;
import dev.atalaya.scan.DefaultRules;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanListener;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What a user could do instead, on the same data, in turns: ask DuckDB, or make an object of each ticker and sort
/// a list. Whether they find the same is looked at before anything is timed.
final class InsteadBenchmark implements Benchmark {
    private static final int[] SIZES = {11_000, 110_000, 1_100_000};
    private static final int LARGEST = 1_100_000;

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int rounds = Benchmark.number(arguments, 0, 31);
        for (int size : SIZES) {
            scans(report, size, rounds);
        }
        for (int size : new int[] {11_000, 110_000}) {
            snapshots(report, size, size > 50_000 ? Math.max(3, rounds / 4) : rounds);
        }
    }

    /// Of tickers that each has in the form it likes best.
    private static void scans(Report report, int size, int rounds) throws Exception {
        report.progress("filter, score and the first thousand of %,d tickers", size);
        CoreScan core = new CoreScan(size, false);
        List<ObjectScan.Ticker> objects = ObjectScan.of(core.columns());
        try (DuckScan duck = new DuckScan(core.columns(), 0);
                DuckScan single = new DuckScan(core.columns(), 1)) {
            core.scan();
            requireEqual("DuckDB", core.symbols(), duck.scan());
            requireEqual("DuckDB on one thread", core.symbols(), single.scan());
            requireEqual("objects", core.symbols(), ObjectScan.scan(objects));
            int times = Math.max(1, 200_000 / size); // so that a turn takes long enough to be measured
            Turns turns = new Turns()
                    .add("core", () -> repeat(times, core::scan))
                    .add("duck", () -> repeat(times, () -> duck.scan().size()))
                    .add("single", () -> repeat(times, () -> single.scan().size()))
                    .add(
                            "objects",
                            () -> repeat(times, () -> ObjectScan.scan(objects).size()))
                    .run(Math.max(3, 1_000_000 / size), rounds);
            String of = String.format(Locale.ROOT, ", %,d tickers", size);
            report.note(
                    "Filter, score and the first thousand of %,d tickers: all found the same in the same order", size);
            report.median("core, one thread" + of, per(times, turns.of("core")), "ms");
            report.median("DuckDB, all cores" + of, per(times, turns.of("duck")), "ms");
            report.median("DuckDB, one thread" + of, per(times, turns.of("single")), "ms");
            report.median("an object a ticker and List.sort" + of, per(times, turns.of("objects")), "ms");
            ratio(report, "DuckDB on all cores takes, of the core's time" + of, turns.ratio("duck", "core"), size);
            ratio(report, "DuckDB on one thread takes, of the core's time" + of, turns.ratio("single", "core"), size);
            report.median("objects take, of the core's time" + of, turns.ratio("objects", "core"), "times");
        }
    }

    private static void ratio(Report report, String what, Samples ratio, int size) {
        switch (size) {
            case 11_000 -> report.median(what, ratio, "times", Target.atLeast(8));
            case LARGEST -> report.median(what, ratio, "times", Target.atLeast(2));
            default -> report.median(what, ratio, "times");
        }
    }

    /// Of snapshots of vendor JSON.
    private static void snapshots(Report report, int size, int rounds) throws Exception {
        report.progress("vendor JSON of %,d tickers", size);
        byte[] json = new VendorMarket(size, 42).next(Instant.parse("2026-01-05T15:00:00.123Z"), 1);
        byte[] copy = new byte[json.length];
        SnapshotDecoding decoding = new SnapshotDecoding(size);
        ScanEngine engine = new ScanEngine(DefaultRules.rules());
        List<String> kept = new ArrayList<>();
        Snapshot first = decoding.decode(json, json.length);
        engine.scan(first.tickers(), DefaultRules.MARKET_OPEN, new ScanListener() {
            @Override
            public void ranked(int scanned, int[] rows, int count) {
                for (int i = 0; i < count; i++) {
                    kept.add(first.tickers().symbol(rows[i]));
                }
            }

            @Override
            public void category(int category, int[] rows, int count) {}
        });
        requireEqual("Jackson and objects", kept, ObjectScan.scan(ObjectScan.read(json, json.length)));
        Count count = new Count();
        Turns turns = new Turns()
                .add("own", () -> {
                    engine.scan(decoding.decode(json, json.length).tickers(), DefaultRules.MARKET_OPEN, count);
                    return count.kept;
                })
                .add(
                        "objects",
                        () -> ObjectScan.scan(ObjectScan.read(json, json.length))
                                .size())
                .add("copy", () -> {
                    System.arraycopy(json, 0, copy, 0, json.length);
                    return copy[json.length / 2];
                })
                .run(rounds, rounds);
        String of = String.format(Locale.ROOT, ", %,d tickers", size);
        report.note("From %,d bytes of JSON to the first thousand of %,d tickers", json.length, size);
        report.median("own decoder and core" + of, turns.of("own"), "ms");
        report.median("Jackson, an object a ticker, List.sort" + of, turns.of("objects"), "ms");
        report.median("copying the bytes in memory" + of, turns.of("copy"), "ms");
        report.median("Jackson and objects take, of our time" + of, turns.ratio("objects", "own"), "times");
        report.median("our time, of a memory copy's" + of, turns.ratio("own", "copy"), "times");
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

    private static long repeat(int times, Turns.Task task) throws Exception {
        long answers = 0;
        for (int i = 0; i < times; i++) {
            answers += task.run();
        }
        return answers;
    }

    private static Samples per(int times, Samples samples) {
        return samples.scaled(1.0 / times);
    }

    static void requireEqual(String who, List<String> expected, List<String> found) {
        if (!expected.equals(found)) {
            throw new IllegalStateException(who + " found " + found + " instead of " + expected);
        }
    }
}
