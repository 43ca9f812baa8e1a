package dev.atalaya.config;

import java.util.List;

/// What the metrics are called in filters and categories.
public final class MetricNames {
    /// What a filter may bound.
    public static final List<String> OF_FILTERS =
            List.of("rvol", "price", "volume", "change_percent", "market_cap", "float");

    /// What a category may bound and order by.
    public static final List<String> OF_CATEGORIES = List.of(
            "rvol",
            "price",
            "volume",
            "change_percent",
            "market_cap",
            "float",
            "change",
            "change_from_open",
            "gap_percent",
            "price_from_high",
            "price_from_low",
            "price_vs_vwap",
            "atr",
            "atr_percent",
            "score");

    private MetricNames() {}
}
