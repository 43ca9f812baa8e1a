package dev.atalaya.scan;

import dev.atalaya.market.MarketSession;
import java.util.List;

/// What a market's scans go by.
///
/// @param minPrice a ticker below is skipped
/// @param keep how many tickers are kept at most
/// @param rvolWeight what the score counts relative volume with
/// @param volumeWeight what the score counts volume today against the 30-day average with
/// @param filters those that are switched on
public record ScanRules(
        double minPrice,
        int keep,
        double rvolWeight,
        double volumeWeight,
        List<FilterRule> filters,
        List<CategoryRule> categories) {
    public ScanRules {
        filters = List.copyOf(filters);
        categories = List.copyOf(categories);
    }

    /// The names of the filters that apply in the session. Whoever is kept has passed them all.
    public List<String> filtersIn(MarketSession session) {
        return filters.stream()
                .filter(filter -> filter.appliesIn(session))
                .map(FilterRule::name)
                .toList();
    }
}
