package dev.atalaya.bench;

import dev.atalaya.ClusterMember;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.config.MarketSettings;
import dev.atalaya.config.RedisSettings;
import dev.atalaya.feed.RedisFeed;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.parts.PartNode;
import dev.atalaya.parts.PartRules;
import dev.atalaya.parts.PartsVerticle;
import dev.atalaya.redis.Keys;
import dev.atalaya.scanner.Rules;
import dev.atalaya.testing.TestServers;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;

/// What scans parts of a market, in this Java or, started by [#start], in one of its own.
final class PartsHost {
    static final PartNode HERE = new PartNode("here", "here");
    static final PartNode THERE = new PartNode("there", "there");
    static final String READY = "ready";

    private PartsHost() {}

    static PartRules deploy(Vertx vertx, RedisSettings redis, MarketSettings market, PartNode node) throws Exception {
        PartRules rules = new PartRules(market, Rules::of);
        InstantSource wall = InstantSource.system();
        Waiting.await(vertx.deployVerticle(new PartsVerticle(
                new MarketAddresses(market.name()).scannerParts(node.id()),
                new SimulatedCalendar(wall.instant(), LocalTime.of(10, 0), LocalDate.EPOCH),
                rules,
                where -> new RedisFeed(where, redis, new Keys(market.keyPrefix()), market.feed(), wall))));
        return rules;
    }

    /// Starts one in a Java of its own, as [#THERE] in a cluster, and waits until it is ready.
    static Process start(String cluster, int port, String redisUri, String market, String prefix, int parts)
            throws IOException {
        Process child = Bench.java(
                        List.of("-Xmx512m", "-XX:+UseParallelGC"),
                        List.of(PartsHost.class.getName(), cluster, "" + port, redisUri, market, prefix, "" + parts))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var out = child.inputReader();
        for (String line = out.readLine(); !READY.equals(line); line = out.readLine()) {
            if (line == null) {
                throw new IOException("The other node has ended before it was ready");
            }
        }
        return child;
    }

    public static void main(String[] arguments) throws Exception {
        Vertx loader = Vertx.vertx();
        Vertx vertx = Waiting.await(ClusterMember.join(loader, arguments[0], Integer.parseInt(arguments[1])));
        MarketSettings market = ScannerHost.settings(
                        loader, arguments[3], arguments[4], "hourly", Integer.parseInt(arguments[5]))
                .market();
        deploy(vertx, TestServers.redisAt(arguments[2]), market, THERE);
        System.out.println(READY);
        System.in.read(); // its end is that of the benchmark
        Waiting.await(vertx.close().eventually(loader::close));
        System.exit(0);
    }
}
