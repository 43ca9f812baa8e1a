package dev.atalaya.bench;

import dev.atalaya.bus.CycleSummary;
import dev.atalaya.bus.RunSummary;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.redis.Keys;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/// From 09:29:30 to 09:31:30, a cycle a second, vendor JSON through a real Redis, all of the service on a real
/// PostgreSQL: every ticker changes in every cycle, another 500 gap in each, so that every category is full of
/// others than before; consumers read every list from Redis and over HTTP while the cycle runs, and a persistence
/// is asked for in the middle, beside the one that the bell itself makes due.
final class OpeningBellBenchmark implements Benchmark {
    private static final int TICKERS = 11_500;
    private static final int SNAPSHOTS = 12;
    private static final int WARM_UP = 150;
    private static final LocalTime START = LocalTime.of(9, 29, 30);
    private static final long LEAD_SECONDS = 10;
    private static final long CYCLE_NANOS = 1_000_000_000;

    private final Vertx vertx = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();
    private final String prefix = TestServers.uniquePrefix();
    private final Keys keys = new Keys(prefix);
    private final byte[] read = new byte[16 << 20];

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int cycles = Benchmark.number(arguments, 0, 120);
        VendorMarket market = new VendorMarket(TICKERS, 42);
        try (Upstream upstream = new Upstream(vertx, redis, prefix)) {
            report.progress("making snapshots of %,d tickers", TICKERS);
            upstream.putReferences(market);
            report.note("%s", upstream.redis());
            upstream.makeBell(market, SNAPSHOTS);
            double turnover = warmUp(upstream);
            long created = System.nanoTime();
            try (ServiceBed service =
                            new ServiceBed(vertx, redis, "us", prefix, "hourly", START.minusSeconds(LEAD_SECONDS));
                    ExecutorService consumers = Executors.newFixedThreadPool(2)) {
                for (int i = 0; i < upstream.period(); i++) {
                    upstream.show(i);
                    service.scan();
                }
                sleepUntil(created + LEAD_SECONDS * CYCLE_NANOS);
                report.progress("%,d cycles, one a second", cycles);
                measure(report, cycles, upstream, service, consumers);
                report.figure(
                        "share of a category's members that were not in it before", turnover, "", Target.atLeast(1));
                tell(report, service);
            }
        }
        vertx.close();
    }

    /// With a service of its own; answers which share of each category's members were new, at the least.
    private double warmUp(Upstream upstream) throws Exception {
        double turnover = 1;
        try (ServiceBed service = new ServiceBed(vertx, redis, "us_warm", prefix, "hourly", LocalTime.of(10, 0))) {
            for (int i = -WARM_UP; i < 0; i++) {
                upstream.show(i);
                service.scan();
            }
            List<Set<String>> before = members(upstream, service.categories());
            upstream.show(0);
            service.scan();
            List<Set<String>> after = members(upstream, service.categories());
            for (int i = 0; i < after.size(); i++) {
                Set<String> fresh = new HashSet<>(after.get(i));
                fresh.removeAll(before.get(i));
                turnover = Math.min(
                        turnover,
                        (double) fresh.size() / Math.max(1, after.get(i).size()));
            }
        }
        return turnover;
    }

    private List<Set<String>> members(Upstream upstream, List<String> categories) throws Exception {
        List<Set<String>> members = new ArrayList<>();
        for (String category : categories) {
            JsonArray rows =
                    new JsonArray(upstream.send(Request.cmd(Command.GET).arg(keys.category(category)))
                            .toString());
            members.add(rows.stream()
                    .map(row -> ((JsonObject) row).getString("symbol"))
                    .collect(Collectors.toSet()));
        }
        return members;
    }

    private void measure(Report report, int cycles, Upstream upstream, ServiceBed service, ExecutorService consumers)
            throws Exception {
        double[] millis = new double[cycles];
        double[] redisMillis = new double[cycles];
        double[] httpMillis = new double[cycles];
        double[] bytes = new double[cycles];
        CycleSummary slowest = null;
        try (BareRedis redisConsumer = new BareRedis(redis);
                HttpSocket httpConsumer = new HttpSocket(service.port())) {
            long begin = System.nanoTime();
            for (int i = 0; i < cycles; i++) {
                sleepUntil(begin + i * CYCLE_NANOS);
                upstream.show(i);
                Future<Double> fromRedis = consumers.submit(timed(() -> readRedis(redisConsumer, service)));
                Future<Double> overHttp = consumers.submit(timed(() -> readHttp(httpConsumer, service)));
                if (i == cycles / 2) {
                    service.persist();
                }
                CycleSummary summary = service.scan();
                millis[i] = summary.durationMillis();
                slowest = slowest == null || slowest.durationMillis() < millis[i] ? summary : slowest;
                bytes[i] = (double) summary.publishBytes();
                redisMillis[i] = fromRedis.get();
                httpMillis[i] = overHttp.get();
            }
        }
        Samples cycle = new Samples(millis);
        report.note(
                "%,d cycles at one a second, all %,d tickers changed, %,.0f bytes published",
                cycles, TICKERS, new Samples(bytes).median());
        report.median("cycle, p50", cycle, "ms");
        report.figure("cycle, p99", cycle.percentile(99), "ms");
        report.figure(
                "cycle, p99.9 (with up to 1,000 cycles: the slowest)", cycle.percentile(99.9), "ms", Target.atMost(50));
        report.note("  the slowest: %s", Objects.requireNonNull(slowest).stageMillis());
        report.median("reading every list from Redis meanwhile", new Samples(redisMillis), "ms");
        report.median("reading every list over HTTP meanwhile", new Samples(httpMillis), "ms");
    }

    private static Callable<Double> timed(Callable<Integer> reading) {
        return () -> {
            long begin = System.nanoTime();
            if (reading.call() == 0) {
                throw new IllegalStateException("Nothing was read");
            }
            return (System.nanoTime() - begin) / 1e6;
        };
    }

    private int readRedis(BareRedis consumer, ServiceBed service) throws Exception {
        int bytes = 0;
        for (String category : service.categories()) {
            bytes += Math.max(0, consumer.get(BareRedis.command("GET", keys.category(category)), read));
        }
        for (String session : List.of("PRE_MARKET", "MARKET_OPEN")) {
            bytes += Math.max(0, consumer.get(BareRedis.command("GET", keys.session(session)), read));
        }
        return bytes;
    }

    private static int readHttp(HttpSocket consumer, ServiceBed service) throws Exception {
        int bytes = consumer.ask(HttpSocket.get("/api/filtered?limit=1000"));
        for (String category : service.categories()) {
            bytes += consumer.ask(HttpSocket.get("/api/categories/" + category));
        }
        return bytes;
    }

    private static void tell(Report report, ServiceBed service) throws Exception {
        Waiting.until(
                () -> service.runs().stream().anyMatch(run -> run.reason() == RunSummary.Reason.REQUEST),
                () -> "the run that was asked for, among " + service.runs());
        for (RunSummary run : service.runs()) {
            report.note(
                    "  persistence, %s: %d rows in %.1f ms, %s",
                    run.reason().key(), run.rows(), run.durationMillis(), run.status());
        }
    }

    private static void sleepUntil(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos - System.nanoTime());
    }
}
