package dev.atalaya.scan;

import dev.atalaya.market.SymbolTable;
import dev.atalaya.market.TickerColumns;

/// Selects the first rows in an order without sorting the others: a heap of the best so far, the worst of them on top,
/// which
/// is unwound at the end. Allocates only when asked for more rows than ever before. Not thread safe.
final class TopRows {
    private static final TickerColumns NONE = new TickerColumns(new SymbolTable(0), 0);

    private int[] heap = new int[0];
    private int size;
    private TickerColumns tickers = NONE;
    private double[] keys = new double[0];
    private double sign;

    /// Takes the first `limit` of the first `count` rows, by key, ties by symbol; unknown keys, NaN, are left out.
    ///
    /// @param keys by row
    /// @param out gets the rows, the first first; may be `rows` itself
    /// @return how many they are
    int select(TickerColumns tickers, double[] keys, boolean descending, int[] rows, int count, int limit, int[] out) {
        this.tickers = tickers;
        this.keys = keys;
        sign = descending ? 1 : -1;
        size = 0;
        int capacity = Math.min(limit, count);
        if (heap.length < capacity) {
            heap = new int[capacity];
        }
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            if (Double.isNaN(keys[row])) {
                continue;
            }
            if (size < capacity) {
                heap[size] = row;
                up(size++);
            } else if (before(row, heap[0])) {
                heap[0] = row;
                down();
            }
        }
        int selected = size;
        while (size > 0) {
            int worst = heap[0];
            heap[0] = heap[--size];
            down();
            out[size] = worst;
        }
        return selected;
    }

    private boolean before(int a, int b) {
        double first = keys[a] * sign;
        double second = keys[b] * sign;
        return first > second || (first == second && tickers.symbol(a).compareTo(tickers.symbol(b)) < 0);
    }

    private void up(int child) {
        int row = heap[child];
        int at = child;
        while (at > 0) {
            int parent = (at - 1) >>> 1;
            if (!before(heap[parent], row)) {
                break;
            }
            heap[at] = heap[parent];
            at = parent;
        }
        heap[at] = row;
    }

    private void down() {
        int row = heap[0];
        int at = 0;
        while (true) {
            int child = 2 * at + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(heap[child], heap[child + 1])) {
                child++;
            }
            if (!before(row, heap[child])) {
                break;
            }
            heap[at] = heap[child];
            at = child;
        }
        heap[at] = row;
    }
}
