package dev.atalaya.scanner;

import dev.atalaya.bus.EncodedRows;
import dev.atalaya.config.ScanSettings;
import dev.atalaya.config.Settings;
import dev.atalaya.market.MarketSession;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TradingCalendar;
import dev.atalaya.scan.ScanEngine;
import dev.atalaya.scan.ScanRules;
import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import java.util.stream.IntStream;

/// Scanning and encoding as a cycle does it, for the benchmarks, which live in another package. Not thread safe.
public final class ScanEncoding {
    private final TradingCalendar calendar;
    private final ScanEngine engine;
    private final RankedLists found;
    private final ScanEncoder encoder;
    private final SymbolTexts texts = new SymbolTexts();
    private final long[] sequences;

    public ScanEncoding(Settings settings, TradingCalendar calendar, SymbolTable symbols) {
        ScanSettings scan = settings.market().scan();
        ScanRules rules = Rules.of(scan);
        this.calendar = calendar;
        this.engine = new ScanEngine(rules);
        this.found = new RankedLists(rules.categories().size());
        this.sequences = new long[rules.categories().size()];
        this.encoder = new ScanEncoder(
                rules,
                Rules.of(scan.deltas()),
                symbols,
                Optional.of(new JournalRows(
                        calendar,
                        settings.persistence().interval(),
                        settings.persistence().top())),
                false);
    }

    /// Filters, scores, ranks and categorises; answers how many were kept.
    public int scan(Snapshot snapshot) {
        engine.scan(snapshot.tickers(), session(snapshot), found);
        return found.keptCount();
    }

    private MarketSession session(Snapshot snapshot) {
        return calendar.sessionAt(snapshot.time());
    }

    /// Encodes everything that is published of the last scan; answers how many bytes that is.
    public long encode(Snapshot snapshot) {
        return encoder.encode(snapshot, session(snapshot), found, 1, sequences).bytes();
    }

    /// Encodes the rows of the last scan alone, all of them anew; answers how many bytes that is.
    public long encodeRows(Snapshot snapshot) {
        EncodedRows rows = encoded(snapshot);
        long bytes = 0;
        for (int row = 0; row < found.keptCount(); row++) {
            bytes += rows.length(row);
        }
        return bytes;
    }

    /// The same as a JSON array.
    public byte[] rows(Snapshot snapshot) {
        Buffer json = Buffer.buffer();
        int[] all = IntStream.range(0, found.keptCount()).toArray();
        encoded(snapshot).writeArray(all, all.length, (bytes, from, to) -> json.appendBytes(bytes, from, to - from));
        return json.getBytes();
    }

    private EncodedRows encoded(Snapshot snapshot) {
        byte[] noFilters = JsonBytes.ascii("[]");
        return new RowEncoder(texts).encode(snapshot, session(snapshot), found, noFilters);
    }
}
