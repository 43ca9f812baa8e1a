package dev.atalaya.market;

import java.util.Arrays;

/// The tickers of one snapshot, a primitive array a [Column]; a ticker is a row number. A feed fills it, a scan
/// reads it and writes the derived columns, and the next snapshot fills it again: nothing is allocated while it
/// is large enough. Not thread safe: it is handed from the decoding thread to the scanning one, never shared.
public final class TickerColumns {
    /// The last trade's time where it is unknown.
    public static final long NO_TIME = Long.MIN_VALUE;

    private static final int COLUMNS = Column.values().length;
    private static final int FED_COLUMNS = Column.RVOL.ordinal();

    private final SymbolTable symbols;
    /// From [#size] on unknown, all but the derived ones.
    private final double[][] columns = new double[COLUMNS][];
    private final int[] skipped = new int[SkipReason.values().length];
    private int[] symbolIds;
    private long[] lastTradeMillis;
    private Reference[] references;
    private int[] seenInFill = new int[0];
    private int fill = 1;
    private int size;
    private int tickersElsewhere;
    private int scannedElsewhere;

    public TickerColumns(SymbolTable symbols, int capacity) {
        this.symbols = symbols;
        for (int i = 0; i < COLUMNS; i++) {
            columns[i] = new double[capacity];
            Arrays.fill(columns[i], Double.NaN);
        }
        symbolIds = new int[capacity];
        lastTradeMillis = new long[capacity];
        references = new Reference[capacity];
    }

    /// Forgets every row and every skip, to be filled anew.
    public void clear() {
        for (int i = 0; i < FED_COLUMNS; i++) {
            Arrays.fill(columns[i], 0, size, Double.NaN);
        }
        size = 0;
        tickersElsewhere = 0;
        scannedElsewhere = 0;
        fill++;
        Arrays.fill(skipped, 0);
    }

    /// Adds a row for the symbol, every fed column unknown but those that the reference data knows.
    ///
    /// @param symbolId from this table's [SymbolTable]; [SymbolTable#INVALID] is counted and skipped
    /// @return the row, or -1 if the ticker was skipped
    public int add(int symbolId, Reference reference) {
        if (symbolId == SymbolTable.INVALID) {
            skip(SkipReason.INVALID_SYMBOL);
            return -1;
        }
        if (!isFirst(symbolId)) {
            skip(SkipReason.DUPLICATE);
            return -1;
        }
        ensure(size + 1);
        int row = size++;
        symbolIds[row] = symbolId;
        lastTradeMillis[row] = NO_TIME;
        references[row] = reference;
        set(Column.AVG_VOLUME_30D, row, reference.avgVolume30d());
        set(Column.AVG_VOLUME_10D, row, reference.avgVolume10d());
        set(Column.FLOAT_SHARES, row, reference.floatShares());
        set(Column.SHARES_OUTSTANDING, row, reference.sharesOutstanding());
        set(Column.MARKET_CAP, row, reference.marketCap());
        return row;
    }

    /// Whether the symbol has no row yet; the next time it has.
    private boolean isFirst(int symbolId) {
        if (symbolId >= seenInFill.length) {
            seenInFill = Arrays.copyOf(seenInFill, Math.max(symbols.size(), symbolId + 1) * 2);
        }
        boolean isFirst = seenInFill[symbolId] != fill;
        seenInFill[symbolId] = fill;
        return isFirst;
    }

    /// Adds the rows of others as if each had been added and set here one after the other, and counts their skips.
    ///
    /// @param others of the same [SymbolTable]; derived columns do not count
    public void append(TickerColumns others) {
        int from = 0;
        for (int row = 0; row < others.size; row++) {
            if (!isFirst(others.symbolIds[row])) {
                skip(SkipReason.DUPLICATE);
                append(others, from, row);
                from = row + 1;
            }
        }
        append(others, from, others.size);
        for (SkipReason reason : SkipReason.values()) {
            skip(reason, others.skipped(reason));
        }
        countElsewhere(others.tickersElsewhere, others.scannedElsewhere);
    }

    private void append(TickerColumns others, int from, int to) {
        int count = to - from;
        ensure(size + count);
        for (int i = 0; i < FED_COLUMNS; i++) {
            System.arraycopy(others.columns[i], from, columns[i], size, count);
        }
        System.arraycopy(others.symbolIds, from, symbolIds, size, count);
        System.arraycopy(others.lastTradeMillis, from, lastTradeMillis, size, count);
        System.arraycopy(others.references, from, references, size, count);
        size += count;
    }

    private void ensure(int rows) {
        if (rows <= symbolIds.length) {
            return;
        }
        int capacity = Math.max(16, rows * 2);
        for (int i = 0; i < COLUMNS; i++) {
            columns[i] = Arrays.copyOf(columns[i], capacity);
            Arrays.fill(columns[i], symbolIds.length, capacity, Double.NaN);
        }
        symbolIds = Arrays.copyOf(symbolIds, capacity);
        lastTradeMillis = Arrays.copyOf(lastTradeMillis, capacity);
        references = Arrays.copyOf(references, capacity);
    }

    public void skip(SkipReason reason) {
        skip(reason, 1);
    }

    /// Counts so many tickers that are left out for a reason.
    public void skip(SkipReason reason, int tickers) {
        skipped[reason.ordinal()] += tickers;
    }

    public int skipped(SkipReason reason) {
        return skipped[reason.ordinal()];
    }

    /// How many rows there are, the skipped not among them.
    public int size() {
        return size;
    }

    /// Counts tickers of the snapshot that have no row here, because another node has scanned them already and found
    /// that they are none of those that are kept.
    ///
    /// @param scanned how many of them were not skipped
    public void countElsewhere(int tickers, int scanned) {
        tickersElsewhere += tickers;
        scannedElsewhere += scanned;
    }

    /// How many rows the snapshot has, those that have none here among them.
    public int sizeOfAll() {
        return size + tickersElsewhere;
    }

    /// How many tickers without a row here were scanned elsewhere.
    public int scannedElsewhere() {
        return scannedElsewhere;
    }

    /// How many rows fit before the arrays grow.
    public int capacity() {
        return symbolIds.length;
    }

    /// The column itself, valid until rows are added; only its first [#size] elements count.
    public double[] column(Column column) {
        return columns[column.ordinal()];
    }

    public double get(Column column, int row) {
        return columns[column.ordinal()][row];
    }

    public void set(Column column, int row, double value) {
        columns[column.ordinal()][row] = value;
    }

    /// [SymbolTable#alphabetical] of the rows' symbols.
    public int[] alphabetical() {
        return symbols.alphabetical();
    }

    public int symbolId(int row) {
        return symbolIds[row];
    }

    public String symbol(int row) {
        return symbols.name(symbolIds[row]);
    }

    public Reference reference(int row) {
        return references[row];
    }

    /// Milliseconds since 1970 UTC, or [#NO_TIME].
    public long lastTradeMillis(int row) {
        return lastTradeMillis[row];
    }

    public void setLastTradeMillis(int row, long epochMillis) {
        lastTradeMillis[row] = epochMillis;
    }
}
