package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
import dev.atalaya.feed.TickerField.Group;
import dev.atalaya.market.Reference;
import dev.atalaya.market.Snapshot;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/// Decodes snapshots in which all is as usual, in a part of the time that a real parser takes; in the tests
/// it is held against one on snapshots with every kind of damage. Not thread safe.
final class UsualSnapshotDecoder {
    private static final byte[] TIMESTAMP = "timestamp".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TICKERS = "tickers".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TICKER = "ticker".getBytes(StandardCharsets.US_ASCII);
    private static final long TICKER_PACKED = JsonBytesReader.pack(TICKER, 0, TICKER.length);
    /// A ticker is read when so many bytes are there. Where it is longer, all is read again when all is there.
    private static final int LONGEST_TICKER = 4096;

    private static final Group[] OBJECTS = TickerField.OBJECTS.values().toArray(Group[]::new);
    /// Feeds leave out what they do not know of a ticker, each in few ways.
    private static final int MOST_LAYOUTS = 8;

    private final SymbolTable symbols;
    private final TickerColumns columns;
    private final TickerDraft draft;
    private final JsonBytesReader json = new JsonBytesReader();
    private final JsonNumber number = new JsonNumber();
    private final TickerLayout.Learner learner = new TickerLayout.Learner();
    /// The one that fitted last is the first.
    private final List<TickerLayout> layouts = new ArrayList<>(MOST_LAYOUTS);

    UsualSnapshotDecoder(SymbolTable symbols, TickerColumns columns, TickerDraft draft) {
        this.symbols = symbols;
        this.columns = columns;
        this.draft = draft;
    }

    /// As [VendorSnapshotDecoder#decode], while the bytes come.
    ///
    /// @throws Unusual if a real parser has to look at it
    /// @throws SnapshotFormatException if its timestamp is none
    Snapshot decode(SnapshotBytes bytes, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws Unusual, SnapshotFormatException, InterruptedException {
        int there = bytes.await(LONGEST_TICKER);
        try {
            return decode(bytes, there, references, updatesUntil);
        } catch (Unusual e) {
            int all = bytes.await(Integer.MAX_VALUE);
            if (all == json.end()) {
                throw e;
            }
            return decode(bytes, all, references, updatesUntil); // something was longer than there were bytes
        }
    }

    private Snapshot decode(
            SnapshotBytes bytes, int there, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws Unusual, SnapshotFormatException, InterruptedException {
        columns.clear();
        draft.begin(updatesUntil);
        json.begin(bytes.array(), 0, there);
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
                decodeTickers(bytes, references);
            } else {
                json.skipValue();
            }
        } while (json.accept(','));
        json.expect('}');
        json.goOnUntil(bytes.await(Integer.MAX_VALUE));
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

    private void decodeTickers(SnapshotBytes bytes, IntFunction<Reference> references)
            throws Unusual, InterruptedException {
        if (json.accept(']')) {
            return;
        }
        do {
            if (json.end() - json.position() < LONGEST_TICKER) {
                json.goOnUntil(bytes.await(json.position() + LONGEST_TICKER));
            }
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
        json.peek();
        int start = json.position();
        for (int i = 0; i < layouts.size(); i++) {
            draft.clear();
            int symbolId = layouts.get(i).read(json, number, draft, symbols);
            if (symbolId != TickerLayout.OTHER) {
                if (i > 0) {
                    layouts.addFirst(layouts.remove(i));
                }
                return symbolId;
            }
            json.goTo(start);
        }
        draft.clear();
        learner.begin();
        int symbolId = decodeByKeys();
        if (layouts.size() < MOST_LAYOUTS) {
            learner.learned(json.bytes(), start, json.position()).ifPresent(layouts::addFirst);
        }
        return symbolId;
    }

    private int decodeByKeys() throws Unusual {
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
                json.peek();
                int from = json.position();
                json.readText();
                symbolId = json.intern(symbols);
                learner.symbol(from, json.position());
            } else {
                decodeField(field(TickerField.TICKER));
            }
        } while (json.accept(','));
        json.expect('}');
        return symbolId;
    }

    private void decodeObject(Group group) throws Unusual {
        if (!json.accept('{')) {
            learner.giveUp();
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

    private void decodeField(@Nullable TickerField field) throws Unusual {
        json.peek();
        int from = json.position();
        if (field == null) {
            json.skipValue();
        } else {
            field.read(json, draft);
        }
        learner.value(field, from, json.position());
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
