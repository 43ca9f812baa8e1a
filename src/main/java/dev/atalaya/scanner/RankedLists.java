package dev.atalaya.scanner;

import dev.atalaya.scan.ScanListener;
import java.util.Arrays;

/// The lists that a scan found, as row numbers, kept until the next. Not thread safe.
final class RankedLists implements ScanListener {
    private final int[][] categories;
    private final int[] counts;
    private int[] kept = new int[0];
    private int keptCount;
    private int scanned;

    RankedLists(int categories) {
        this.categories = new int[categories][0];
        this.counts = new int[categories];
    }

    @Override
    public void ranked(int scanned, int[] rows, int count) {
        this.scanned = scanned;
        kept = copy(rows, count, kept);
        keptCount = count;
    }

    @Override
    public void category(int category, int[] rows, int count) {
        categories[category] = copy(rows, count, categories[category]);
        counts[category] = count;
    }

    private static int[] copy(int[] rows, int count, int[] to) {
        if (to.length < count) {
            return Arrays.copyOf(rows, count);
        }
        System.arraycopy(rows, 0, to, 0, count);
        return to;
    }

    /// How many tickers were looked at.
    int scanned() {
        return scanned;
    }

    /// In rank order; only the first [#keptCount] count.
    int[] kept() {
        return kept;
    }

    int keptCount() {
        return keptCount;
    }

    /// In the category's order; only the first [#count] count.
    int[] rows(int category) {
        return categories[category];
    }

    int count(int category) {
        return counts[category];
    }
}
