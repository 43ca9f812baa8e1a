package dev.atalaya.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Every benchmark there is, with the options of the Java that it runs in.
@SuppressWarnings("ImmutableEnumChecker") // a constructor and a list that nobody changes
enum Benchmarks {
    CYCLE("[CYCLES=400]", "a cycle, Redis to Redis, by stage, beside a bare socket", CycleBenchmark::new, "-Xmx1g"),
    SCALE("[ROUNDS=9]", "the core and the decoder at 11,000 to 1,100,000 tickers", ScaleBenchmark::new, "-Xmx4g"),
    TEN_A_SECOND("[SECONDS=600]", "ten scans a second of the simulated market", TenASecondBenchmark::new, "-Xmx1g"),
    OPENING_BELL("[SECONDS=120]", "everything moves, everybody reads", OpeningBellBenchmark::new, "-Xmx1g"),
    BEFORE_AFTER("[CYCLES=200]", "storing in every cycle against once an hour", BeforeAfterBenchmark::new, "-Xmx1g"),
    INSTEAD("[ROUNDS=31]", "what one could do instead: DuckDB, an object a ticker", InsteadBenchmark::new, "-Xmx4g"),
    HTTP("[PAIRS=40]", "a list over HTTP against a bare handler", HttpBenchmark::new, "-Xmx1g"),
    STORE("[ROUNDS=15]", "storing rows against COPY BINARY", StoreBenchmark::new, "-Xmx2g"),
    START("[STARTS=11]", "from java to the first published scan", StartBenchmark::new, "-Xmx256m"),
    JMH("[JMH'S ARGUMENTS]", "decode, scan, encode and deltas by JMH", JmhBenchmark::new, "-Xmx1g"),
    JOURNAL("[PAIRS=400]", "what the journal costs a cycle", JournalBenchmark::new, "-Xmx1g"),
    BACKLOG("", "storing a day that the database was away", BacklogBenchmark::new, "-Xmx128m"),
    FAILOVER("[RUNS=10]", "killing, freezing and cutting off one of three nodes", FailoverBenchmark::new, "-Xmx256m"),
    PARTS("[CYCLES=400]", "a market in four parts against the same undivided", PartsBenchmark::new, "-Xmx1g"),
    SIZING("[TICKERS...]", "what markets of some sizes take", SizingBenchmark::new, "-Xmx1g"),
    QUICK(
            "[record]",
            "ratios in under a minute; fails when one is twice as bad as recorded",
            QuickBenchmark::new,
            "-Xmx1g"),
    REPORT("", "every figure measured last, and the drawings in docs/benchmarks", ReportBenchmark::new, "-Xmx256m");

    private final String parameters;
    private final String description;
    private final Maker maker;
    private final List<String> javaOptions;

    private interface Maker {
        Benchmark make();
    }

    Benchmarks(String parameters, String description, Maker maker, String heap) {
        this.parameters = parameters;
        this.description = description;
        this.maker = maker;
        this.javaOptions = List.of(heap, "-XX:+UseParallelGC");
    }

    /// As it is typed.
    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static Optional<Benchmarks> of(String key) {
        return List.of(values()).stream()
                .filter(benchmark -> benchmark.key().equals(key))
                .findFirst();
    }

    Benchmark make() {
        return maker.make();
    }

    List<String> javaOptions() {
        return javaOptions;
    }

    /// Its line in the list.
    String line() {
        return String.format(Locale.ROOT, "  %-30s %s", (key() + " " + parameters).strip(), description);
    }
}
