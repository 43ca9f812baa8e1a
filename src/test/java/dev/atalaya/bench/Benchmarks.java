package dev.atalaya.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Every benchmark there is, with the options of the Java that it runs in.
@SuppressWarnings("ImmutableEnumChecker") // a constructor and a list that nobody changes
enum Benchmarks {
    CYCLE("[CYCLES=400]", "a cycle, Redis to Redis, by stage, beside a bare socket", CycleBenchmark::new, "-Xmx1g"),
    SCALE(
            "[ROUNDS=9]",
            "the core and the decoder at 11,000, 110,000 and 1,100,000 tickers",
            ScaleBenchmark::new,
            "-Xmx4g"),
    INSTEAD("[ROUNDS=31]", "what one could do instead: DuckDB, an object a ticker", InsteadBenchmark::new, "-Xmx4g"),
    JOURNAL("[PAIRS=400]", "what the journal costs a cycle", JournalBenchmark::new, "-Xmx1g"),
    QUICK(
            "[record]",
            "ratios in under a minute; fails when one is twice as bad as recorded",
            QuickBenchmark::new,
            "-Xmx1g");

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
