package dev.atalaya.bench;

import java.util.Arrays;

/// What was measured again and again, for its median and its spread. Immutable.
final class Samples {
    private final double[] sorted;

    /// @throws IllegalArgumentException if there are none
    Samples(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("There are no samples");
        }
        sorted = values.clone();
        Arrays.sort(sorted);
    }

    int count() {
        return sorted.length;
    }

    double median() {
        return percentile(50);
    }

    /// The smallest value that at least so many percent of all do not exceed.
    double percentile(double percent) {
        int place = (int) Math.ceil(sorted.length * percent / 100) - 1;
        return sorted[Math.clamp(place, 0, sorted.length - 1)];
    }

    /// Each so many times as large.
    Samples scaled(double factor) {
        return new Samples(Arrays.stream(sorted).map(value -> value * factor).toArray());
    }

    double max() {
        return sorted[sorted.length - 1];
    }

    double mean() {
        return Arrays.stream(sorted).average().orElseThrow();
    }

    double sum() {
        return Arrays.stream(sorted).sum();
    }
}
