package dev.atalaya.bench;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What the journal costs: two scanners take turns on the same snapshots, and at being the first: one in hourly
/// mode, and one in direct mode, which keeps no journal, and for which nothing is stored here.
final class JournalBenchmark implements Benchmark {
    private static final int TICKERS = 11_500;
    private static final int SNAPSHOTS = 7;
    private static final int WARM_UP = 150;
    private static final List<List<String>> STAGES = List.of(
            List.of("feed", "scan", "encode", "publish"),
            List.of("encode"),
            List.of("publish"),
            List.of("encode", "publish"));

    private final Vertx vertx = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int pairs = Benchmark.number(arguments, 0, 400);
        VendorMarket market = new VendorMarket(TICKERS, 42);
        String prefix = TestServers.uniquePrefix();
        for (String name : List.of("us", "us_plain")) {
            vertx.eventBus()
                    .consumer(
                            new MarketAddresses(name).persistenceSettle(), message -> message.reply(new JsonObject()));
        }
        // one reads what the other reads, and writes behind another prefix
        String plainPrefix = TestServers.uniquePrefix();
        try (Upstream upstream = new Upstream(vertx, redis, prefix);
                Upstream plainUpstream = new Upstream(vertx, redis, plainPrefix);
                ScannerHost journal = new ScannerHost(vertx, redis, "us", prefix, "hourly");
                ScannerHost plain = new ScannerHost(vertx, redis, "us_plain", plainPrefix, "direct")) {
            upstream.putReferences(market);
            plainUpstream.putReferences(market);
            for (double share : new double[] {1.0 / 3, 1}) {
                upstream.make(market, SNAPSHOTS, share, false);
                report.progress("%,d pairs, %.0f %% of the tickers changed", pairs, share * 100);
                pairs(report, share, pairs, upstream, plainUpstream, List.of(plain, journal));
            }
        }
        vertx.close();
    }

    private static void pairs(
            Report report,
            double share,
            int pairs,
            Upstream upstream,
            Upstream plainUpstream,
            List<ScannerHost> scanners)
            throws Exception {
        Map<String, double[]> without = new LinkedHashMap<>();
        Map<String, double[]> with = new LinkedHashMap<>();
        Map<String, double[]> difference = new LinkedHashMap<>();
        for (int i = -WARM_UP; i < pairs; i++) {
            CycleSummary[] summaries = new CycleSummary[2];
            for (int turn = 0; turn < 2; turn++) {
                int which = (turn + i) & 1;
                upstream.show(i);
                if (which == 0) {
                    plainUpstream.showThatOf(upstream);
                }
                summaries[which] = scanners.get(which).scan();
            }
            for (List<String> stages : STAGES) {
                if (i >= 0) {
                    double plain = millis(summaries[0], stages);
                    double journal = millis(summaries[1], stages);
                    String name = String.join("+", stages);
                    without.computeIfAbsent(name, unseen -> new double[pairs])[i] = plain;
                    with.computeIfAbsent(name, unseen -> new double[pairs])[i] = journal;
                    difference.computeIfAbsent(name, unseen -> new double[pairs])[i] = journal - plain;
                }
            }
        }
        String name = share < 1 ? ", a third changed" : ", all changed";
        without.forEach((stages, values) -> report.median(stages + " without" + name, new Samples(values), "ms"));
        with.forEach((stages, values) -> report.median(stages + " with" + name, new Samples(values), "ms"));
        difference.forEach((stages, values) ->
                report.median(stages + " difference" + name, new Samples(values), "ms", Target.atMost(1)));
    }

    private static double millis(CycleSummary summary, List<String> stages) {
        return stages.stream()
                .mapToDouble(
                        stage -> Objects.requireNonNull(summary.stageMillis().get(stage)))
                .sum();
    }
}
