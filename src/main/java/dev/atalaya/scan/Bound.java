package dev.atalaya.scan;

import dev.atalaya.market.Column;

/// The range that a metric must lie in, inclusive. An unknown value, NaN, lies in none.
///
/// @param min NaN for none
/// @param max NaN for none
public record Bound(Column column, double min, double max) {
    public Bound {
        min = Double.isNaN(min) ? Double.NEGATIVE_INFINITY : min;
        max = Double.isNaN(max) ? Double.POSITIVE_INFINITY : max;
    }

    boolean holds(double value) {
        return value >= min && value <= max;
    }

    /// Keeps those of the first `count` rows whose value lies in the range, in their order, and answers how
    /// many they are.
    ///
    /// @param values by row
    /// @param unknownPasses whether NaN is kept too
    int select(double[] values, int[] rows, int count, boolean unknownPasses) {
        double least = min;
        double most = max;
        int unknown = unknownPasses ? 1 : 0;
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int row = rows[i];
            double value = values[row];
            rows[kept] = row; // overwritten by the next if it is not kept: see ScanEngine
            kept += ((value >= least ? 1 : 0) & (value <= most ? 1 : 0)) | (unknown & (Double.isNaN(value) ? 1 : 0));
        }
        return kept;
    }
}
