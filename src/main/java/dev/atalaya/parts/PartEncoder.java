package dev.atalaya.parts;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.TickerColumns;
import dev.atalaya.scan.ScanListener;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes what a scan of some parts has kept, to the bit: numbers as eight bytes each, the highest first. The form is
/// one of this version's own; [PartAnswer] reads it.
///
/// ```
/// int VERSION, int length of all, long seconds and int nanoseconds of the snapshot's time,
/// int tickers, int scanned, int skipped for each SkipReason, int rows, and of each row in rank order:
///   byte length and characters of the symbol, long time of the last trade,
///   a double for each column that the feed fills itself,
///   int length of the reference data and its bytes, see ReferenceBytes
/// ```
///
/// A snapshot of which nothing need be told has no tickers and no rows. Not thread safe.
final class PartEncoder implements ScanListener {
    static final int VERSION = 0x41500001;

    /// The columns before this are the feed's own, those behind it come with the reference data.
    static final int OWN_COLUMNS = Column.AVG_VOLUME_30D.ordinal();

    static final int LENGTH_AT = Integer.BYTES;
    private static final int FEW = 1 << 16;
    private static final int FIXED = 128;

    private final Column[] columns = Column.values();
    private ByteBuffer out = ByteBuffer.allocate(FEW);
    /// By symbol.
    private @Nullable Known[] known = new Known[0];

    private Instant time = Instant.EPOCH;
    private @Nullable TickerColumns tickers;

    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Known(Reference reference, byte[] bytes) {}

    /// A scan begins of a snapshot; it is to tell this what it keeps.
    void begin(Instant snapshot, TickerColumns scanned) {
        time = snapshot;
        tickers = scanned;
    }

    @Override
    public void ranked(int scanned, int[] rows, int count) {
        TickerColumns all = tickers;
        if (all == null) {
            throw new IllegalStateException("No scan has begun");
        }
        head(time, all.sizeOfAll(), scanned);
        for (SkipReason reason : SkipReason.values()) {
            out.putInt(all.skipped(reason));
        }
        out.putInt(count);
        for (int i = 0; i < count; i++) {
            row(all, rows[i]);
        }
    }

    @Override
    public void category(int category, int[] rows, int count) {
        // whoever merges the parts draws the categories from the whole
    }

    /// The answer of the scan.
    Buffer scanned() {
        return finish();
    }

    /// The answer when there is nothing newer.
    Buffer nothing(Instant snapshot) {
        head(snapshot, 0, 0);
        for (int i = 0; i < SkipReason.values().length; i++) {
            out.putInt(0);
        }
        out.putInt(0);
        return finish();
    }

    private void head(Instant snapshot, int size, int scanned) {
        out.clear();
        out.putInt(VERSION).putInt(0);
        out.putLong(snapshot.getEpochSecond()).putInt(snapshot.getNano());
        out.putInt(size).putInt(scanned);
    }

    private Buffer finish() {
        out.putInt(LENGTH_AT, out.position());
        return Buffer.buffer(Arrays.copyOf(out.array(), out.position()));
    }

    private void row(TickerColumns all, int row) {
        String symbol = all.symbol(row);
        byte[] reference = bytesOf(all.symbolId(row), all.reference(row));
        ensure(FIXED + symbol.length() + OWN_COLUMNS * Double.BYTES + reference.length);
        out.put((byte) symbol.length());
        for (int i = 0; i < symbol.length(); i++) {
            out.put((byte) symbol.charAt(i));
        }
        out.putLong(all.lastTradeMillis(row));
        for (int i = 0; i < OWN_COLUMNS; i++) {
            out.putDouble(all.get(columns[i], row));
        }
        out.putInt(reference.length).put(reference);
    }

    private void ensure(int more) {
        if (out.remaining() < more) {
            ByteBuffer larger = ByteBuffer.allocate(Math.max(out.capacity() * 2, out.position() + more));
            larger.put(out.flip());
            out = larger;
        }
    }

    @SuppressWarnings("ReferenceEquality") // the same data read again is not worth a comparison
    private byte[] bytesOf(int symbolId, Reference reference) {
        if (symbolId >= known.length) {
            known = Arrays.copyOf(known, (symbolId + 1) * 2);
        }
        Known before = known[symbolId];
        if (before == null || before.reference != reference) {
            before = new Known(reference, ReferenceBytes.encode(reference));
            known[symbolId] = before;
        }
        return before.bytes;
    }
}
