package dev.atalaya.bench;

import com.sun.management.ThreadMXBean;
import dev.atalaya.bus.CycleSummary;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Whole cycles, Redis to Redis: a snapshot of vendor JSON lies in a real Redis, the scanner verticle reads,
/// decodes, scans, encodes and publishes it, and its own summary tells how long that took. Between two cycles a
/// bare socket reads the same snapshot and publishes what a scanner published of it, to the byte.
final class CycleBenchmark implements Benchmark {
    private static final int TICKERS = 11_500; // 7.7 MB of vendor JSON
    private static final int SNAPSHOTS = 7;
    private static final int WARM_UP = 150;
    private static final double MEGABYTE = 1 << 20;

    private final Vertx vertx = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();
    private final String prefix = TestServers.uniquePrefix();
    private final PublishRecording recording = new PublishRecording(vertx, redis);

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int cycles = Benchmark.number(arguments, 0, 400);
        VendorMarket market = new VendorMarket(TICKERS, 42);
        try (Upstream upstream = new Upstream(vertx, redis, prefix)) {
            report.progress("making snapshots of %,d tickers", TICKERS);
            upstream.putReferences(market);
            report.note("%s", upstream.redis());
            measure(report, market, upstream, "a third changed", 1.0 / 3, cycles);
            measure(report, market, upstream, "all changed", 1, cycles);
            inOtherJavas(report, cycles);
            hash(report, market, upstream, cycles / 2 + 1);
        }
        vertx.close();
    }

    /// The milliseconds of a run's cycles, by what was measured.
    private static final class Series {
        private final Map<String, List<Double>> values = new LinkedHashMap<>();

        void add(String name, double value) {
            values.computeIfAbsent(name, unseen -> new ArrayList<>()).add(value);
        }

        Samples of(String name) {
            return new Samples(values.getOrDefault(name, List.of()).stream()
                    .mapToDouble(Double::doubleValue)
                    .toArray());
        }
    }

    private void measure(Report report, VendorMarket market, Upstream upstream, String name, double share, int cycles)
            throws Exception {
        upstream.make(market, SNAPSHOTS, share, false);
        int changed = market.traded();
        recording.record(market, upstream);
        report.progress("%,d cycles with %,d of %,d tickers changed", cycles, changed, TICKERS);
        Series series = new Series();
        int length = 0;
        byte[] read = new byte[16 << 20];
        byte[] copy = new byte[read.length];
        try (ScannerHost scanner = new ScannerHost(vertx, redis, "us", prefix, "hourly");
                BareRedis bare = new BareRedis(redis)) {
            for (int i = -WARM_UP; i < cycles; i++) {
                upstream.show(i);
                long allocated = allocated();
                CycleSummary summary = scanner.scan();
                allocated = allocated() - allocated;
                double publish = recording.publish(bare, i);
                long begin = System.nanoTime();
                length = bare.get(BareRedis.command("GET", upstream.key(i)), read);
                double get = millisSince(begin);
                begin = System.nanoTime();
                System.arraycopy(read, 0, copy, 0, length);
                double copied = millisSince(begin);
                if (i >= 0) {
                    note(series, summary);
                    series.add("allocated", allocated / MEGABYTE);
                    series.add("bare publish", publish);
                    series.add("above", summary.stageMillis().getOrDefault("publish", Double.NaN) - publish);
                    series.add("bare get", get);
                    series.add("copy", copied);
                }
            }
        }
        report.note(
                "%s: %,d of %,d tickers from one cycle to the next; %,d bytes read, %,.0f published",
                name, changed, TICKERS, length, series.of("bytes").median());
        tell(report, series, name, length);
    }

    private static void note(Series series, CycleSummary summary) {
        series.add("cycle", summary.durationMillis());
        series.add("bytes", (double) summary.publishBytes());
        summary.stageMillis().forEach(series::add);
        series.add(
                "scanned to encoded",
                summary.stageMillis().entrySet().stream()
                        .filter(stage -> !List.of("feed", "publish", "store").contains(stage.getKey()))
                        .mapToDouble(Map.Entry::getValue)
                        .sum());
    }

    private static void tell(Report report, Series series, String name, int bytesIn) {
        String all = ", " + name;
        report.median("cycle, p50" + all, series.of("cycle"), "ms", Target.atMost(17.7));
        report.figure("cycle, p99" + all, series.of("cycle").percentile(99), "ms", Target.atMost(35));
        for (String stage : List.of("feed", "scan", "encode", "publish")) {
            report.median("stage " + stage + all, series.of(stage), "ms");
        }
        report.median(
                "from decoded to all bytes encoded" + all, series.of("scanned to encoded"), "ms", Target.atMost(1.77));
        report.median("bare socket publishing the same bytes" + all, series.of("bare publish"), "ms");
        report.median("publish above the bare socket" + all, series.of("above"), "ms", Target.atMost(1.5));
        report.median("floor: bare socket reading the same snapshot" + all, series.of("bare get"), "ms");
        report.median("floor: copying it in memory" + all, series.of("copy"), "ms");
        report.figure(
                "cycle against bare reading and publishing" + all,
                series.of("cycle").median()
                        / (series.of("bare get").median()
                                + series.of("bare publish").median()),
                "times");
        report.figure("published" + all, series.of("bytes").median(), "bytes");
        report.median("allocated a cycle, everything" + all, series.of("allocated"), "MB");
        report.figure(
                "allocated a cycle beyond the incoming bytes" + all,
                Math.max(0, series.of("allocated").median() - bytesIn / MEGABYTE),
                "MB",
                Target.atMost(2));
    }

    private void inOtherJavas(Report report, int cycles) throws Exception {
        report.progress("%,d cycles with ZGC, then with a heap of 128 MB", cycles);
        JsonObject zgc = CycleChild.run(List.of("-Xmx512m", "-XX:+UseZGC"), redis.uri(), prefix, SNAPSHOTS, cycles);
        report.note("In a Java of its own, all changed");
        Samples zgcMillis = CycleChild.samples(zgc.getJsonArray("millis"));
        report.median("cycle, p50, ZGC and -Xmx512m", zgcMillis, "ms");
        if (zgc.getJsonArray("pauses").isEmpty()) {
            report.note("  ZGC did not have to collect: run more cycles to see its pauses");
        } else {
            Samples pauses = CycleChild.samples(zgc.getJsonArray("pauses"));
            report.figure("ZGC pauses, p99", pauses.percentile(99), "ms", Target.atMost(1));
            report.median("ZGC pauses", pauses, "ms");
        }
        JsonObject small;
        try {
            small = CycleChild.run(List.of("-Xmx128m"), redis.uri(), prefix, SNAPSHOTS, cycles);
        } catch (IllegalStateException e) {
            report.progress("%s", e.getMessage());
            report.figure("heap that all cycles ran in", Double.NaN, "MB", Target.atMost(128));
            return;
        }
        report.figure("heap that all cycles ran in", 128, "MB", Target.atMost(128));
        report.figure("of it live after the last", small.getLong("live") / MEGABYTE, "MB");
        report.median("cycle, p50, -Xmx128m", CycleChild.samples(small.getJsonArray("millis")), "ms");
    }

    private void hash(Report report, VendorMarket market, Upstream upstream, int cycles) throws Exception {
        report.progress("%,d cycles on the hash form", cycles);
        upstream.make(market, SNAPSHOTS, 1, true);
        Series series = new Series();
        try (ScannerHost scanner = new ScannerHost(vertx, redis, "us", prefix, "hourly")) {
            for (int i = -WARM_UP; i < cycles; i++) {
                upstream.show(i);
                CycleSummary summary = scanner.scan();
                if (i >= 0) {
                    note(series, summary);
                }
            }
        }
        report.note("The hash form, all %,d tickers changed", market.traded());
        report.median("cycle, p50, hash form", series.of("cycle"), "ms", Target.atMost(25));
        report.median("stage feed, hash form", series.of("feed"), "ms");
    }

    private static long allocated() {
        return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes();
    }

    private static double millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e6;
    }
}
