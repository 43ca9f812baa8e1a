package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.feed.TickerField.Group;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Decodes snapshots in which all is as usual, in a part of the time that a real parser takes; in the tests
/// it is held against one on snapshots with every kind of damage. Not thread safe.
final class UsualSnapshotDecoder {
    private static final byte[] TIMESTAMP = "timestamp".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TICKERS = "tickers".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TICKER = "ticker".getBytes(StandardCharsets.US_ASCII);
    private static final long TICKER_PACKED = JsonBytesReader.pack(TICKER, 0, TICKER.length);
    private static final Group[] OBJECTS = TickerField.OBJECTS.values().toArray(Group[]::new);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SymbolTable symbols;
    private final TickerColumns columns;
    private final TickerDraft draft;
    private final JsonBytesReader json = new JsonBytesReader();

    UsualSnapshotDecoder(SymbolTable symbols, TickerColumns columns, TickerDraft draft) {
        this.symbols = symbols;
        this.columns = columns;
        this.draft = draft;
    }

    /// As [VendorSnapshotDecoder#decode].
    ///
    /// @throws Unusual if a real parser has to look at it
    /// @throws SnapshotFormatException if its timestamp is none
    Snapshot decode(byte[] bytes, int length, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws Unusual, SnapshotFormatException {
        columns.clear();
        draft.begin(updatesUntil);
        json.begin(bytes, 0, length);
        String timestamp = null;
        boolean tickers = false;
        json.expect('{');
        do {
            json.readKey();
            if (json.textEquals(TIMESTAMP)) {
                json.readText();
                timestamp = json.text();
            } else if (json.textEquals(TICKERS)) {
                requireFirst(!tickers);
                tickers = true;
                json.expect('[');
                decodeTickers(references);
            } else {
                json.skipValue();
            }
        } while (json.accept(','));
        json.expect('}');
        if (!tickers || !json.isAtEnd()) {
            throw JsonBytesReader.unusual();
        }
        Instant time = timestamp == null ? draft.newestUpdate() : Timestamps.parse(timestamp);
        if (time == null) {
            throw JsonBytesReader.unusual();
        }
        return new Snapshot(time, columns);
    }

    /// A key that stands twice is left to a real parser.
    private static void requireFirst(boolean isFirst) throws Unusual {
        if (!isFirst) {
            throw JsonBytesReader.unusual();
        }
    }

    private void decodeTickers(IntFunction<Reference> references) throws Unusual {
        if (json.accept(']')) {
            return;
        }
        do {
            int symbolId = decodeTicker();
            Reference reference = symbolId == SymbolTable.INVALID ? Reference.UNKNOWN : references.apply(symbolId);
            draft.addTo(columns, symbolId, reference);
        } while (json.accept(','));
        json.expect(']');
    }

    /// One ticker alone, into the draft. Answers its symbol's number.
    int decodeTicker(byte[] bytes, int from, int to) throws Unusual {
        json.begin(bytes, from, to);
        int symbolId = decodeTicker();
        if (!json.isAtEnd()) {
            throw JsonBytesReader.unusual();
        }
        return symbolId;
    }

    private int decodeTicker() throws Unusual {
        draft.clear();
        int symbolId = SymbolTable.INVALID;
        int seen = 0;
        json.expect('{');
        if (json.accept('}')) {
            return symbolId;
        }
        do {
            json.readKey();
            Group group = group();
            if (group != null) {
                requireFirst((seen & group.bit) == 0);
                seen |= group.bit;
                decodeObject(group);
            } else if (json.isKey(TICKER_PACKED, TICKER)) {
                json.readText();
                symbolId = json.intern(symbols);
            } else {
                decodeField(field(TickerField.TICKER));
            }
        } while (json.accept(','));
        json.expect('}');
        return symbolId;
    }

    private void decodeObject(Group group) throws Unusual {
        if (!json.accept('{')) {
            json.skipValue();
            return;
        }
        if (json.accept('}')) {
            return;
        }
        do {
            json.readKey();
            decodeField(field(group));
        } while (json.accept(','));
        json.expect('}');
    }

    /// A field that is no number is unknown.
    private void decodeField(@Nullable TickerField field) throws Unusual {
        if (field == null) {
            json.skipValue();
        } else if (!json.isNumber()) {
            throw JsonBytesReader.unusual();
        } else {
            json.readNumber();
            if (field.isTime()) {
                long nanos = json.whole();
                boolean fits = nanos > 0 && (double) nanos < Long.MAX_VALUE;
                field.setTime(draft, fits ? nanos / NANOS_PER_MILLI : TickerColumns.NO_TIME);
            } else {
                field.set(draft, json.number());
            }
        }
    }

    private @Nullable Group group() {
        for (Group group : OBJECTS) {
            if (json.isKey(group.packed, group.key)) {
                return group;
            }
        }
        return null;
    }

    private @Nullable TickerField field(Group group) {
        for (TickerField field : group.fields) {
            if (json.isKey(field.packed, field.key)) {
                return field;
            }
        }
        return null;
    }
}
