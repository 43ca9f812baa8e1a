package dev.atalaya.bench;

import dev.atalaya.ClusterMember;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.feed.Feed;
import dev.atalaya.feed.SnapshotDecoding;
import dev.atalaya.market.PartSet;
import dev.atalaya.parts.PartNode;
import dev.atalaya.parts.PartRules;
import dev.atalaya.parts.PartsFeed;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/// One market in four parts beside the same market undivided, cycle by cycle in turns on the same snapshots: the parts
/// on one node, and on two, each in a Java of its own on the same cores and the same Redis.
final class PartsBenchmark implements Benchmark {
    private static final int TICKERS = 11_000;
    private static final int PARTS = 4;
    private static final int SNAPSHOTS = 7;
    private static final int WARM_UP = 150;
    private static final String WHOLE = "undivided";
    private static final String ONE_NODE = "4 parts on one node";
    private static final String TWO_NODES = "4 parts on two nodes";
    private static final Target LIMIT = Target.atMost(1.15);

    private final Vertx loader = Vertx.vertx();
    private final RedisSettings redis = TestServers.redis();
    private final VendorMarket market = new VendorMarket(TICKERS, 42);

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int cycles = Benchmark.number(arguments, 0, 400);
        decoding(report);
        int port = freePort();
        String cluster = TestServers.uniquePrefix().replaceAll("\\W", "");
        report.progress("two nodes");
        Vertx vertx = Waiting.await(ClusterMember.join(loader, cluster, port));
        Upstream[] upstreams = new Upstream[3];
        for (int i = 0; i < upstreams.length; i++) {
            upstreams[i] = new Upstream(loader, redis, TestServers.uniquePrefix());
            upstreams[i].putReferences(market);
        }
        upstreams[0].make(market, SNAPSHOTS, 1, false);
        upstreams[0].show(0);
        upstreams[1].showThatOf(upstreams[0]);
        upstreams[2].showThatOf(upstreams[0]);
        Settings one = settings("us_one", upstreams[1]);
        Settings two = settings("us_two", upstreams[2]);
        PartRules oneRules = PartsHost.deploy(vertx, redis, one.market(), PartsHost.HERE);
        PartRules twoRules = PartsHost.deploy(vertx, redis, two.market(), PartsHost.HERE);
        Process other = PartsHost.start(
                cluster, port, redis.uri(), "us_two", upstreams[2].keys().prefix(), PARTS);
        try (ScannerHost whole =
                        new ScannerHost(vertx, redis, "us", upstreams[0].keys().prefix(), "hourly");
                ScannerHost onOne = new ScannerHost(vertx, redis, one, merging(oneRules, List.of()));
                ScannerHost onTwo = new ScannerHost(vertx, redis, two, merging(twoRules, List.of(PartsHost.THERE)))) {
            report.note("%s", upstreams[0].redis());
            report.progress("%,d cycles of each", cycles);
            ScannerHost[] hosts = {whole, onOne, onTwo};
            double[][] millis = new double[hosts.length][cycles];
            for (int round = -WARM_UP; round < cycles; round++) {
                upstreams[0].show(round);
                upstreams[1].showThatOf(upstreams[0]);
                upstreams[2].showThatOf(upstreams[0]);
                for (int turn = 0; turn < hosts.length; turn++) {
                    int host = Math.floorMod(round + turn, hosts.length);
                    double took = hosts[host].scan().durationMillis();
                    if (round >= 0) {
                        millis[host][round] = took;
                    }
                }
            }
            tell(report, millis);
        } finally {
            other.getOutputStream().close(); // it leaves the cluster then
            if (!other.waitFor(10, TimeUnit.SECONDS)) {
                other.destroyForcibly();
            }
            for (Upstream upstream : upstreams) {
                upstream.close();
            }
        }
        Waiting.await(vertx.close().eventually(loader::close));
    }

    private Settings settings(String name, Upstream upstream) throws Exception {
        return ScannerHost.settings(loader, name, upstream.keys().prefix(), "hourly", PARTS);
    }

    private static Function<MarketSettings, Function<Vertx, Feed>> merging(PartRules rules, List<PartNode> others) {
        return divided ->
                where -> new PartsFeed(where, divided, rules, PartsHost.HERE, () -> others, InstantSource.system());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Math.min(socket.getLocalPort(), 65_000);
        }
    }

    private static void tell(Report report, double[][] millis) {
        report.note("%,d tickers, all changed", TICKERS);
        report.median("cycle, " + WHOLE, new Samples(millis[0]), "ms");
        report.median("cycle, " + ONE_NODE, new Samples(millis[1]), "ms");
        report.median("cycle, " + TWO_NODES, new Samples(millis[2]), "ms");
        report.median(ONE_NODE + " against " + WHOLE, ratios(millis[1], millis[0]), "times", LIMIT);
        report.median(TWO_NODES + " against " + WHOLE, ratios(millis[2], millis[0]), "times", LIMIT);
    }

    private static Samples ratios(double[] parts, double[] whole) {
        return new Samples(IntStream.range(0, parts.length)
                .mapToDouble(i -> parts[i] / whole[i])
                .toArray());
    }

    /// What a node saves that decodes some of the parts, on one thread.
    private void decoding(Report report) throws Exception {
        byte[] json = market.next(InstantSource.system().instant(), 1);
        Turns turns = new Turns();
        for (int parts : new int[] {PARTS, 2, 1, 0}) {
            SnapshotDecoding decoding = new SnapshotDecoding(TICKERS);
            decoding.only(PartSet.of(PARTS, IntStream.range(0, parts).boxed().toList()));
            turns.add(
                    "" + parts,
                    () -> decoding.decode(json, json.length).tickers().size());
        }
        turns.run(150, 200);
        for (int parts : new int[] {PARTS, 2, 1, 0}) {
            report.median("decoding " + parts + " parts of " + PARTS + ", one thread", turns.of("" + parts), "ms");
        }
    }
}
