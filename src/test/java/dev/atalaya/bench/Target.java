package dev.atalaya.bench;

import java.util.Locale;

/// What a figure should be.
record Target(boolean isUpperLimit, double limit) {
    static Target atMost(double limit) {
        return new Target(true, limit);
    }

    static Target atLeast(double limit) {
        return new Target(false, limit);
    }

    /// `met` or `missed`; a figure that could not be measured, NaN, has missed it.
    String verdict(double value) {
        return (isUpperLimit ? value <= limit : value >= limit) ? "met" : "missed";
    }

    String text(String unit) {
        return (isUpperLimit ? "at most " : "at least ") + Figure.number(limit) + (unit.isEmpty() ? "" : " " + unit);
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s %s", isUpperLimit ? "<=" : ">=", Figure.number(limit));
    }
}
