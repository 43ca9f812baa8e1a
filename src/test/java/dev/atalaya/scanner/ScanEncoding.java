package dev.atalaya.scanner;

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

/// Scanning and encoding as a cycle does it, for the benchmarks, which live in another package. Not thread safe.
public final class ScanEncoding {
    private final TradingCalendar calendar;
    private final ScanEngine engine;
    private final RankedLists found;
    private final ScanEncoder encoder;
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
                        settings.persistence().top())));
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
        Publication.ListJson kept = encodeKept(snapshot);
        return encoder.encode(snapshot, session(snapshot), found, kept, sequences)
                .bytes();
    }

    /// Encodes the rows of the last scan alone; answers how many bytes that is.
    public long encodeRows(Snapshot snapshot) {
        return encodeKept(snapshot).json().length();
    }

    /// The same as bytes of their own.
    public byte[] rows(Snapshot snapshot) {
        Buffer rows = Buffer.buffer();
        encodeKept(snapshot).json().copy().forEach(rows::appendBuffer);
        return rows.getBytes();
    }

    private Publication.ListJson encodeKept(Snapshot snapshot) {
        return encoder.encodeKept(snapshot, session(snapshot), found, 1);
    }
}
