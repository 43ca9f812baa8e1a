package dev.atalaya.scan;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;

/// Selects the first rows in an order without sorting the others: a heap of the best so far, the worst of them
/// on top, which is unwound at the end. Allocates only when asked for more rows than ever before. Not thread
/// safe.
final class TopRows {
    private static final TickerColumns NONE = new TickerColumns(new SymbolTable(0), 0);

    private int[] heap = new int[0];

    /// The keys of the rows in the heap, negative where the order ascends, so that more is always before less.
    private double[] heapKeys = new double[0];

    private int size;
    private TickerColumns tickers = NONE;

    /// Takes the first `limit` of the first `count` rows, by key, ties by symbol; unknown keys, NaN, are left
    /// out.
    ///
    /// @param keys by row
    /// @param out gets the rows, the first first; may be `rows` itself
    /// @return how many they are
    int select(TickerColumns tickers, double[] keys, boolean descending, int[] rows, int count, int limit, int[] out) {
        this.tickers = tickers;
        size = 0;
        int capacity = Math.min(limit, count);
        if (heap.length < capacity) {
            heap = new int[capacity];
            heapKeys = new double[capacity];
        }
        double sign = descending ? 1 : -1;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            double key = keys[row] * sign;
            if (Double.isNaN(key)) {
                continue;
            }
            if (size < capacity) {
                up(size++, row, key);
            } else if (before(key, row, 0)) {
                down(row, key);
            }
        }
        int selected = size;
        while (size > 0) {
            out[--size] = heap[0];
            down(heap[size], heapKeys[size]);
        }
        return selected;
    }

    /// Whether the row belongs before the one at that place of the heap.
    private boolean before(double key, int row, int at) {
        double other = heapKeys[at];
        return key > other || (key == other && tickers.symbol(row).compareTo(tickers.symbol(heap[at])) < 0);
    }

    private void up(int last, int row, double key) {
        int at = last;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (before(key, row, parent)) {
                break;
            }
            put(at, heap[parent], heapKeys[parent]);
            at = parent;
        }
        put(at, row, key);
    }

    /// Puts the row in the place of the worst.
    private void down(int row, double key) {
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heapKeys[child], heap[child], child + 1)) {
                child++;
            }
            if (!before(key, row, child)) {
                break;
            }
            put(at, heap[child], heapKeys[child]);
            at = child;
        }
        put(at, row, key);
    }

    private void put(int at, int row, double key) {
        heap[at] = row;
        heapKeys[at] = key;
    }
}
