package dev.atalaya.bench;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.persistence.ResultStoring;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/// Storing rows as the service does, against COPY BINARY through the JDBC driver, into the same table with the
/// same indexes, empty before each, in turns. That both store the same is looked at first.
final class StoreBenchmark implements Benchmark {
    private static final Instant TIME = Instant.parse("2026-01-05T15:00:00Z");
    private static final int WARM_UP = 3;

    @Override
    public void run(Report report, List<String> arguments) throws Exception {
        int rounds = Benchmark.number(arguments, 0, 15);
        Vertx vertx = Vertx.vertx();
        DatabaseSettings database = TestServers.freshDatabase();
        for (int rows : new int[] {300, 1_000, 100_000}) {
            report.progress("%,d rows", rows);
            int times = rows < 10_000 ? rounds * 8 : rounds;
            try (ResultStoring storing = new ResultStoring(vertx, database, rows)) {
                storing.truncate();
                storing.byService(TIME);
                String stored = storing.digest();
                storing.truncate();
                storing.byCopy(TIME);
                if (!stored.equals(storing.digest())) {
                    throw new IllegalStateException("The service stores " + stored + ", COPY " + storing.digest());
                }
                double[] service = new double[times];
                double[] copy = new double[times];
                double[] ratio = new double[times];
                for (int i = -WARM_UP; i < times; i++) {
                    for (int turn = 0; turn < 2; turn++) {
                        storing.truncate();
                        long begin = System.nanoTime();
                        boolean own = ((turn + i) & 1) == 0;
                        if (own) {
                            storing.byService(TIME);
                        } else {
                            storing.byCopy(TIME);
                        }
                        if (i >= 0) {
                            (own ? service : copy)[i] = (System.nanoTime() - begin) / 1e6;
                        }
                    }
                    if (i >= 0) {
                        ratio[i] = copy[i] / service[i];
                    }
                }
                String of = String.format(Locale.ROOT, ", %,d rows", rows);
                report.median("the service" + of, new Samples(service), "ms");
                report.median("COPY BINARY" + of, new Samples(copy), "ms");
                if (rows == 100_000) {
                    report.median(
                            "the service's rate against COPY's" + of, new Samples(ratio), "times", Target.atLeast(0.9));
                } else {
                    report.median("the service's rate against COPY's" + of, new Samples(ratio), "times");
                }
            }
        }
        vertx.close();
    }
}
