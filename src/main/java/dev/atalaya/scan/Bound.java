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
}
