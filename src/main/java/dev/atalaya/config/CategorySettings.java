package dev.atalaya.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One category: which tickers are in, and in which order.
///
/// @param anyOf a ticker is in when all bounds of one element hold
/// @param sessions the sessions in which it has members; empty: all
/// @param order the metric it is ordered by
/// @param limit how many tickers it has at most
public record CategorySettings(
        String name, List<List<Bounds>> anyOf, List<String> sessions, String order, boolean descending, int limit) {
    private enum Direction {
        DESCENDING,
        ASCENDING
    }

    /// Empty where it is switched off; checked nevertheless.
    static Optional<CategorySettings> from(Section section) {
        boolean enabled = section.flag("enabled", true);
        List<List<Bounds>> anyOf = new ArrayList<>();
        for (Section condition : section.sections("when")) {
            List<Bounds> allOf = new ArrayList<>();
            for (String metric : MetricNames.OF_CATEGORIES) {
                if (condition.has(metric)) {
                    allOf.add(Bounds.from(metric, condition.section(metric)));
                }
            }
            condition.rejectUnknown();
            anyOf.add(List.copyOf(allOf));
        }
        String order = section.text("order");
        if (!MetricNames.OF_CATEGORIES.contains(order)) {
            section.problem("order", order, "one of " + String.join(", ", MetricNames.OF_CATEGORIES));
        }
        CategorySettings category = new CategorySettings(
                section.name(),
                anyOf,
                section.texts("sessions", ScanSettings.SESSION, "sessions such as MARKET_OPEN"),
                order,
                section.choice("direction", Direction.class) == Direction.DESCENDING,
                (int) section.whole("limit", 1, 100_000));
        section.rejectUnknown();
        return enabled ? Optional.of(category) : Optional.empty();
    }
}
