package dev.atalaya.parts;

import dev.atalaya.market.Column;
import dev.atalaya.market.Reference;
import dev.atalaya.market.SkipReason;
import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.time.Instant;

/// What a node answered: the rows of its parts that it kept, in the form of [PartEncoder].
final class PartAnswer {
    private static final int[] NO_COUNTS = new int[SkipReason.values().length];
    private static final Column[] COLUMNS = Column.values();

    private final byte[] bytes;
    private final Instant time;
    private final int tickers;
    private final int scanned;
    private final int[] skipped = NO_COUNTS.clone();
    private final int rows;
    private final int rowsAt;

    private PartAnswer(byte[] bytes, ByteBuffer in) {
        this.bytes = bytes;
        time = Instant.ofEpochSecond(in.getLong(), in.getInt());
        tickers = in.getInt();
        scanned = in.getInt();
        for (int i = 0; i < skipped.length; i++) {
            skipped[i] = in.getInt();
        }
        rows = in.getInt();
        rowsAt = in.position();
    }

    /// @throws PartFormatException if it is of another version, or not complete
    static PartAnswer of(Buffer buffer) throws PartFormatException {
        byte[] bytes = buffer.getBytes();
        ByteBuffer in = ByteBuffer.wrap(bytes);
        boolean isKnown = bytes.length >= PartEncoder.LENGTH_AT + Integer.BYTES && in.getInt() == PartEncoder.VERSION;
        if (!isKnown || in.getInt() != bytes.length) {
            throw new PartFormatException(
                    "The answer of " + bytes.length + " bytes is not complete, or of another version");
        }
        try {
            return new PartAnswer(bytes, in);
        } catch (RuntimeException e) {
            throw broken(e);
        }
    }

    private static PartFormatException broken(RuntimeException cause) {
        PartFormatException broken = new PartFormatException("The answer is not what it should be: " + cause);
        broken.initCause(cause);
        return broken;
    }

    /// Of the snapshot that was scanned.
    Instant time() {
        return time;
    }

    /// Adds the rows, and counts what was counted.
    ///
    /// @throws PartFormatException if something in it cannot be; then some rows may have been added
    void addTo(TickerColumns columns, SymbolTable symbols, KnownReferences references) throws PartFormatException {
        try {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            in.position(rowsAt);
            for (int i = 0; i < rows; i++) {
                addRow(in, columns, symbols, references);
            }
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes behind the last row");
            }
        } catch (RuntimeException e) {
            throw broken(e);
        }
        columns.countElsewhere(tickers - rows, scanned - rows);
        for (SkipReason reason : SkipReason.values()) {
            columns.skip(reason, skipped[reason.ordinal()]);
        }
    }

    private void addRow(ByteBuffer in, TickerColumns columns, SymbolTable symbols, KnownReferences references) {
        int length = in.get();
        int symbolId = symbols.intern(bytes, in.position(), length);
        in.position(in.position() + length);
        long lastTrade = in.getLong();
        int own = in.position();
        in.position(own + PartEncoder.OWN_COLUMNS * Double.BYTES);
        int referenceLength = in.getInt();
        int from = in.position();
        in.position(from + referenceLength);
        if (symbolId == SymbolTable.INVALID) {
            throw new IllegalArgumentException("Something that is no symbol");
        }
        Reference reference = references.of(symbolId, bytes, from, referenceLength);
        int row = columns.add(symbolId, reference);
        if (row < 0) {
            throw new IllegalArgumentException("The symbol " + symbols.name(symbolId) + " twice");
        }
        columns.setLastTradeMillis(row, lastTrade);
        for (int i = 0; i < PartEncoder.OWN_COLUMNS; i++) {
            columns.set(COLUMNS[i], row, in.getDouble(own + i * Double.BYTES));
        }
    }
}
