package dev.atalaya.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.atalaya.config.Settings;
import dev.atalaya.feed.SnapshotDecoding;
import dev.atalaya.market.SimulatedCalendar;
import dev.atalaya.market.Snapshot;
import dev.atalaya.scanner.ScanEncoding;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;

/// A market of vendor JSON with what a cycle does to it, without Redis: two snapshots, between which all tickers
/// have changed, scanned and encoded in turns. Not thread safe.
public final class Encoding {
    private static final Instant TIME = Instant.parse("2026-01-05T15:00:00.123Z");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final byte[][] json = new byte[2][];
    private final SnapshotDecoding[] decodings = new SnapshotDecoding[2];
    private final Snapshot[] snapshots = new Snapshot[2];
    private final ScanEncoding encoding;
    private int turn;

    public Encoding(int tickers) throws Exception {
        VendorMarket market = new VendorMarket(tickers, 42);
        Vertx vertx = Vertx.vertx();
        Settings settings = ScannerHost.settings(vertx, "us", "", "hourly");
        vertx.close();
        SimulatedCalendar calendar = new SimulatedCalendar(TIME, LocalTime.of(10, 0), LocalDate.EPOCH);
        for (int i = 0; i < 2; i++) {
            json[i] = market.next(TIME.plusSeconds(i), 1);
            decodings[i] = new SnapshotDecoding(tickers);
            for (int ticker = 0; ticker < tickers; ticker++) {
                decodings[i].addReference(market.symbol(ticker), market.reference(ticker));
            }
            snapshots[i] = decodings[i].decode(json[i], json[i].length);
        }
        // both have the same numbers for the same symbols, so one encoder may have either
        encoding = new ScanEncoding(settings, calendar, decodings[0].symbols());
    }

    /// Goes on to the other snapshot.
    public void next() {
        turn ^= 1;
    }

    public byte[] json() {
        return json[turn];
    }

    public SnapshotDecoding decoding() {
        return decodings[turn];
    }

    public int decode() throws Exception {
        return decodings[turn].decode(json[turn], json[turn].length).tickers().size();
    }

    public int scan() {
        return encoding.scan(snapshots[turn]);
    }

    /// Everything that is published of the last scan.
    public long encode() {
        return encoding.encode(snapshots[turn]);
    }

    public long encodeRows() {
        return encoding.encodeRows(snapshots[turn]);
    }

    /// The rows of the last scan as the maps that databind makes of them, checked to be the same again when it
    /// writes them.
    List<Map<String, Object>> rows() throws IOException {
        byte[] own = encoding.rows(snapshots[turn]);
        List<Map<String, Object>> rows = JSON.readValue(own, new TypeReference<List<Map<String, Object>>>() {});
        if (!JSON.readTree(JSON.writeValueAsBytes(rows)).equals(JSON.readTree(own))) {
            throw new IllegalStateException("Databind writes other rows than the encoder");
        }
        return rows;
    }

    static byte[] databind(List<Map<String, Object>> rows) throws IOException {
        return JSON.writeValueAsBytes(rows);
    }
}
