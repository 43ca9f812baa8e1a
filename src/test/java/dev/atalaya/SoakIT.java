package dev.atalaya;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.junit5.VertxExtension;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A simulated trading week at full speed: what the node holds at its end is what it held at its beginning.
/// `-Datalaya.soak.days=5` for the week; a day in the default build.
@ExtendWith(VertxExtension.class)
class SoakIT {
    private static final int DAYS = Integer.getInteger("atalaya.soak.days", 1);
    private static final int SCANS_A_DAY = 16 * 60;
    private static final int SAMPLES_A_DAY = 8;

    /// @param journal entries in the stream
    /// @param connections of the node to PostgreSQL and Redis
    private record Sample(long heapBytes, long journal, long threads, long connections) {}

    @Test
    void nothingGrowsOverAWeek(Vertx vertx) throws Exception {
        NodeBed bed = new NodeBed(
                vertx, NodeBed.simulated(1_500, "04:00", "max", "60s"), new JsonObject().put("select", "best"));
        bed.onlyCount();
        Node node = bed.start();
        List<Sample> samples = new ArrayList<>();
        for (int i = 1; i <= DAYS * SAMPLES_A_DAY; i++) {
            int scans = SCANS_A_DAY * i / SAMPLES_A_DAY;
            bed.until(() -> bed.scans() >= scans);
            samples.add(sample(bed));
        }
        NodeBed.await(node.stop());
        int third = samples.size() / 3;
        List<Sample> first = samples.subList(third / 2, third + third / 2);
        List<Sample> last = samples.subList(samples.size() - third, samples.size());
        System.out.printf(Locale.ROOT, "%d days, %d scans: %s … %s%n", DAYS, bed.scans(), first, last);
        assertThat(least(last, Sample::heapBytes))
                .isLessThan(least(first, Sample::heapBytes) + least(first, Sample::heapBytes) / 10 + (4 << 20));
        assertThat(last).allSatisfy(sample -> {
            assertThat(sample.journal).as("no more than an hour of scans").isLessThanOrEqualTo(61);
            assertThat(sample.threads).isLessThanOrEqualTo(most(first, Sample::threads) + 2);
            assertThat(sample.connections).isLessThanOrEqualTo(most(first, Sample::connections) + 1);
        });
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet ledger = statement.executeQuery("""
                        SELECT sum(last_scan_no - first_scan_no + 1), max(last_scan_no) - min(first_scan_no) + 1,
                          count(*) FILTER (WHERE status <> 'complete')
                        FROM persistence_ledger
                        """)) {
            ledger.next();
            assertThat(ledger.getLong(1))
                    .isEqualTo(ledger.getLong(2))
                    .isGreaterThanOrEqualTo((long) DAYS * SCANS_A_DAY);
            assertThat(ledger.getLong(3)).isZero();
        }
    }

    private static long least(List<Sample> samples, ToLongFunction<Sample> value) {
        return samples.stream().mapToLong(value).min().orElseThrow();
    }

    private static long most(List<Sample> samples, ToLongFunction<Sample> value) {
        return samples.stream().mapToLong(value).max().orElseThrow();
    }

    private static Sample sample(NodeBed bed) throws Exception {
        long journal = NodeBed.await(bed.redis.send(Request.cmd(Command.XLEN).arg(bed.keys.journal())))
                .toLong();
        long redis = NodeBed.await(bed.redis.send(Request.cmd(Command.CLIENT).arg("LIST")))
                .toString()
                .lines()
                .count();
        long database;
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet connections = statement.executeQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'atalaya-persistence'")) {
            connections.next();
            database = connections.getLong(1);
        }
        System.gc();
        return new Sample(
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                journal,
                ManagementFactory.getThreadMXBean().getThreadCount(),
                redis + database);
    }
}
