package dev.atalaya.feed;

import dev.atalaya.feed.JsonBytesReader.Unusual;
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
    /// A ticker is read when so many bytes are there. Where it is longer, all is read again when all is there.
    private static final int LONGEST_TICKER = 4096;

    private final TickerColumns columns;
    private final TickerDraft draft;
    private final JsonBytesReader json = new JsonBytesReader();
    private final TickerDecoder tickers;
    private final TailDecoder tail;
    private final OwnSymbols own;

    /// @param tail takes the second half of what is left when all bytes are there
    UsualSnapshotDecoder(
            SymbolTable symbols, OwnSymbols own, TickerColumns columns, TickerDraft draft, TailDecoder tail) {
        this.columns = columns;
        this.draft = draft;
        this.tail = tail;
        this.own = own;
        SymbolNumbers numbers = new SymbolNumbers(symbols, (text, offset, length) -> {
            tail.finish(); // it reads the table
            return symbols.intern(text, offset, length);
        });
        this.tickers = new TickerDecoder(json, draft, numbers, own);
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
        boolean hasTickers = false;
        json.expect('{');
        do {
            json.readKey();
            if (json.textEquals(TIMESTAMP)) {
                json.readText();
                timestamp = json.text();
            } else if (json.textEquals(TICKERS)) {
                JsonBytesReader.require(!hasTickers); // a key that stands twice is left to a real parser
                hasTickers = true;
                json.expect('[');
                try {
                    decodeTickers(bytes, references, updatesUntil);
                } finally {
                    tail.finish();
                }
            } else {
                json.skipValue();
            }
        } while (json.accept(','));
        json.expect('}');
        json.goOnUntil(bytes.await(Integer.MAX_VALUE));
        JsonBytesReader.require(hasTickers && json.isAtEnd());
        Instant time = timestamp == null ? draft.newestUpdate() : Timestamps.parse(timestamp);
        if (time == null) {
            throw JsonBytesReader.unusual();
        }
        return new Snapshot(time, columns);
    }

    private void decodeTickers(SnapshotBytes bytes, IntFunction<Reference> references, @Nullable Instant updatesUntil)
            throws Unusual, InterruptedException {
        if (json.accept(']')) {
            return;
        }
        int split = -1;
        do {
            if (json.end() - json.position() < LONGEST_TICKER) {
                json.goOnUntil(bytes.await(json.position() + LONGEST_TICKER));
            }
            json.peek();
            if (split < 0 && bytes.isEnded()) {
                split = offerTail(bytes.await(Integer.MAX_VALUE), references, updatesUntil);
            }
            if (json.position() == split && tail.isTaken(columns, draft)) {
                json.goOnUntil(bytes.await(Integer.MAX_VALUE));
                json.goTo(tail.end());
            } else {
                own.add(draft, columns, tickers.decode(), references);
            }
        } while (json.accept(','));
        json.expect(']');
    }

    /// Answers where the tail begins, if it does.
    private int offerTail(int all, IntFunction<Reference> references, @Nullable Instant updatesUntil) {
        int here = json.position();
        int split = all - here < tail.leastBytes() ? all : tickers.find(here + (all - here) / 2, all);
        if (split < all) {
            tail.offer(json.bytes(), split, all, references, updatesUntil);
        }
        return split;
    }

    /// One ticker alone, into the draft. Answers its symbol's number.
    int decodeTicker(byte[] bytes, int from, int to) throws Unusual {
        json.begin(bytes, from, to);
        int symbolId = tickers.decode();
        JsonBytesReader.require(json.isAtEnd());
        return symbolId;
    }
}
