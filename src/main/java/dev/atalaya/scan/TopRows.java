package dev.atalaya.scan;

import dev.atalaya.market.TickerColumns;
import java.util.Arrays;

/// Selects the first rows in an order without sorting the others. Each row is one number: the leading bits of
/// its key above, its place among the rows below. These are selected (Hoare, Algorithm 65: Find, 1961) and
/// sorted without a look at anything else; then the few that agree in the leading bits are put in order by the
/// whole key and the symbol. Allocates only when there are more rows than ever before. Not thread safe.
final class TopRows {
    /// Steps of the Shell sort (Ciura, Best increments for the average case of Shellsort, 2001).
    private static final int[] GAPS = {701, 301, 132, 57, 23, 10, 4, 1};

    /// After so many partitions of a part that did not end, the library sorts the rest, whatever its order.
    private static final int UNLUCKY = 64;

    private static final int FEW = 24;

    private long[] packed = new long[0];

    /// Takes the first `limit` of the first `count` rows, by key, ties by symbol; unknown keys, NaN, are left
    /// out.
    ///
    /// @param keys by row
    /// @param out gets the rows, the first first; may be `rows` itself
    /// @return how many they are
    int select(TickerColumns tickers, double[] keys, boolean descending, int[] rows, int count, int limit, int[] out) {
        if (packed.length < count) {
            packed = new long[rows.length];
        }
        long placeMask = Long.highestOneBit(Math.max(1, count)) * 2 - 1;
        int known = pack(keys, descending, rows, count, placeMask);
        int selected = Math.min(limit, known);
        int end = selected < known && selected > 0 ? find(selected, known, placeMask) : selected;
        sort(0, end, UNLUCKY);
        for (int from = 0; from < selected; ) {
            int to = from + 1;
            while (to < end && (packed[to] | placeMask) == (packed[from] | placeMask)) {
                to++;
            }
            if (to - from > 1) {
                sort(tickers, keys, descending, rows, placeMask, from, to);
            }
            from = to;
        }
        for (int i = 0; i < selected; i++) {
            packed[i] = rows[(int) (packed[i] & placeMask)];
        }
        for (int i = 0; i < selected; i++) {
            out[i] = (int) packed[i];
        }
        return selected;
    }

    /// Answers how many keys are known.
    private int pack(double[] keys, boolean descending, int[] rows, int count, long placeMask) {
        long flip = descending ? -1 : 0;
        int known = 0;
        for (int i = 0; i < count; i++) {
            double key = keys[rows[i]] + 0.0; // there is no -0 any more
            long bits = Double.doubleToRawLongBits(key);
            long ascending = bits ^ ((bits >> 63) >>> 1); // ordered as the numbers are
            packed[known] = ((ascending ^ flip) & ~placeMask) | i; // overwritten by the next if it is unknown
            known += Double.isNaN(key) ? 0 : 1;
        }
        return known;
    }

    /// Brings the least `selected` of the first `known` to the front, and behind them those that agree with the
    /// greatest of them in their leading bits. Answers how many these are in all.
    private int find(int selected, int known, long placeMask) {
        int last = selected - 1;
        int from = 0;
        int to = known;
        for (int rounds = UNLUCKY; to - from > 1; rounds--) {
            if (rounds == 0) {
                Arrays.sort(packed, from, to); // an unlucky order
                break;
            }
            int middle = partition(from, to);
            if (middle == last) {
                break;
            }
            if (middle > last) {
                to = middle;
            } else {
                from = middle + 1;
            }
        }
        int end = selected;
        for (int i = selected; i < known; i++) {
            if ((packed[i] | placeMask) == (packed[last] | placeMask)) {
                swap(i, end++);
            }
        }
        return end;
    }

    /// Quicksort (Hoare, 1962), with insertions for short parts. The library's sort allocates.
    private void sort(int first, int end, int rounds) {
        int from = first;
        int left = rounds;
        while (end - from > FEW && left > 0) {
            left--;
            int middle = partition(from, end);
            sort(from, middle, left);
            from = middle + 1;
        }
        if (end - from > FEW) {
            Arrays.sort(packed, from, end);
            return;
        }
        for (int i = from + 1; i < end; i++) {
            long value = packed[i];
            int at = i;
            while (at > from && packed[at - 1] > value) {
                packed[at] = packed[at - 1];
                at--;
            }
            packed[at] = value;
        }
    }

    /// Puts a pivot in its final place and answers it. Does not branch on what is less: to a processor that is
    /// chance.
    private int partition(int from, int to) {
        int last = to - 1;
        int middle = (from + last) >>> 1;
        if (packed[middle] < packed[from]) {
            swap(middle, from);
        }
        if (packed[last] < packed[from]) {
            swap(last, from);
        }
        if (packed[middle] < packed[last]) {
            swap(middle, last); // the median of the three is the pivot
        }
        long[] values = packed;
        long pivot = values[last];
        int less = from;
        for (int i = from; i < last; i++) {
            long value = values[i];
            values[i] = values[less];
            values[less] = value;
            less += value < pivot ? 1 : 0;
        }
        swap(less, last);
        return less;
    }

    private void swap(int i, int j) {
        long value = packed[i];
        packed[i] = packed[j];
        packed[j] = value;
    }

    /// Sorts a part by whole key and symbol.
    private void sort(
            TickerColumns tickers, double[] keys, boolean descending, int[] rows, long placeMask, int from, int to) {
        int[] alphabetical = tickers.alphabetical();
        for (int gap : GAPS) {
            for (int i = from + gap; i < to; i++) {
                long value = packed[i];
                int row = rows[(int) (value & placeMask)];
                int at = i;
                while (at >= from + gap) {
                    int other = rows[(int) (packed[at - gap] & placeMask)];
                    int order = Double.compare(keys[row] + 0.0, keys[other] + 0.0);
                    boolean isBefore = order == 0
                            ? alphabetical[tickers.symbolId(row)] < alphabetical[tickers.symbolId(other)]
                            : order > 0 == descending;
                    if (!isBefore) {
                        break;
                    }
                    packed[at] = packed[at - gap];
                    at -= gap;
                }
                packed[at] = value;
            }
        }
    }
}
