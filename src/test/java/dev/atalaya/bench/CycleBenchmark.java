package dev.atalaya.bench;

import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.bus.PublishedLists;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.config.SettingsLoader;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.MarketClock;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.redis.Keys;
import dev.atalaya.redis.RedisLink;
import dev.atalaya.scanner.ScannerSetup;
import dev.atalaya.scanner.ScannerVerticle;
import dev.atalaya.testing.TestServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.Message;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/// Measures whole cycles, Redis to Redis: a snapshot of vendor JSON is put into a real Redis, the scanner
/// verticle reads, decodes, scans, encodes and publishes it, and its own summary tells how long that took.
/// With `journal` as the third argument two scanners take turns on the same snapshots, one of which keeps no
/// journal. How to run it stands in docs/BENCHMARKS.md.
public final class CycleBenchmark {
    private static final int WARM_UP = 150;

    /// How many snapshots take turns: made and stored beforehand, so that the upstream's work does not disturb.
    private static final int SNAPSHOTS = 12;

    private static final String[][] STAGES = {
        {"feed", "scan", "encode", "publish"}, {"encode"}, {"publish"}, {"encode", "publish"}
    };

    private static final int TIMESTAMP_AT = "{\"timestamp\":\"".length();

    private static final DateTimeFormatter TIMESTAMP = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Vertx vertx = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();
    private final AtomicLong longestBlock = new AtomicLong();
    private final AtomicLong longestWork = new AtomicLong();

