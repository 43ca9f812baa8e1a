package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/// How a writer worked off a day that the database was away, 16 hours of 360 scans of 100 rows: for the benchmarks,
/// which live in another package.
///
/// @param ranges in the ledger afterwards
/// @param incomplete how many of them are not
public record BacklogRun(double seconds, int rows, long ranges, long incomplete) {
    public static final int SCANS = 16 * 360;
    private static final int ROWS = 100;
    private static final int SYMBOLS = 400;

    public static List<String> policies() {
        return List.of(Select.values()).stream()
                .map(select -> select.name().toLowerCase(Locale.ROOT))
                .toList();
    }

    public static BacklogRun of(String policy) throws Exception {
        Random random = new Random(7);
        Instant start = Instant.parse("2025-01-24T04:00:00Z");
        DatabaseSettings database = TestServers.freshDatabase();
        new Migrations(database).migrate();
        try (PersistenceBed bed = new PersistenceBed(database, start.plus(Duration.ofHours(17)))) {
            for (int i = 0; i < SCANS; i++) {
                int[] symbols = random.ints(0, SYMBOLS).distinct().limit(ROWS).toArray();
                Instant time = start.plusSeconds(10L * i);
                bed.appendScan(i + 1, new FixedHours().sessionAt(time).name(), time, symbols);
            }
            long begin = System.nanoTime();
            bed.deploy(Select.valueOf(policy.toUpperCase(Locale.ROOT)), ROWS);
            int rows = bed.nextEnded(Duration.ofMinutes(5)).rows();
            double seconds = (System.nanoTime() - begin) / 1e9;
            return new BacklogRun(
                    seconds,
                    rows,
                    Long.parseLong(bed.query("SELECT count(*) FROM persistence_ledger")),
                    Long.parseLong(bed.query("SELECT count(*) FROM persistence_ledger WHERE status <> 'complete'")));
        }
    }
}
