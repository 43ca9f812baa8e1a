package dev.atalaya;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Locale;

/// What a market of a size takes in Redis, in PostgreSQL, on the heap and on the wire, measured over some hours of
/// the simulated one, a scan every ten seconds, from 09:00 on. Prints the rows of the table in OPERATIONS.
public final class Sizing {
    private static final int HOUR = 360;
    private static final int DAY = 16 * HOUR;

    private Sizing() {}

    /// What the columns of the rows are.
    public static String head() {
        return "tickers | lists | deltas an hour | journal an hour | journal a day | rows a day, latest"
                + " | best | bytes a row | heap | published a cycle";
    }

    /// The row of a market of so many tickers.
    public static String measure(int tickers) throws Exception {
        Vertx vertx = Vertx.vertx();
        int cycles = tickers > 50_000 ? HOUR : 3 * HOUR;
        JsonObject market = NodeBed.simulated(tickers, "09:00", "max", "10s");
        market.getJsonObject("publish").put("stream_bytes", 1L << 34);
        NodeBed bed = new NodeBed(vertx, market, new JsonObject().put("select", "best"));
        bed.onlyCount();
        long[] published = {0};
        vertx.eventBus()
                .<JsonObject>consumer(
                        bed.addresses.scannerCycles(),
                        message -> published[0] += message.body().getLong("publish_bytes"));
        Node node = bed.start();
        while (bed.scans() < cycles) {
            Thread.sleep(20);
        }
        long scans = bed.scans();
        long deltas = memory(bed, bed.keys.deltas());
        long entry = 0;
        long entries = 0;
        while (entries < HOUR / 4) { // soon after a full hour there are few
            entries = NodeBed.await(bed.redis.send(Request.cmd(Command.XLEN).arg(bed.keys.journal())))
                    .toLong();
            entry = memory(bed, bed.keys.journal()) / Math.max(1, entries);
        }
        System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        long lists = 0;
        for (Response key : NodeBed.await(bed.redis.send(
                Request.cmd(Command.KEYS).arg(bed.settings.market().keyPrefix() + "scanner:*")))) {
            lists += memory(bed, key.toString());
        }
        NodeBed.await(node.stop());
        try (Connection connection = bed.connect();
                Statement statement = connection.createStatement();
                ResultSet table = statement.executeQuery(
                        "SELECT count(*), pg_total_relation_size('scan_results') FROM scan_results")) {
            table.next();
            long rows = table.getLong(1);
            vertx.close();
            return String.format(
                    Locale.ROOT,
                    "%,d | %.1f MB | %.0f MB | %.1f MB | %.0f MB | 1,700 | %,d | %d | %d MB | %.2f MB",
                    tickers,
                    lists / 1e6,
                    deltas / 1e6 / scans * HOUR,
                    entry / 1e6 * HOUR,
                    entry / 1e6 * DAY,
                    rows * DAY / scans,
                    table.getLong(2) / Math.max(1, rows),
                    heap >> 20,
                    published[0] / 1e6 / scans);
        }
    }

    private static long memory(NodeBed bed, String key) throws Exception {
        Response bytes = NodeBed.await(bed.redis.send(
                Request.cmd(Command.MEMORY).arg("USAGE").arg(key).arg("SAMPLES").arg(0)));
        return bytes == null ? 0 : bytes.toLong();
    }
}