    private CycleBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        int tickers = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 11_000;
        int cycles = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 300;
        if (arguments.length > 2 && arguments[2].equals("journal")) {
            new CycleBenchmark().runPairs(tickers, cycles);
        } else {
            new CycleBenchmark().run(tickers, cycles);
        }
        System.exit(0);
    }

    private void run(int tickers, int cycles) throws Exception {
        VendorMarket market = new VendorMarket(tickers, 42);
        RedisLink upstream = new RedisLink(vertx, redis);
        Settings settings = settings("us", "hourly");
        Keys keys = new Keys(settings.market().keyPrefix());
        putReferences(upstream, keys, market, tickers);
        deploy(settings, keys);
        for (double share : new double[] {1.0 / 3, 1}) {
            measure(market, upstream, keys, settings, share, cycles);
        }
    }

    private Settings settings(String name, String mode) throws Exception {
        return await(new SettingsLoader(vertx, Map.of())
                .fromObject(new JsonObject()
                        .put(
                                "market",
                                new JsonObject()
                                        .put("name", name)
                                        .put("key_prefix", TestServers.uniquePrefix())
                                        .put("scan", new JsonObject().put("interval", "1h"))
                                        .put("publish", new JsonObject().put("session_ttl", "2h"))
                                        .put("feed", new JsonObject().put("type", "redis")))
                        .put("persistence", new JsonObject().put("mode", mode))));
    }

    private static void putReferences(RedisLink upstream, Keys keys, VendorMarket market, int tickers)
            throws Exception {
        for (int i = 0; i < tickers; i++) {
            await(upstream.send(Request.cmd(Command.SET)
                    .arg(keys.reference(market.symbol(i)))
                    .arg(market.reference(i))));
        }
    }

    /// Two scanners on the same snapshots, taking turns at being the first: one in hourly mode, one in direct
    /// mode, which keeps no journal, and for which nothing is stored here.
    private void runPairs(int tickers, int pairs) throws Exception {
        VendorMarket market = new VendorMarket(tickers, 42);
        RedisLink upstream = new RedisLink(vertx, redis);
        Settings[] settings = {settings("us_plain", "direct"), settings("us", "hourly")};
        for (Settings each : settings) {
            Keys keys = new Keys(each.market().keyPrefix());
            MarketAddresses addresses = new MarketAddresses(each.market().name());
            vertx.eventBus().consumer(addresses.persistenceSettle(), message -> message.reply(new JsonObject()));
            putReferences(upstream, keys, market, tickers);
            deploy(each, keys);
        }
        for (double share : new double[] {1.0 / 3, 1}) {
            putSnapshots(upstream, new Keys(settings[0].market().keyPrefix()), market, share);
            Map<String, double[]> without = new LinkedHashMap<>();
            Map<String, double[]> with = new LinkedHashMap<>();
            Map<String, double[]> difference = new LinkedHashMap<>();
            for (int i = -WARM_UP; i < pairs; i++) {
                String snapshot = settings[0].market().keyPrefix() + "made:" + Math.floorMod(i, SNAPSHOTS);
                JsonObject[] summaries = new JsonObject[2];
                for (int turn = 0; turn < 2; turn++) {
                    int which = (turn + i) & 1;
                    summaries[which] = cycle(upstream, settings[which], snapshot);
                }
                for (int stage = 0; i >= 0 && stage < STAGES.length; stage++) {
                    double plain = millis(summaries[0], STAGES[stage]);
                    double journal = millis(summaries[1], STAGES[stage]);
                    String name = String.join("+", STAGES[stage]);
                    record(without, name, i, pairs, plain);
                    record(with, name, i, pairs, journal);
                    record(difference, name, i, pairs, journal - plain);
                }
            }
            System.out.printf(Locale.ROOT, "%.0f %% of the tickers traded, %d pairs%n", share * 100, pairs);
            without.forEach((name, values) -> print(name + ", without a journal", values));
            with.forEach((name, values) -> print(name + ", with a journal", values));
            difference.forEach((name, values) -> print(name + ", difference in a pair", values));
        }
    }

    private static double millis(JsonObject summary, String[] stages) {
        return Arrays.stream(stages)
                .mapToDouble(stage -> summary.getJsonObject("stages_ms").getDouble(stage))
                .sum();
    }

    /// Answers how large the last one is.
    private static int putSnapshots(RedisLink upstream, Keys keys, VendorMarket market, double share) throws Exception {
        Instant made =
                InstantSource.system().instant().truncatedTo(ChronoUnit.SECONDS).plusMillis(123);
        int bytes = 0;
        for (int i = 0; i < SNAPSHOTS; i++) {
            byte[] snapshot = market.next(made, share);
            bytes = snapshot.length;
            await(upstream.send(
                    Request.cmd(Command.SET).arg(keys.prefix() + "made:" + i).arg(snapshot)));
        }
        return bytes;
    }

    private JsonObject cycle(RedisLink upstream, Settings settings, String made) throws Exception {
        Keys keys = new Keys(settings.market().keyPrefix());
        await(upstream.send(
                Request.cmd(Command.COPY).arg(made).arg(keys.snapshot()).arg("REPLACE")));
        await(upstream.send(Request.cmd(Command.SETRANGE)
                .arg(keys.snapshot())
                .arg(TIMESTAMP_AT)
                .arg(TIMESTAMP.format(InstantSource.system().instant()))));
        Message<JsonObject> answer = await(vertx.eventBus()
                .<JsonObject>request(new MarketAddresses(settings.market().name()).scannerScan(), null));
        return answer.body();
    }

    private static void print(String name, double[] values) {
        Arrays.sort(values);
        int n = values.length;
        System.out.printf(
                Locale.ROOT,
                "  %-52s p10 %7.2f  p25 %7.2f  p50 %7.2f  p75 %7.2f  p90 %7.2f ms%n",
                name,
                values[n / 10],
                values[n / 4],
                values[n / 2],
                values[n * 3 / 4],
                values[n * 9 / 10]);
    }

    private void deploy(Settings settings, Keys keys) throws Exception {
        Instant now = InstantSource.system().instant();
        ScannerSetup setup = new ScannerSetup(
                settings.market(),
                redis,
                settings.persistence(),
                new SimulatedCalendar(now, LocalTime.of(10, 0), LocalDate.EPOCH),
                MarketClock.live(InstantSource.system()),
                InstantSource.system(),
                where -> watched(
                        new RedisFeed(where, redis, keys, settings.market().feed(), InstantSource.system())),
                new PublishedLists(),
                new SimpleMeterRegistry());
        ScannerVerticle scanner = new ScannerVerticle(vertx, setup);
        await(vertx.deployVerticle(scanner));
        vertx.eventBus().consumer(new MarketAddresses(settings.market().name()).scannerCycles(), message -> {});
    }

    /// Asks the scanner's event loop, from the first cycle on, every millisecond whether it is free.
    private Feed watched(Feed feed) {
        return new Feed() {
            private boolean watching;
            private long last;
            private long lastWorked;

            @Override
            public SymbolTable symbols() {
                return feed.symbols();
            }

            @Override
            public Future<Optional<Snapshot>> next() {
                if (!watching) {
                    watching = true;
                    last = System.nanoTime();
                    lastWorked = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                    vertx.setPeriodic(1, timer -> {
                        long now = System.nanoTime();
                        long worked = ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
                        longestBlock.accumulateAndGet(now - last, Math::max);
                        longestWork.accumulateAndGet(worked - lastWorked, Math::max);
                        if (now - last > 8_000_000) last = now;
                        lastWorked = worked;
                    });
                }
                return feed.next();
            }

            @Override
            public Future<Void> close() {
                return feed.close();
            }
        };
    }

    private void measure(
            VendorMarket market, RedisLink upstream, Keys keys, Settings settings, double share, int cycles)
            throws Exception {
        Map<String, double[]> millis = new LinkedHashMap<>();
        long bytesOut = 0;
        int filtered = 0;
        long bytesIn = putSnapshots(upstream, keys, market, share);
        for (int i = -WARM_UP; i < cycles; i++) {
            String next = keys.prefix() + "made:" + Math.floorMod(i, SNAPSHOTS);
            if (i == 0) {
                longestBlock.set(0);
                longestWork.set(0);
            }
            JsonObject summary = cycle(upstream, settings, next);
            if (i >= 0) {
                record(millis, "cycle", i, cycles, summary.getDouble("duration_ms"));
                for (Map.Entry<String, Object> stage : summary.getJsonObject("stages_ms")) {
                    record(millis, stage.getKey(), i, cycles, ((Number) stage.getValue()).doubleValue());
                }
                bytesOut += summary.getLong("publish_bytes");
                filtered = summary.getInteger("filtered");
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%.0f %% of the tickers traded; %,d bytes read, %,d published (mean), %d kept%n",
                share * 100,
                bytesIn,
                bytesOut / cycles,
                filtered);
        System.out.printf(
                Locale.ROOT,
                "  the event loop did not turn for %.1f ms at most, and worked for %.1f ms at most in one turn%n",
                longestBlock.get() / 1e6,
                longestWork.get() / 1e6);
        millis.forEach((name, values) -> {
            Arrays.sort(values);
            System.out.printf(
                    Locale.ROOT,
                    "  %-8s p50 %7.2f  p90 %7.2f  p99 %7.2f  max %7.2f ms%n",
                    name,
                    values[cycles / 2],
                    values[cycles * 9 / 10],
                    values[cycles * 99 / 100],
                    values[cycles - 1]);
        });
    }

    private static void record(Map<String, double[]> millis, String name, int i, int cycles, double value) {
        millis.computeIfAbsent(name, unseen -> new double[cycles])[i] = value;
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get();
    }
}
