package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Random;

/// How long the writer takes for a day that the database was away: 16 hours of 360 scans of 100 rows. Run it with
/// little heap, such as `-Xmx160m`, to see how much it needs.
final class BacklogBenchmark {
    private static final int SCANS = 16 * 360;
    private static final int ROWS = 100;
    private static final int SYMBOLS = 400;

    private BacklogBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        Random random = new Random(7);
        Instant start = Instant.parse("2025-01-24T04:00:00Z");
        for (Select select : Select.values()) {
            DatabaseSettings database = TestServers.freshDatabase();
            new Migrations(database).migrate();
            try (PersistenceBed bed = new PersistenceBed(database, start.plus(Duration.ofHours(17)))) {
                for (int i = 0; i < SCANS; i++) {
                    int[] symbols =
                            random.ints(0, SYMBOLS).distinct().limit(ROWS).toArray();
                    Instant time = start.plusSeconds(10L * i);
                    bed.appendScan(i + 1, new FixedHours().sessionAt(time).name(), time, symbols);
                }
                resetPeaks();
                long begin = System.nanoTime();
                bed.deploy(select, ROWS);
                int rows = bed.nextEnded(Duration.ofMinutes(5)).rows();
                System.out.printf(
                        Locale.ROOT,
                        "%s: %,d scans worked off in %.1f s, %,d rows in %s ranges; heap after collection at most %d MB, %s ranges not complete%n",
                        select,
                        SCANS,
                        (System.nanoTime() - begin) / 1e9,
                        rows,
                        bed.query("SELECT count(*) FROM persistence_ledger"),
                        peakMegabytes(),
                        bed.query("SELECT count(*) FROM persistence_ledger WHERE status <> 'complete'"));
            }
        }
        System.exit(0);
    }

    private static void resetPeaks() {
        System.gc();
        ManagementFactory.getMemoryPoolMXBeans().forEach(MemoryPoolMXBean::resetPeakUsage);
    }

    /// Of the pools that hold what survives.
    private static long peakMegabytes() {
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP
                                && !pool.getName().contains("Eden"))
                        .mapToLong(pool -> pool.getPeakUsage().getUsed())
                        .sum()
                >> 20;
    }
}
