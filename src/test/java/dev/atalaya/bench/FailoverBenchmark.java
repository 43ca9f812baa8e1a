package dev.atalaya.bench;

import static dev.atalaya.ClusterBed.ACTIVE;
import static dev.atalaya.ClusterBed.PERSISTENCE;
import static dev.atalaya.ClusterBed.SCANNER;
import static dev.atalaya.ClusterBed.STANDBY;

import dev.atalaya.ClusterBed;
import dev.atalaya.ClusterNode;
import dev.atalaya.bus.MarketAddresses;
import dev.atalaya.testing.Relay;
import dev.atalaya.testing.Waiting;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/// Three nodes in Javas of their own, a cycle a second: the active one is killed, frozen or cut off, and the time until
/// the next publish is taken; how long a request across nodes and a join take.
final class FailoverBenchmark implements Benchmark {
    private static final int REQUESTS = 2_000;
    private static final int WARM_REQUESTS = 500;
    private static final int MEMBERS = 3;

    private final ClusterNode[] nodes = new ClusterNode[MEMBERS];
    private final Relay[] redis = new Relay[MEMBERS];
    private final Relay[] databases = new Relay[MEMBERS];

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int runs = Benchmark.number(arguments, 0, 10);
        Path folder =
                Files.createDirectories(Path.of("target", "bench", "failover").toAbsolutePath());
        try (ClusterBed bed = new ClusterBed(folder, "1s")) {
            bed.migrate();
            for (int i = 0; i < MEMBERS; i++) {
                redis[i] = bed.redisRelay();
                databases[i] = bed.databaseRelay();
                start(bed, i);
            }
            settle(bed);
            requests(report, bed);
            killed(report, bed, runs);
            frozen(report, bed, runs);
            cutOff(report, bed, runs);
            writerKilled(report, bed, runs);
            report.figure(
                    "ranges of the ledger out of place", bed.ledgerFaults().size(), "", Target.atMost(0));
        } finally {
            for (int i = 0; i < MEMBERS; i++) {
                redis[i].close();
                databases[i].close();
            }
        }
    }

    private void start(ClusterBed bed, int i) throws Exception {
        String database = databases[i].uri();
        nodes[i] = bed.start(
                "node" + i,
                "ATALAYA_REDIS_URI",
                redis[i].uri(),
                "ATALAYA_DATABASE_URI",
                database,
                "ATALAYA_DATABASE_MIGRATE",
                "false");
    }

    private void settle(ClusterBed bed) throws Exception {
        bed.until(() -> count(node -> node.isIn(ACTIVE, SCANNER)) == 1
                && count(node -> node.isIn(STANDBY, SCANNER)) == MEMBERS - 1
                && count(node -> node.isIn(ACTIVE, PERSISTENCE)) == 1
                && count(node -> node.isIn(STANDBY, PERSISTENCE)) == MEMBERS - 1);
        bed.untilScansGoOn(3);
    }

    private int count(Predicate<ClusterNode> state) {
        int count = 0;
        for (ClusterNode node : nodes) {
            count += state.test(node) ? 1 : 0;
        }
        return count;
    }

    private int active(String role) {
        for (int i = 0; i < MEMBERS; i++) {
            if (nodes[i].isIn(ACTIVE, role)) {
                return i;
            }
        }
        throw new IllegalStateException("No node is the active " + role);
    }

    private static double secondsSince(long nanos) {
        return (System.nanoTime() - nanos) / 1e9;
    }

    private void requests(Report report, ClusterBed bed) throws Exception {
        Vertx other = bed.join();
        String address = new MarketAddresses("us").scannerStats();
        double[] millis = new double[REQUESTS];
        for (int i = -WARM_REQUESTS; i < REQUESTS; i++) {
            long begin = System.nanoTime();
            Waiting.await(other.eventBus().<JsonObject>request(address, new JsonObject()));
            if (i >= 0) {
                millis[i] = secondsSince(begin) * 1e3;
            }
        }
        Waiting.await(other.close());
        report.median("a request of the stats across nodes", new Samples(millis), "ms", Target.atMost(1));
    }

    private void killed(Report report, ClusterBed bed, int runs) throws Exception {
        double[] seconds = new double[runs];
        double[] joins = new double[runs];
        for (int i = 0; i < runs; i++) {
            report.progress("kill %d of %d", i + 1, runs);
            int active = active(SCANNER);
            long last = bed.scanNo();
            long begin = System.nanoTime();
            nodes[active].kill();
            bed.until(() -> bed.scanNo() > last);
            seconds[i] = secondsSince(begin);
            begin = System.nanoTime();
            start(bed, active);
            ClusterNode started = nodes[active];
            bed.until(() -> started.isIn(STANDBY, SCANNER));
            joins[i] = secondsSince(begin);
            settle(bed);
        }
        report.median(
                "from kill -9 of the active scanner to the next publish", new Samples(seconds), "s", Target.atMost(3));
        report.median("from java to a member that stands by", new Samples(joins), "s", Target.atMost(5));
    }

    private void frozen(Report report, ClusterBed bed, int runs) throws Exception {
        double[] seconds = new double[runs];
        long accepted = 0;
        for (int i = 0; i < runs; i++) {
            report.progress("freeze %d of %d", i + 1, runs);
            ClusterNode old = nodes[active(SCANNER)];
            old.freeze();
            long last = bed.scanNo();
            long begin = System.nanoTime();
            bed.until(() -> bed.scanNo() > last);
            seconds[i] = secondsSince(begin);
            bed.until(() -> otherThan(old) != null);
            ClusterNode next = otherThan(old);
            long before = notOfThatNode(next);
            old.thaw();
            bed.until(() -> old.isIn(STANDBY, SCANNER));
            bed.untilScansGoOn(3);
            accepted += notOfThatNode(next) - before;
            settle(bed);
        }
        report.median(
                "from freezing the active scanner to the next publish", new Samples(seconds), "s", Target.atMost(8));
        report.figure("publishes of one that woke up that were accepted", (double) accepted, "", Target.atMost(0));
    }

    private ClusterNode otherThan(ClusterNode old) {
        for (ClusterNode node : nodes) {
            if (node != old && node.isIn(ACTIVE, SCANNER)) {
                return node;
            }
        }
        return null;
    }

    /// How many of the scans up to the last one others than this node have published.
    private static long notOfThatNode(ClusterNode node) throws Exception {
        JsonObject stats = node.json("/api/stats");
        return stats.getLong("last_scan_no") - stats.getLong("total_scans");
    }

    private void cutOff(Report report, ClusterBed bed, int runs) throws Exception {
        double[] seconds = new double[runs];
        for (int i = 0; i < runs; i++) {
            report.progress("cut %d of %d", i + 1, runs);
            int active = active(SCANNER);
            redis[active].freeze();
            long last = bed.scanNo();
            long begin = System.nanoTime();
            bed.until(() -> bed.scanNo() > last);
            seconds[i] = secondsSince(begin);
            redis[active].thaw();
            settle(bed);
        }
        report.median(
                "from cutting the active scanner off Redis to the next publish",
                new Samples(seconds),
                "s",
                Target.atMost(8));
    }

    private void writerKilled(Report report, ClusterBed bed, int runs) throws Exception {
        double[] seconds = new double[runs];
        for (int i = 0; i < runs; i++) {
            report.progress("writer %d of %d", i + 1, runs);
            int active = active(PERSISTENCE);
            ClusterNode writer = nodes[active];
            AtomicLong begin = new AtomicLong();
            long due = bed.scanNo();
            databases[active].atText("INSERT INTO scan_results", 1, () -> {
                begin.set(System.nanoTime());
                writer.kill();
            });
            writer.post("/api/maintenance/persist-scan-results");
            bed.until(() -> begin.get() != 0 && !writer.isAlive());
            bed.until(() -> bed.stored() >= due);
            seconds[i] = secondsSince(begin.get());
            start(bed, active);
            settle(bed);
        }
        report.median(
                "from kill -9 of the active writer in its batch to the hour stored",
                new Samples(seconds),
                "s",
                Target.atMost(15));
    }
}
