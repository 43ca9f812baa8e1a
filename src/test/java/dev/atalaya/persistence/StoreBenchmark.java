package dev.atalaya.persistence;

import dev.atalaya.config.DatabaseSettings;
import dev.atalaya.config.PersistenceSettings.Select;
import dev.atalaya.journal.ResultRow;
import dev.atalaya.schema.Migrations;
import dev.atalaya.testing.TestServers;
import io.vertx.core.Vertx;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Measures storing the tops of three sessions, 300 rows, and a whole kept list, 1,000 rows, in a real
/// PostgreSQL: the one statement, with its commit to disk.
public final class StoreBenchmark {
    private static final int RUNS = 200;

    private StoreBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        DatabaseSettings database = TestServers.freshDatabase();
        new Migrations(database).migrate();
        ResultTable table = new ResultTable(Vertx.vertx(), database, "us");
        for (int rows : new int[] {300, 1000}) {
            byte[] json = IntStream.range(0, rows)
                    .mapToObj(StoreBenchmark::ticker)
                    .collect(Collectors.joining(",", "[", "]"))
                    .getBytes(StandardCharsets.UTF_8);
            double[] millis = new double[RUNS];
            for (int i = -RUNS; i < RUNS; i++) {
                Instant time = Instant.EPOCH.plusSeconds(rows * 1_000_000L + i);
                List<ResultRow> parsed =
                        new TickerListParser().parse(json, rows, false).rows();
                long begin = System.nanoTime();
                Selection selection = Selection.of(Select.LATEST);
                selection.add(time, parsed);
                table.store(range(time, selection.rows()))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
                if (i >= 0) {
                    millis[i] = (System.nanoTime() - begin) / 1e6;
                }
            }
            Arrays.sort(millis);
            System.out.printf(
                    Locale.ROOT,
                    "%,5d rows: p50 %.2f  p90 %.2f  p99 %.2f ms%n",
                    rows,
                    millis[RUNS / 2],
                    millis[RUNS * 9 / 10],
                    millis[RUNS * 99 / 100]);
        }
        System.exit(0);
    }

    private static LedgerRange range(Instant time, List<SelectedRow> rows) {
        long scanNo = time.getEpochSecond() + RUNS + 1;
        return new LedgerRange(
                scanNo,
                scanNo,
                "MARKET_OPEN",
                LocalDate.EPOCH,
                time,
                LedgerRange.Status.COMPLETE,
                1,
                LedgerRange.Source.JOURNAL,
                Optional.empty(),
                "",
                time,
                time,
                rows);
    }

    private static String ticker(int i) {
        return "{\"symbol\":\"S" + i + "\",\"timestamp\":\"2025-01-24T15:00:00Z\",\"price\":12.34,\"volume\":1234567,"
                + "\"volume_today\":1234567,\"change_percent\":5.4321,\"rvol\":3.21,\"rvol_slot\":3.21,"
                + "\"price_from_high\":-0.5,\"price_from_low\":2.5,\"market_cap\":123456789,\"float_shares\":1234567,"
                + "\"score\":" + (1000 - i) + ",\"rank\":" + (i + 1)
                + ",\"filters_matched\":[\"rvol_high\",\"price_range\"],"
                + "\"metadata\":{\"company_name\":\"Company " + i + "\"}}";
    }
}
