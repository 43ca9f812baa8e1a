package dev.atalaya.bench;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.feed.SnapshotDecoding;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.InputStream;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;

/// Ratios between two things that are measured in turns in one run, which machines and their neighbours change
/// little: a ratio that is twice as bad as the recorded one is a regression. With `record` it records them.
final class QuickBenchmark implements Benchmark {
    private static final int TICKERS = 11_500;
    private static final double GROSS = 2;
    private static final String RECORDED = "bench-quick.properties";
    private static final Path SOURCE = Path.of("src", "test", "resources", RECORDED);

    private final Map<String, Samples> ratios = new LinkedHashMap<>();

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        Encoding encoding = new Encoding(TICKERS);
        report.progress("decoding, scanning, encoding");
        decoding(encoding);
        core();
        encoding(encoding);
        report.progress("publishing");
        publishing();
        if (arguments.equals(List.of("record"))) {
            record();
        } else if (!arguments.isEmpty()) {
            throw new IllegalArgumentException("quick takes 'record' or nothing");
        }
        judge(report, recorded());
    }

    private void decoding(Encoding encoding) throws Exception {
        byte[] json = encoding.json();
        SnapshotDecoding decoding = encoding.decoding();
        String own = SnapshotDecoding.told(decoding.decode(json, json.length));
        if (!own.equals(SnapshotDecoding.told(decoding.parse(json, json.length)))) {
            throw new IllegalStateException("The decoder and the parser read different snapshots");
        }
        ratios.put(
                "own decoder against Jackson's streaming parser",
                new Turns()
                        .add(
                                "own",
                                () -> decoding.decode(json, json.length)
                                        .tickers()
                                        .size())
                        .add(
                                "jackson",
                                () -> decoding.parse(json, json.length)
                                        .tickers()
                                        .size())
                        .run(40, 60)
                        .ratio("own", "jackson"));
    }

    private void core() throws Exception {
        CoreScan core = new CoreScan(TICKERS, false);
        List<ObjectScan.Ticker> objects = ObjectScan.of(core.columns());
        core.scan();
        InsteadBenchmark.requireEqual("objects", core.symbols(), ObjectScan.scan(objects));
        ratios.put(
                "core against objects and List.sort",
                new Turns()
                        .add("core", core::scan)
                        .add("objects", () -> ObjectScan.scan(objects).size())
                        .run(150, 150)
                        .ratio("core", "objects"));
    }

    private void encoding(Encoding encoding) throws Exception {
        encoding.scan();
        List<Map<String, Object>> rows = encoding.rows();
        ratios.put(
                "encoder against Jackson databind",
                new Turns()
                        .add("own", encoding::encodeRows)
                        .add("databind", () -> Encoding.databind(rows).length)
                        .run(150, 150)
                        .ratio("own", "databind"));
    }

    private void publishing() throws Exception {
        Vertx vertx = Vertx.vertx();
        RedisSettings redis = TestServers.redis();
        VendorMarket market = new VendorMarket(TICKERS, 42);
        PublishRecording recording = new PublishRecording(vertx, redis);
        String prefix = TestServers.uniquePrefix();
        List<Double> found = new ArrayList<>();
        try (Upstream upstream = new Upstream(vertx, redis, prefix);
                BareRedis bare = new BareRedis(redis)) {
            upstream.putReferences(market);
            upstream.make(market, 3, 1, false);
            recording.record(market, upstream);
            try (ScannerHost scanner = new ScannerHost(vertx, redis, "us", prefix, "hourly")) {
                for (int i = -60; i < 60; i++) {
                    upstream.show(i);
                    CycleSummary summary = scanner.scan();
                    double publish =
                            Objects.requireNonNull(summary.stageMillis().get("publish"));
                    double alone = recording.publish(bare, i);
                    if (i >= 0) {
                        found.add(publish / alone);
                    }
                }
            }
        }
        vertx.close();
        ratios.put(
                "publish against the bare socket",
                new Samples(found.stream().mapToDouble(Double::doubleValue).toArray()));
    }

    private void judge(Report report, Properties recorded) throws Regression {
        List<String> worse = new ArrayList<>();
        report.note("The smaller the better; at most %s times what is recorded", Figure.number(GROSS));
        ratios.forEach((name, ratio) -> {
            double limit = GROSS * Double.parseDouble(recorded.getProperty(key(name), "NaN"));
            report.median(name, ratio, "times", Target.atMost(limit));
            if (!(ratio.median() <= limit)) {
                worse.add(name);
            }
        });
        if (!worse.isEmpty()) {
            throw new Regression("Grossly worse than recorded in " + SOURCE + ": " + String.join(", ", worse));
        }
    }

    private static String key(String name) {
        return name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]+", "_");
    }

    private static Properties recorded() throws IOException {
        Properties recorded = new Properties();
        try (InputStream in = Files.newInputStream(SOURCE)) {
            recorded.load(in);
        }
        return recorded;
    }

    private void record() throws IOException {
        try (Writer out = Files.newBufferedWriter(SOURCE)) {
            out.write("# Ratios that ./atalaya bench quick compares with, written by ./atalaya bench quick record.\n");
            for (Map.Entry<String, Samples> ratio : ratios.entrySet()) {
                out.write(String.format(
                        Locale.ROOT,
                        "%s=%.3f%n",
                        key(ratio.getKey()),
                        ratio.getValue().median()));
            }
        }
    }
}
